"""The accounts that the workers serve."""

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.base import Connector
from connectors.files import FileLimits
from connectors.limits import limits_of
from responder.domain.model import AccountId
from responder.domain.policies import Promises, Refinement
from responder.domain.sla import SlaPolicy

SPEAK_FIRST = frozenset({"taobao", "tmall"})  # where automatic messages are usual in a chat
TAOBAO_REFUND_BYTES = 400  # taobao.refund.message.add


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One seller account, with the only connector that speaks for it."""

    id: AccountId
    marketplace: str
    connector: Connector
    policy: SlaPolicy
    poll_seconds: float
    language: str  # what a text is taken for that does not say
    refinements: tuple[Refinement, ...] = ()  # other policies for some conversations

    @property
    def promises(self) -> Promises:
        return Promises(self.policy, self.refinements)

    def may_speak_first(self, thread: str) -> bool:
        """Whether first words may be said: in a chat, never in the record of a dispute."""
        return self.marketplace in SPEAK_FIRST and not thread.startswith("refund:")

    def byte_limit(self, thread: str) -> int | None:
        """How many bytes a reply in ``thread`` may have, where the marketplace counts bytes."""
        short = self.marketplace == "taobao" and thread.startswith("refund:")
        return TAOBAO_REFUND_BYTES if short else None

    def file_limits(self, thread: str) -> FileLimits | None:
        """What files a reply in ``thread`` may carry; None where the marketplace takes none."""
        return limits_of(self.connector, thread)


Accounts = Mapping[AccountId, Account]
