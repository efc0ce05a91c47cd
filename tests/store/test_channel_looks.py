"""When a channel of alerts is looked at: not before it may speak, soon after an end."""

from dataclasses import replace
from datetime import timedelta

from responder.store.channels import Settlement, look_soon, read_channel, route, settle
from responder.store.database import Database
from responder.store.queues import Queues
from responder.store.times import ms
from responder.testing import FakeClock
from tests.store.channel_items import claimed, look, looked, to

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


async def test_a_channel_is_left_alone_until_it_may_speak_again(
    database: Database, queues: Queues, clock: FakeClock
) -> None:
    await route(database, [to(clock)])
    later = clock.now() + MINUTE
    await look(database, await claimed(queues), looked(clock, not_before=later))
    assert await queues.channel.next_at() is None

    await route(database, [to(clock, name="n2")])

    assert await queues.channel.next_at() == later


async def test_what_comes_during_a_look_has_the_channel_looked_at_again(
    database: Database, queues: Queues, clock: FakeClock
) -> None:
    await route(database, [to(clock)])
    claim = await claimed(queues)
    seen = await read_channel(database, "ding")
    await route(database, [to(clock, name="n2")])
    assert await queues.channel.next_at() != clock.now(), "it is held"

    night = clock.now() + timedelta(hours=9)
    await settle(database, claim, seen, looked(clock, next_at=night))

    assert await queues.channel.next_at() == clock.now()


async def test_an_earlier_look_takes_the_place_of_a_later_one(
    database: Database, queues: Queues, clock: FakeClock
) -> None:
    await route(database, [to(clock)])
    await look(database, await claimed(queues), looked(clock, next_at=clock.now() + MINUTE))

    await route(database, [to(clock, name="n2")])

    assert await queues.channel.next_at() == clock.now()


def to_look(clock: FakeClock, after: timedelta, not_before: timedelta) -> Settlement:
    """Something was told: look whether it is over ``after`` that, sooner if it may be."""
    at, since = clock.now() + after, clock.now() + not_before
    marks: dict[str, str | None] = {"look_at": str(ms(at)), "look_from": str(ms(since))}
    return looked(clock, next_at=at, state=marks)


async def test_an_end_has_channels_look_soon_but_not_at_each_end(
    database: Database, queues: Queues, clock: FakeClock
) -> None:
    await route(database, [to(clock)])
    settled = to_look(clock, 5 * MINUTE, MINUTE)
    may_look = clock.now() + MINUTE
    await look(database, await claimed(queues), settled)

    assert await look_soon(database, ["mail", "ding"]) == 1, "the other has told nothing"
    assert await look_soon(database, ["mail", "ding"]) == 0
    assert await queues.channel.next_at() == may_look
    assert (await read_channel(database, "ding")).look_at == may_look

    clock.advance(2 * MINUTE)
    assert await look_soon(database, ["ding"]) == 0, "it looks by then anyway"
    await look(database, await claimed(queues), to_look(clock, 5 * MINUTE, -MINUTE))
    assert await look_soon(database, ["ding"]) == 1
    assert await queues.channel.next_at() == clock.now()


async def test_an_end_leaves_an_earlier_speech_where_it_was(
    database: Database, queues: Queues, clock: FakeClock
) -> None:
    await route(database, [to(clock)])
    soon = clock.now() + SECOND
    what = replace(to_look(clock, 5 * MINUTE, MINUTE), next_at=soon)
    await look(database, await claimed(queues), what)

    await look_soon(database, ["ding"])

    assert await queues.channel.next_at() == soon


async def test_an_end_during_a_look_has_the_channel_looked_at_again(
    database: Database, queues: Queues, clock: FakeClock
) -> None:
    await route(database, [to(clock)])
    await look(database, await claimed(queues), to_look(clock, 5 * MINUTE, -MINUTE))
    await route(database, [to(clock, name="n2")])
    claim = await claimed(queues)
    seen = await read_channel(database, "ding")

    assert await look_soon(database, ["ding"]) == 1
    assert await queues.channel.next_at() != clock.now(), "it is held"
    await settle(database, claim, seen, looked(clock, next_at=seen.look_at))

    assert await queues.channel.next_at() == clock.now()
    assert (await read_channel(database, "ding")).look_at == clock.now()
