"""The ledger of what was seen, what the store lacks, and telling of it."""

from dataclasses import replace
from datetime import timedelta

from responder.domain.backlog import CatchUp
from responder.domain.census import NOT_BEGUN, Progress
from responder.domain.model import Author
from responder.store.accounts import AccountBook, read_account
from responder.store.codec import dump_progress, load_progress
from responder.store.gaps import close_gap, missing, tell_gap
from responder.store.inbox import Aside, Book, Ingested, Page, ingest
from responder.store.queue import Claim
from responder.testing import FakeClock
from tests.store.shop import Shop

HOUR = timedelta(hours=1)


async def book_of(shop: Shop) -> AccountBook:
    return await read_account(shop.database, shop.account)


async def census_lease(shop: Shop) -> Claim:
    await shop.queues.census.schedule(shop.partition, {shop.account: shop.clock.now()})
    [claim] = await shop.queues.census.claim(1)
    return claim


async def compare(shop: Shop, page: Page, progress: str = "") -> Ingested | None:
    return await ingest(
        shop.database,
        replace(page, book=Book.CENSUS, cursor=progress),
        await census_lease(shop),
        next_poll=shop.clock.now() + HOUR,
    )


async def tell(shop: Shop, name: str = "gap") -> bool:
    notice = shop.notice("ingest_gap", name)
    not_since = shop.clock.now() - HOUR
    return await tell_gap(shop.database, await book_of(shop), notice, not_since=not_since)


async def test_everything_that_was_seen_is_in_one_of_the_books(
    shop: Shop, clock: FakeClock
) -> None:
    aside = Aside(id="x", reason="no sender", ref="INBOX/9", at=clock.now())
    page = shop.page(shop.arrival(name="m1"), shop.arrival(name="m2"), aside=[aside], ignored=3)

    first = await shop.take_in(page)
    again = await shop.take_in(page)

    assert (first.known, again.known) == (0, 3)
    book = await book_of(shop)
    assert dict(book.entries) == {
        "seen": 12,
        "stored": 2,
        "known": 3,
        "ignored": 6,
        "set_aside": 1,
        "unaccounted": 0,
        "recovered": 0,
    }


async def test_our_own_reply_read_back_is_known(shop: Shop, clock: FakeClock) -> None:
    conversation, _ = await shop.approved("It comes tomorrow.")
    clock.advance(timedelta(seconds=10))
    reply = await shop.attempt(await shop.take(shop.queues.outbox))
    await shop.accept(conversation, reply)

    stored = await shop.receive(shop.our_own("It comes tomorrow."))

    assert (stored.messages, stored.known) == (0, 1)
    assert (await book_of(shop)).unaccounted == 0


async def test_the_proof_of_a_reply_under_way_is_known(shop: Shop, clock: FakeClock) -> None:
    await shop.approved("It comes tomorrow.")
    clock.advance(timedelta(seconds=10))
    await shop.attempt(await shop.take(shop.queues.outbox))

    stored = await shop.receive(shop.our_own("It comes tomorrow."))

    assert (stored.messages, stored.known) == (0, 1)


async def test_what_the_source_named_and_nobody_got_is_unaccounted_for(shop: Shop) -> None:
    page = shop.page(shop.arrival())

    await shop.take_in(replace(page, seen=page.seen + 2))
    await shop.take_in(replace(page, seen=page.seen - 1))

    assert (await book_of(shop)).unaccounted == 3, "one gap does not make up for another"


async def test_a_page_tells_which_of_its_messages_are_new(shop: Shop) -> None:
    await shop.receive(shop.arrival(name="old"))

    stored = await shop.receive(
        shop.arrival(name="new"), shop.arrival(name="old"), shop.arrival(name="newer", thread="u")
    )

    assert stored.ids == {"new", "newer"}


async def test_the_account_remembers_when_it_began_and_when_it_was_read_to_its_end(
    shop: Shop, clock: FakeClock
) -> None:
    began = clock.now()
    await shop.take_in(replace(shop.page(), caught_up=False))
    before = await book_of(shop)
    clock.advance(HOUR)
    await shop.take_in(shop.page())
    clock.advance(HOUR)
    await shop.take_in(replace(shop.page(), caught_up=False))

    book = await book_of(shop)
    assert (before.began, before.caught_up_at) == (began, None)
    assert (book.began, book.caught_up_at) == (began, began + HOUR)


async def test_how_far_a_backlog_is_read_is_known_until_its_end(
    shop: Shop, clock: FakeClock
) -> None:
    began, now = clock.now(), clock.now()
    old, newer = now - 10 * HOUR, now - 5 * HOUR
    pages = [
        [shop.arrival(name="a", at=newer), shop.arrival(name="b", at=old)],
        [],
        [shop.arrival(name="c", at=now - 7 * HOUR)],  # not every source keeps to an order
    ]
    for arrivals in pages:
        await shop.take_in(replace(shop.page(*arrivals), caught_up=False))
        clock.advance(HOUR)

    behind = (await book_of(shop)).behind
    await shop.take_in(shop.page(shop.arrival(name="d", at=clock.now())))

    assert behind == CatchUp(since=began, seen=3, begins=old, reached=newer)
    assert behind.share(began) == 0.5
    assert (await book_of(shop)).behind is None


