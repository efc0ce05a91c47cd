"""Many conversations at once: what a big shop has on its desk on a Monday."""

from dataclasses import replace
from datetime import timedelta

from responder.domain.model import Author, ConversationId
from responder.store.drafts import Proposed, store_drafts
from responder.store.inbox import Arrival
from responder.store.queue import by_partition
from tests.console.house import DAY, House
from tests.console.shops import AMAZON

PAGE = 500
TEXT = "Where is my parcel {number}? The tracking has not moved for three days, please help."


async def crowd(house: House, count: int) -> list[ConversationId]:
    """``count`` buyers who each wait for an answer, with a draft each; the first due first."""
    now = house.clock.now()
    for start in range(0, count, PAGE):
        arrivals = []
        for number in range(start, min(start + PAGE, count)):
            at = now - timedelta(hours=20) + timedelta(seconds=number)
            message = house._message(Author.BUYER, TEXT.format(number=number), at)
            arrivals.append(
                Arrival(
                    thread=f"t{number}",
                    message=message,
                    buyer=f"Buyer {number}",
                    buyer_id=f"b{number}",
                    order_ids=(f"113-{number:07}-0000000",),
                    plan=DAY.plan(at, None),
                )
            )
        await house._receive(AMAZON, *arrivals)
    await _draft(house)
    return [house.conversation(f"t{number}") for number in range(count)]


async def _draft(house: House) -> None:
    """The drafter is asked once: what it says to one it says to all."""
    proposal = None
    while claims := await house.queues.draft.claim(PAGE):
        for _, some in by_partition(claims):
            if proposal is None:
                proposal = (await house._proposed(some[0], {}, None, AMAZON)).proposal
            await store_drafts(
                house.database,
                [
                    Proposed(claim=one, answers=1, proposal=replace(proposal), order={})
                    for one in some
                ],
            )
