"""The rules once more, at the moment when a reply leaves: they or the order may have changed."""

from responder.domain.model import Severity
from responder.drafting.drafter import Drafting
from responder.drafting.grounds import CAP_RULE
from responder.drafting.said import numbers_said
from responder.store.conversations import Conversation
from responder.store.database import Database
from responder.store.outbox import Outgoing
from responder.store.threads import messages
from responder.workers.accounts import Accounts

LAST_MESSAGES = 100  # in which the buyer may have named a number


class Objections:
    """Says why a reply may not leave. What somebody has overridden with a reason may."""

    def __init__(self, database: Database, accounts: Accounts, drafting: Drafting) -> None:
        self._database = database
        self._accounts = accounts
        self._drafting = drafting

    async def to(self, conversation: Conversation, outgoing: Outgoing) -> str:
        """The rules that the words break now; "" for none.

        What is above the cap was a supervisor's decision, which is not asked for again.
        """
        if outgoing.override:
            return ""
        account = self._accounts.get(conversation.account)
        talk = await messages(self._database, conversation.id, LAST_MESSAGES)
        known = self._drafting.known(
            conversation.account,
            conversation.language,
            conversation.order_facts,
            own=(*conversation.order_ids, *numbers_said(talk)),
            byte_limit=account.byte_limit(conversation.thread) if account else None,
        )
        found = self._drafting.check(outgoing.text, conversation.marketplace, known)
        broken = {
            one.rule for one in found if one.severity is Severity.BLOCK and one.rule != CAP_RULE
        }
        return f"it breaks the rules: {', '.join(sorted(broken))}" if broken else ""