async def test_a_census_stores_what_was_missing_and_leaves_the_inbox_alone(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.take_in(shop.page(shop.arrival(name="m1"), cursor="7"))
    inbox = await shop.poll()
    clock.advance(timedelta(seconds=1))
    aside = Aside(id="x", reason="no sender", ref="INBOX/9", at=clock.now())

    stored = await compare(
        shop, shop.page(shop.arrival(name="m1"), shop.arrival(name="m2"), aside=[aside])
    )

    assert stored == Ingested(messages=1, aside=1)
    book = await book_of(shop)
    assert (book.cursor, book.recovered, book.unaccounted) == ("7", 2, 0)
    assert book.polled_at == clock.now() - timedelta(seconds=1)
    assert await shop.queues.poll.done(inbox), "the lease on the inbox still holds"
    assert await shop.queues.draft.next_at() is not None


async def test_a_census_under_a_lost_lease_changes_nothing(shop: Shop, clock: FakeClock) -> None:
    lost = await census_lease(shop)
    clock.advance(timedelta(minutes=3))
    await shop.queues.census.claim(1)
    page = replace(shop.page(shop.arrival()), book=Book.CENSUS, cursor="c")

    assert await ingest(shop.database, page, lost, next_poll=clock.now()) is None

    assert (await book_of(shop)).recovered == 0


async def test_how_far_a_census_has_come_moves_with_what_it_found(
    shop: Shop, clock: FakeClock
) -> None:
    progress = Progress(
        done_until=clock.now() - 5 * HOUR,
        since=clock.now() - HOUR,
        until=clock.now(),
        cursor="c",
        deep=True,
        found=2,
    )

    await compare(shop, shop.page(), dump_progress(progress))

    assert (await book_of(shop)).census == progress
    assert load_progress("") == load_progress(dump_progress(NOT_BEGUN)) == NOT_BEGUN


async def test_ids_that_are_stored_or_set_aside_are_not_missing(
    shop: Shop, clock: FakeClock
) -> None:
    aside = Aside(id="x", reason="no sender", ref="INBOX/9", at=clock.now())
    await shop.take_in(shop.page(shop.arrival(name="m1"), aside=[aside]))

    lacking = await missing(shop.database, shop.account, ["m1", "m2", "x", "y"])

    assert lacking == {"m2", "y"}
    assert await missing(shop.database, shop.account, []) == frozenset()


async def test_a_gap_is_told_of_once(shop: Shop) -> None:
    assert not await tell(shop), "there is none"
    await compare(shop, shop.page(shop.arrival()))

    told = [await tell(shop), await tell(shop)]

    assert told == [True, False]
    assert [event.type for event in await shop.events()][-1] == "ingest_gap"
    assert await shop.queues.alert.depth() == 1


async def test_more_within_the_hour_is_told_of_later_and_together(
    shop: Shop, clock: FakeClock
) -> None:
    await compare(shop, shop.page(shop.arrival()))
    await tell(shop, "first")
    opened = (await book_of(shop)).gap_since
    clock.advance(HOUR / 2)
    await compare(shop, shop.page(shop.arrival()))

    too_soon = await tell(shop, "second")
    clock.advance(HOUR)
    later = await tell(shop, "third")

    assert (too_soon, later) == (False, True)
    book = await book_of(shop)
    assert (book.gap, book.gap_told, book.gap_since) == (2, 2, opened)


async def test_a_gap_is_told_of_though_a_clock_that_was_ahead_told_of_another(
    shop: Shop, clock: FakeClock
) -> None:
    clock.advance(HOUR)
    await compare(shop, shop.page(shop.arrival()))
    await tell(shop, "first")
    clock.advance(-HOUR)
    await compare(shop, shop.page(shop.arrival()))

    assert await tell(shop, "second")


async def test_a_gap_is_closed_once_and_only_when_all_of_it_was_told(
    shop: Shop, clock: FakeClock
) -> None:
    assert not await close_gap(shop.database, await book_of(shop)), "none is open"
    await compare(shop, shop.page(shop.arrival()))
    await tell(shop)
    before = await book_of(shop)
    await compare(shop, shop.page(shop.arrival()))

    assert not await close_gap(shop.database, await book_of(shop))
    clock.advance(2 * HOUR)
    await tell(shop)

    assert not await close_gap(shop.database, before), "more has come since it was read"
    assert await close_gap(shop.database, await book_of(shop))
    assert (await book_of(shop)).gap_since is None
    assert [event.type for event in await shop.events()][-1] == "gap_closed"


async def test_a_sellers_words_count_as_recovered_too(shop: Shop) -> None:
    await shop.buyer_writes()

    await compare(shop, shop.page(shop.arrival(Author.SELLER, "Answered by telephone.")))

    assert (await book_of(shop)).recovered == 1
