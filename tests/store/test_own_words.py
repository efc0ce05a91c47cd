"""What a shop has said unasked, read back: no answer to anybody, and never the end of a clock."""

from dataclasses import replace
from datetime import timedelta

import pytest

from responder.domain.model import Author, Kind, State
from responder.domain.outreach import Occasion, Standing
from responder.store.inbox import Book, ingest
from responder.store.outreach import KEEP, Move, Wording, move, outreach_id, propose
from responder.store.own_words import LONGEST_WAY, OwnWords
from responder.store.queues import Queues
from responder.store.threads import messages
from responder.testing import FakeClock
from tests.store.shop import Shop

WORDS = "Your order 1 & 2 is late \U0001f614, we are sorry."
WORDING = Wording(
    order_id="1", occasion=Occasion.DELAYED, channel="refund:1:onsale", audience="buyer",
    text=WORDS, language="en", is_free=True, comes_back=True,
)  # fmt: skip


def name_of(shop: Shop) -> str:
    return outreach_id(shop.partition, shop.account, "1", Occasion.DELAYED)


async def leaves(shop: Shop, text: str = WORDS) -> None:
    """The words are written down and may leave at any moment."""
    await propose(shop.database, shop.account, replace(WORDING, text=text))
    approve = Move(before=Standing.PROPOSED, after=Standing.APPROVED)
    assert await move(shop.database, name_of(shop), approve) == "ok"
    await tried(shop, text)


async def tried(shop: Shop, text: str = WORDS) -> None:
    own = OwnWords(account=shop.account, text=text)
    how = Move(before=Standing.APPROVED, after=Standing.SENDING, own=own)
    assert await move(shop.database, name_of(shop), how) == "ok"


async def arrived(shop: Shop, message: str) -> None:
    own = OwnWords(account=shop.account, text=WORDS, message=message)
    how = Move(before=Standing.SENDING, after=Standing.SENT, own=own)
    assert await move(shop.database, name_of(shop), how) == "ok"


@pytest.mark.parametrize(
    "shown",
    [
        WORDS,
        "Your order 1 &amp; 2 is late ?, we  are\r\nsorry.",
        "Your order 1 & 2 is late ?, we are sorry.",
    ],
)
async def test_a_buyer_who_waits_is_owed_an_answer_as_before(
    shop: Shop, clock: FakeClock, shown: str
) -> None:
    await shop.receive(shop.arrival())
    before = await shop.read(shop.conversation())
    clock.advance(timedelta(minutes=5))
    await leaves(shop)

    await shop.receive(shop.our_own(shown, name="copy"))

    after = await shop.read(shop.conversation())
    assert after.state is State.WAITING
    assert (after.waiting_since, after.due_at) == (before.waiting_since, before.due_at)
    [_, copy] = await messages(shop.database, shop.conversation())
    assert (copy.text, copy.kind) == (shown, Kind.NOTICE), "colleagues see what was said"


async def test_a_buyer_who_comes_with_them_in_one_page_is_owed_an_answer(
    shop: Shop, clock: FakeClock
) -> None:
    asked = shop.arrival()
    clock.advance(timedelta(minutes=5))
    await leaves(shop)

    await shop.receive(asked, shop.our_own(WORDS))

    assert (await shop.read(shop.conversation())).waiting_since == asked.message.sent_at


async def test_a_census_that_finds_them_stops_no_clock(shop: Shop, clock: FakeClock) -> None:
    await shop.receive(shop.arrival())
    await leaves(shop)
    census = Queues(shop.database).census
    await census.schedule(shop.partition, {shop.account: clock.now()})
    [claim] = await census.claim(1)
    page = replace(shop.page(shop.our_own(WORDS)), book=Book.CENSUS)

    assert await ingest(shop.database, page, claim, next_poll=clock.now() + timedelta(hours=1))

    assert (await shop.read(shop.conversation())).state is State.WAITING


async def test_the_message_that_the_marketplace_named_is_theirs_whatever_it_says(
    shop: Shop,
) -> None:
    await shop.receive(shop.arrival())
    await leaves(shop)
    await arrived(shop, "900")

    await shop.receive(shop.our_own("something else altogether", name="900"))

    assert (await shop.read(shop.conversation())).state is State.WAITING


async def test_words_that_turn_up_twice_after_two_tries_stop_no_clock(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.receive(shop.arrival())
    first = clock.now()
    await leaves(shop)
    clock.advance(timedelta(minutes=30))
    back = Move(before=Standing.SENDING, after=Standing.APPROVED)
    await move(shop.database, name_of(shop), back)
    await tried(shop)

    await shop.receive(shop.our_own(WORDS, at=first), shop.our_own(WORDS))

    assert (await shop.read(shop.conversation())).state is State.WAITING


@pytest.mark.parametrize("away", [-timedelta(minutes=10), LONGEST_WAY + timedelta(minutes=10)])
async def test_the_same_words_at_another_time_are_somebodys_answer(
    shop: Shop, clock: FakeClock, away: timedelta
) -> None:
    await shop.receive(shop.arrival())
    clock.advance(timedelta(hours=1))
    await leaves(shop)

    await shop.receive(shop.our_own(WORDS, at=clock.now() + away))

    assert (await shop.read(shop.conversation())).state is State.ANSWERED


async def test_other_words_answer_and_a_buyers_own_are_owed(shop: Shop, clock: FakeClock) -> None:
    await leaves(shop)
    await shop.receive(shop.arrival(Author.BUYER, WORDS))
    assert (await shop.read(shop.conversation())).state is State.WAITING

    clock.advance(timedelta(seconds=1))
    await shop.receive(shop.our_own("It comes tomorrow."))

    assert (await shop.read(shop.conversation())).state is State.ANSWERED


async def test_nothing_of_it_is_kept_for_ever(shop: Shop) -> None:
    before = set(await shop.database.redis.keys("*:own:*"))
    await leaves(shop)
    await arrived(shop, "900")

    keys = set(await shop.database.redis.keys("*:own:*")) - before
    left = [await shop.database.redis.pttl(key) for key in keys]

    assert len(left) == 2
    assert all(abs(one - KEEP // timedelta(milliseconds=1)) < 10_000 for one in left)
