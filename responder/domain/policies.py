"""Which promise holds for which conversation of an account."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b

from responder.domain.sla import SlaPolicy


@dataclass(frozen=True, slots=True)
class Refinement:
    """Another policy for conversations with one of ``intents`` and one of ``tags``; none is any."""

    policy: SlaPolicy
    intents: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def fits(self, intent: str, tags: Collection[str]) -> bool:
        return (not self.intents or intent in self.intents) and (
            not self.tags or any(tag in tags for tag in self.tags)
        )


@dataclass(frozen=True, slots=True)
class Promises:
    """What one account promises: its usual policy, unless a refinement fits; then the first."""

    usual: SlaPolicy
    refinements: tuple[Refinement, ...] = ()

    def policy(self, *, intent: str = "", tags: Collection[str] = (), answers: bool) -> SlaPolicy:
        """The policy of a conversation; ``answers``: whether the buyer was ever answered in it."""
        fitting = (one.policy for one in self.refinements if one.fits(intent, tags))
        chosen = next(fitting, self.usual)
        return chosen.next_response or chosen if answers else chosen

    @property
    def is_plain(self) -> bool:
        """Whether one policy holds for every conversation."""
        return not self.refinements and self.usual.next_response is None

    @property
    def fingerprint(self) -> str:
        """The same for the same promises in every process; another for others."""
        text = repr((self.usual, self.refinements))
        return blake2b(text.encode(), digest_size=10).hexdigest()
