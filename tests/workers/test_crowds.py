"""After an outage: one message about three hundred conversations, not three hundred."""

from datetime import timedelta

import pytest

from responder.alerts.rules import Channel
from responder.alerts.words import Speaker
from responder.domain.alerts import KINDS
from responder.domain.model import ConversationId
from responder.domain.states import OWED
from responder.store.listing import listing
from tests.workers.conftest import ACCOUNT, Service

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def pager(service: Service) -> Service:
    """One channel that tells of all in one message a minute."""
    channel = Channel(id="pager", name="pager", kinds=frozenset(KINDS), merge=MINUTE)
    service.channels.rules = {"pager": channel}
    return service


def backlog(service: Service, count: int, first: int = 0, *, age: timedelta = 3 * DAY) -> None:
    """So many buyers wrote so long ago, a second apart."""
    for number in range(first, first + count):
        wrote = service.clock.now() - age + timedelta(seconds=number)
        service.connector.writes("Hello?", thread=f"thread-{number}", at=wrote)


def sizes(service: Service) -> list[int]:
    return [len(message.alerts) for _, message in service.channels.messages]


def said(service: Service, number: int = -1) -> tuple[str, str]:
    [channel] = service.channels.rules.values()
    _, message = service.channels.messages[number]
    speaker = Speaker(channel.language, channel.zone, service.channels._links)
    now = service.clock.now()
    return speaker.title(message, now), speaker.body(message, now)


async def test_a_backlog_that_is_overdue_is_told_of_in_one_message_within_seconds(
    pager: Service,
) -> None:
    backlog(pager, 312)
    await pager.work("poll")
    before = pager.clock.now()

    await pager.work("watch", "alert")
    await pager.hear()

    assert sizes(pager) == [312]
    assert pager.clock.now() - before < timedelta(seconds=5)
    title, body = said(pager)
    assert title.startswith("312 conversations are late, earliest 48 h")
    assert f"{ACCOUNT}: 312 late" in body
    assert "… and 307 more" in body
    found = await listing(pager.database, OWED, limit=200)
    assert {one.risk for one in found.items} == {"breached"}


async def test_what_comes_meanwhile_is_told_of_a_minute_after_the_first_message(
    pager: Service,
) -> None:
    backlog(pager, 50)
    await pager.work("poll", "watch", "alert")
    await pager.hear()
    partition = pager.database.partitions.of_account(ACCOUNT)
    for first in (50, 100, 150):
        pager.clock.advance(timedelta(seconds=10))
        backlog(pager, 50, first)
        await pager.queues.poll.schedule(partition, {ACCOUNT: pager.clock.now()})
        await pager.work("poll", "watch", "alert")
    early = sizes(pager)

    pager.clock.advance(MINUTE)
    await pager.work("alert")

    assert (early, sizes(pager)) == ([50], [50, 150])


async def test_a_lone_alert_goes_at_once_and_the_next_ones_in_one_message_a_minute_later(
    pager: Service,
) -> None:
    backlog(pager, 20, age=timedelta(0))
    await pager.work("poll")
    first = await pager.queues.watch.next_at()
    assert first is not None
    pager.clock.advance(first - pager.clock.now())
    await pager.work("watch", "alert")
    assert sizes(pager) == [1]

    for _ in range(25):
        pager.clock.advance(timedelta(seconds=1))
        await pager.work("watch", "alert")
    assert sizes(pager) == [1]

    pager.clock.advance(timedelta(seconds=35))
    await pager.work("watch", "alert")
    assert sizes(pager) == [1, 19]


async def test_the_end_is_told_once_when_all_of_a_message_is_over(pager: Service) -> None:
    backlog(pager, 3)
    await pager.work("poll", "draft", "watch", "alert")
    await pager.hear()
    first, *others = [one.id for one in await pager.all()]

    await pager.desk.no_reply_needed(ConversationId(first), "ann")
    pager.clock.advance(2 * MINUTE)
    await pager.work("alert")
    assert len(pager.channels.messages) == 1, "two are open"
    for one in others:
        await pager.desk.no_reply_needed(ConversationId(one), "ann")
    for _ in range(4):
        pager.clock.advance(2 * MINUTE)
        await pager.work("alert")

    title, _ = said(pager)
    assert title.startswith("Over: all 3 conversations of ")
    assert len(pager.channels.messages) == 2


async def test_nothing_is_told_of_what_was_answered_before_it_could_be_told(
    pager: Service,
) -> None:
    backlog(pager, 1)
    await pager.work("poll", "draft", "watch", "alert")
    one = await pager.only()
    await pager.desk.no_reply_needed(ConversationId(one.id), "ann")

    await pager.hear()
    pager.clock.advance(HOUR)
    await pager.work("alert")

    assert pager.channels.messages == []


async def test_a_dead_channel_loses_no_crowd(pager: Service) -> None:
    pager.channels.refuse = 2
    backlog(pager, 50)
    await pager.work("poll", "watch", "alert")

    for _ in range(3):
        pager.clock.advance(timedelta(seconds=20))
        await pager.work("alert")

    assert sizes(pager) == [50]
