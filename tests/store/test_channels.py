"""What channels have to tell and have told: once each, fenced, and nothing left behind."""

from dataclasses import replace
from datetime import timedelta

import pytest

from responder.domain.model import ConversationId
from responder.store import remarks
from responder.store.channels import (
    Delivery,
    begin_telling,
    conversations_open,
    failing,
    home,
    link_key,
    read_channel,
    route,
    told_before,
)
from responder.store.database import Database
from responder.store.events import EventFeed
from responder.store.notices import dump_notice, load_notice
from responder.store.queues import Queues
from responder.store.told import (
    ChannelState,
    Telling,
    Told,
    Trouble,
    dump_item,
    dump_told,
    dump_trouble,
    load_item,
    subject,
)
from responder.testing import FakeClock
from tests.store.channel_items import claimed, item, look, looked, to
from tests.store.shop import START, Shop

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


async def test_an_item_comes_to_its_channel_once(database: Database, clock: FakeClock) -> None:
    assert await route(database, [to(clock), to(clock, "mail")]) == [True, True]
    assert await route(database, [to(clock), to(clock, name="n2")]) == [False, True]
    assert await route(database, []) == []

    assert set((await read_channel(database, "ding")).waiting) == {"n1", "n2"}
    events = await EventFeed(database).since(START)
    assert [(one.type, one.data["count"]) for one in events] == [
        ("alert_routed", "2"),
        ("alert_routed", "1"),
    ]


async def test_what_was_told_comes_again_only_when_it_is_written_down_again(
    database: Database, queues: Queues, clock: FakeClock
) -> None:
    first, second = (load_notice(dump_notice(item(clock).notice)) for _ in range(2))
    once, again = (
        Delivery("ding", item(clock, notice=notice), clock.now()) for notice in (first, second)
    )
    await route(database, [once])
    await look(database, await claimed(queues), looked(clock, waiting={"n1": None}))

    assert first == second
    assert await route(database, [once]) == [False]
    assert await route(database, [again]) == [True]
    assert await route(database, [once, again]) == [False, False]


async def test_a_route_is_remembered_for_a_day_at_most(
    database: Database, clock: FakeClock
) -> None:
    await route(database, [to(clock)])
    clock.advance(timedelta(hours=23))
    assert await route(database, [to(clock)]) == [False]

    clock.advance(timedelta(hours=2))

    assert await route(database, [to(clock)]) == [True]


async def test_only_who_holds_a_channel_tells_and_settles(
    database: Database, queues: Queues, clock: FakeClock
) -> None:
    await route(database, [to(clock)])
    lost = await claimed(queues)
    clock.advance(MINUTE)
    held = await claimed(queues)
    telling = Telling(message="ding-1", at=clock.now(), items=("n1",))

    assert not await begin_telling(database, lost, telling)
    assert await begin_telling(database, held, telling)
    assert (await read_channel(database, "ding")).telling == telling
    assert not await look(database, lost, looked(clock, waiting={"n1": None}))
    assert set((await read_channel(database, "ding")).waiting) == {"n1"}
    assert await look(database, held, looked(clock, state={"telling": None}))
    assert (await read_channel(database, "ding")).telling is None


async def test_a_settlement_sets_and_takes_away_in_each_place_and_leaves_an_event(
    database: Database, queues: Queues, clock: FakeClock
) -> None:
    await route(database, [to(clock)])
    claim = await claimed(queues)
    trouble = Trouble(since=clock.now(), tries=2, reason="errcode 1", raised=("mail",))
    new, told = item(clock, "over:m", count=3, since=clock.now()), item(clock).notice

    await look(
        database,
        claim,
        looked(
            clock,
            state={"trouble": dump_trouble(trouble), "telling": None},
            waiting={"n1": None, "over:m": dump_item(new)},
            told={"00-1": dump_told(Told(notice=told, message="m", at=clock.now()))},
            event="alert_told",
            message="m",
            count=1,
        ),
    )

    state = await read_channel(database, "ding")
    assert state.trouble == trouble
    assert dict(state.waiting) == {"over:m": new}
    assert await failing(database, ["ding", "mail"]) == {"ding"}
    assert await told_before(database, "ding", [item(clock)]) == {"00-1": told}
    assert await told_before(database, "ding", []) == {}
    *_, event = await EventFeed(database).since(START)
    assert (event.type, event.data["channel"], event.data["message"]) == ("alert_told", "ding", "m")


async def test_an_unknown_channel_has_nothing_to_tell(database: Database) -> None:
    assert await read_channel(database, "never") == ChannelState()


async def test_conversations_that_are_there_are_told_apart(shop: Shop, clock: FakeClock) -> None:
    one = await shop.buyer_writes()
    other = await shop.buyer_writes(thread="other")
    await shop.desk.no_reply_needed(other, "ann")
    await remarks.annotate(shop.database, one, "ann", "assigned", {"assignee": "ann"})

    found = await conversations_open(shop.database, [one, other, ConversationId("00-9")])

    assert {name: (each.owed, each.assignee) for name, each in found.items()} == {
        one: (True, "ann"),
        other: (False, ""),
    }


async def test_links_are_signed_with_one_key_a_store(database: Database) -> None:
    first = await link_key(database)

    assert first == await link_key(database)
    assert len(first) >= 32


@pytest.mark.parametrize("whole", [True, False])
def test_an_item_is_the_same_after_it_was_stored(clock: FakeClock, whole: bool) -> None:
    one = item(clock)
    if whole:
        one = item(clock, unheard="night", count=3, since=clock.now() - SECOND, id="n1>boss")

    assert load_item(dump_item(one)) == one


@pytest.mark.parametrize(
    ("kind", "conversation", "about"),
    [
        ("breached", "00-1", "00-1"),
        ("send_uncertain", "00-1", "00-1:send_uncertain"),
        ("account_down", None, "account_down:shop"),
        ("ingest_gap", None, "n1"),
    ],
)
def test_a_later_alert_about_the_same_takes_the_place_of_an_earlier(
    clock: FakeClock, kind: str, conversation: str | None, about: str
) -> None:
    named = ConversationId(conversation) if conversation else None
    notice = replace(item(clock).notice, kind=kind, conversation=named)

    assert subject(notice) == about


def test_channels_lie_in_the_first_partition(database: Database) -> None:
    assert home(database).number == 0
