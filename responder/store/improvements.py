"""IMPROVE: a better version takes the place of a draft that nobody has touched."""

from responder.domain.model import ConversationId, Proposal
from responder.store.codec import dump_proposal
from responder.store.conversations import Conversation
from responder.store.database import Database
from responder.store.queue import Claim
from responder.store.times import ms


async def improve(
    database: Database, claim: Claim, before: Conversation, proposal: Proposal
) -> int | None:
    """Store ``proposal``, made from ``before``; its version, or None where the draft stands.

    The claim is over either way.
    """
    answer = await database.scripts.run(
        "improve",
        (
            claim.partition.conversation(ConversationId(claim.item)).conversation,
            claim.partition.events,
            *claim.partition.queue("improve"),
        ),
        (
            claim.item,
            ms(database.clock.now()),
            claim.token,
            before.draft_version,
            before.newest,
            dump_proposal(proposal),
        ),
    )
    return int(answer) or None
