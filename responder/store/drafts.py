"""DRAFT: proposals become versioned drafts, many in one step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from responder.domain.model import ConversationId, Proposal
from responder.store.codec import dump, dump_proposal
from responder.store.database import Database
from responder.store.queue import Claim
from responder.store.times import ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What the drafter worked out for one claim, and the newest message it had seen."""

    claim: Claim
    answers: int
    proposal: Proposal
    order: Mapping[str, object]
    look: bool = False  # whether the intent may change what was promised
    greet: bool = False  # whether first words may be said to who begins to wait


async def store_drafts(database: Database, proposed: Sequence[Proposed]) -> int:
    """Store drafts of one partition and one claim; returns how many were still wanted."""
    partition, token = proposed[0].claim.partition, proposed[0].claim.token
    arguments: list[str | int] = [ms(database.clock.now()), token]
    for one in proposed:
        arguments += [
            one.claim.item,
            one.answers,
            dump_proposal(one.proposal),
            one.proposal.language,
            one.proposal.intent,
            one.proposal.case,
            dump(one.order) if one.order else "",
            ms(database.clock.now()) if one.look else "",
            ms(database.clock.now()) if one.greet else "",
        ]
    versions = await database.scripts.run(
        "draft",
        (
            partition.events,
            *partition.queue("draft"),
            *partition.queue("watch"),
            *partition.queue("greet"),
            *(
                partition.conversation(ConversationId(one.claim.item)).conversation
                for one in proposed
            ),
        ),
        arguments,
    )
    return sum(version != "0" for version in versions)
