"""Pages of a view: nothing is lost and nothing repeated, whatever the scores."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from fakeredis import FakeAsyncRedis
from hypothesis import given, settings
from hypothesis import strategies as st

from responder.domain.model import AccountId, ConversationId, State
from responder.domain.states import OWED
from responder.store.conversations import Conversation
from responder.store.database import Database, open_database
from responder.store.listing import Place, count, listing
from responder.testing import FakeClock
from tests.store.shop import UNDO, Shop

HOUR = timedelta(hours=1)
_Text = bytes | bytearray | memoryview | str | int | float  # what redis-py takes
STATES = (State.WAITING, State.APPROVED, State.ANSWERED)


@dataclass(frozen=True)
class Entry:
    """One conversation in an index."""

    partition: int
    state: State
    score: int
    number: int

    @property
    def id(self) -> ConversationId:
        return ConversationId(f"{self.partition:02d}-{self.number:06d}")


async def store(database: Database, entries: Sequence[Entry]) -> None:
    """The least that a listing reads, many at once."""
    pipe = database.redis.pipeline(transaction=False)
    for entry in entries:
        partition = database.partitions.all[entry.partition]
        fields: dict[_Text, _Text] = {
            "account": f"shop-{entry.number % 3}",
            "marketplace": "amazon",
            "thread": "t",
            "state": entry.state,
            "created_at": 0,
            "updated_at": 0,
        }
        pipe.hset(partition.conversation(entry.id).conversation, mapping=fields)
        pipe.zadd(partition.index[entry.state], {entry.id: entry.score})
    await pipe.execute()


async def walk(
    database: Database,
    *,
    limit: int,
    latest_first: bool = False,
    chunk: int = 200,
    states: Sequence[State] = STATES,
    account: AccountId | None = None,
    keep: Callable[[Conversation], bool] = lambda _: True,
) -> list[list[ConversationId]]:
    """Every page of a view."""
    pages: list[list[ConversationId]] = []
    behind: Place | None = None
    while True:
        page = await listing(
            database,
            states,
            limit=limit,
            behind=behind,
            latest_first=latest_first,
            chunk=chunk,
            account=account,
            keep=keep,
        )
        pages.append([one.id for one in page.items])
        if page.next is None:
            return pages
        behind = Place.parse(str(page.next))


entries = st.lists(
    st.tuples(
        st.integers(0, 15),
        st.sampled_from(STATES),
        st.integers(1_700_000_000_000, 1_700_000_000_002),
    ),
    max_size=60,
).map(
    lambda rows: [
        Entry(partition, state, score, number)
        for number, (partition, state, score) in enumerate(rows)
    ]
)


@given(
    entries=entries, limit=st.integers(1, 7), chunk=st.integers(1, 9), latest_first=st.booleans()
)
@settings(max_examples=60, deadline=None)
def test_paging_loses_and_repeats_nothing(
    entries: list[Entry], limit: int, chunk: int, latest_first: bool
) -> None:
    async def pages() -> list[list[ConversationId]]:
        database = await open_database(FakeAsyncRedis(decode_responses=True), FakeClock())
        await store(database, entries)
        return await walk(database, limit=limit, chunk=chunk, latest_first=latest_first)

    found = asyncio.run(pages())

    expected = sorted(entries, key=lambda entry: (entry.score, entry.id), reverse=latest_first)
    assert [one for page in found for one in page] == [entry.id for entry in expected]
    assert all(len(page) == limit for page in found[:-1])


@pytest.mark.parametrize("latest_first", [False, True])
async def test_long_runs_of_equal_scores_in_one_partition_hide_no_others(
    database: Database, latest_first: bool
) -> None:
    entries = [Entry(0, State.WAITING, 5_000, number) for number in range(450)]
    entries += [
        Entry(15, State.WAITING, 4_000 + number, 1000 + number) for number in range(0, 2000, 8)
    ]
    await store(database, entries)

    pages = await walk(database, limit=60, latest_first=latest_first)

    expected = sorted(entries, key=lambda entry: (entry.score, entry.id), reverse=latest_first)
    assert [one for page in pages for one in page] == [entry.id for entry in expected]


async def test_what_is_due_first_is_on_top(shop: Shop, clock: FakeClock) -> None:
    for thread, age in (("new", 1), ("old", 20), ("middle", 5)):
        await shop.buyer_writes(thread=thread, at=clock.now() - age * HOUR)

    page = await listing(shop.database, [State.WAITING], limit=10)

    assert [one.thread for one in page.items] == ["old", "middle", "new"]
    assert page.next is None


async def test_the_latest_are_on_top_when_asked_for(shop: Shop, clock: FakeClock) -> None:
    for thread in ("first", "second", "third"):
        await shop.buyer_writes(thread=thread)
        await shop.desk.no_reply_needed(shop.conversation(thread), "ann")
        clock.advance(HOUR)

    page = await listing(shop.database, [State.NO_REPLY_NEEDED], limit=2, latest_first=True)

    assert [one.thread for one in page.items] == ["third", "second"]
    assert page.next is not None


async def test_a_view_may_show_several_states_merged(shop: Shop, clock: FakeClock) -> None:
    await shop.approved(thread="approved")
    clock.advance(HOUR)
    await shop.buyer_writes(thread="waiting")

    page = await listing(shop.database, sorted(OWED), limit=10)

    assert [one.thread for one in page.items] == ["approved", "waiting"]


async def test_a_view_may_keep_only_some(database: Database) -> None:
    await store(database, [Entry(n % 16, State.WAITING, n, n) for n in range(40)])

    pages = await walk(database, limit=3, keep=lambda one: one.id.endswith("7"))

    assert [one[-2:] for page in pages for one in page] == ["07", "17", "27", "37"]


async def test_a_page_that_ends_with_the_last_match_may_be_followed_by_an_empty_one(
    database: Database,
) -> None:
    await store(database, [Entry(0, State.WAITING, n, n) for n in range(6)])

    pages = await walk(database, limit=3)

    assert [len(page) for page in pages] == [3, 3]


async def test_a_view_of_one_account_shows_no_other_of_its_partition(
    shop: Shop, clock: FakeClock
) -> None:
    names = (AccountId(f"shop-{number}") for number in range(1000))
    neighbour = next(
        name for name in names if shop.database.partitions.of_account(name) is shop.partition
    )
    await shop.buyer_writes()
    await Shop(shop.database, clock, neighbour).buyer_writes()

    page = await listing(shop.database, [State.WAITING], limit=10, account=shop.account)

    assert [one.account for one in page.items] == [shop.account]


async def test_what_has_changed_state_since_the_index_was_read_is_not_shown(
    shop: Shop,
) -> None:
    conversation = await shop.buyer_writes()
    key = shop.partition.conversation(conversation).conversation
    await shop.database.redis.hset(key, "state", State.ANSWERED)

    page = await listing(shop.database, [State.WAITING], limit=10)

    assert page.items == []


async def test_what_is_gone_since_the_index_was_read_is_not_shown(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    await shop.database.redis.delete(shop.partition.conversation(conversation).conversation)

    page = await listing(shop.database, [State.WAITING], limit=10)

    assert page.items == []


async def test_conversations_are_counted_over_states_and_partitions(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await shop.approved(thread="sent")
    clock.advance(UNDO)
    await shop.accept(conversation, await shop.attempt(await shop.take(shop.queues.outbox)))
    await shop.buyer_writes(thread="waiting")
    await Shop(shop.database, clock, AccountId("taobao-main")).buyer_writes()

    assert await count(shop.database, [State.WAITING]) == 2
    assert await count(shop.database, [State.WAITING, State.ANSWERED]) == 3
    assert await count(shop.database, []) == 0


@given(score=st.integers(-(2**53), 2**53), name=st.text("0123456789abcdef-"))
def test_a_place_is_the_same_after_it_was_written_down(score: int, name: str) -> None:
    place = Place(score, name)

    assert Place.parse(str(place)) == place


@pytest.mark.parametrize("text", ["", "~", "x~04-a", "1.5~04-a"])
def test_a_place_that_no_page_has_given_out_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Place.parse(text)


def test_places_of_one_score_are_in_the_order_of_their_names() -> None:
    place = Place(1, "a")

    assert place < replace(place, id="b") < replace(place, score=2)
