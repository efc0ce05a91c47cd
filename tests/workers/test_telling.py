"""Whom an alert goes to, who hears of it when nobody answers, and of a silent channel."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.base import Author, Kind
from responder.alerts.channels import TAKEN, Handed, Outcome
from responder.alerts.message import Message
from responder.alerts.rules import Channel, Quiet, Team
from responder.domain.alerts import KINDS
from responder.domain.calendar import WorkingHours
from responder.domain.model import AccountId
from responder.domain.week import WEEKDAYS, Hours, week_of
from responder.store import remarks
from responder.store.channels import acknowledge, home, read_channel, read_told
from responder.store.database import Database
from responder.store.notices import Notice, dump_notice, finish_notices
from responder.store.queue import Claim
from responder.workers import alerter
from responder.workers.alerter import HINT_EVERY, Alerter
from tests.workers.conftest import ACCOUNT, ListeningChannels, Service

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
ALL = frozenset(KINDS)


def channel(id_: str, **rules: Any) -> Channel:
    return replace(Channel(id=id_, name=id_, kinds=ALL, merge=MINUTE), **rules)


def use(service: Service, *channels: Channel) -> None:
    service.channels.rules = {one.id: one for one in channels}


def heard(service: Service, name: str) -> list[str]:
    """What a channel was told: kinds, in order."""
    return [
        item.notice.kind
        for at, message in service.channels.messages
        if at == name
        for item in message.items
    ]


async def at_risk(service: Service, count: int = 1) -> None:
    """So many conversations cross their first threshold now."""
    for number in range(count):
        service.connector.writes("Hello?", thread=f"thread-{number}")
    await service.work("poll", "draft")
    first = await service.queues.watch.next_at()
    assert first is not None
    service.clock.advance(first - service.clock.now())
    await service.work("watch", "alert")


async def wait(service: Service, time: timedelta, step: timedelta = MINUTE) -> None:
    end = service.clock.now() + time
    while service.clock.now() < end:
        service.clock.advance(step)
        await service.work("watch", "alert")


def failing(monkeypatch: pytest.MonkeyPatch, channels: ListeningChannels, *names: str) -> list[str]:
    """These channels refuse until they are taken out of the list."""
    sick = list(names)
    hand_over: Callable[..., object] = channels.hand_over

    async def refuse(one: Channel, message: Message) -> Outcome:
        if one.id in sick:
            return Outcome(Handed.REFUSED, "errcode 310000: sign not match")
        await hand_over(one, message)  # type: ignore[misc]
        return TAKEN

    monkeypatch.setattr(channels, "hand_over", refuse)
    return sick


async def test_who_is_assigned_decides_the_team_and_else_the_account(service: Service) -> None:
    service.channels.teams = (
        Team(name="pre", members=frozenset({"ann"})),
        Team(name="after", members=frozenset({"bob"}), accounts=frozenset({ACCOUNT})),
    )
    use(
        service,
        channel("pre", teams=frozenset({"pre"})),
        channel("after", teams=frozenset({"after"})),
        channel("boss"),
    )
    service.connector.writes("Hello?", thread="one")
    service.connector.writes("Hello?", thread="two")
    await service.work("poll", "draft")
    by_thread = {one.thread: one.id for one in await service.all()}
    await remarks.annotate(
        service.database, by_thread["one"], "sue", "assigned", {"assignee": "ann"}
    )
    service.clock.advance(12 * HOUR + timedelta(seconds=10))

    await service.work("watch", "alert")

    told = {
        (name, item.notice.conversation)
        for name, message in service.channels.messages
        for item in message.alerts
    }
    one, two = by_thread["one"], by_thread["two"]
    assert told == {("pre", one), ("after", two), ("boss", one), ("boss", two)}


async def test_what_nobody_acknowledges_goes_to_the_next_and_to_the_one_after(
    service: Service,
) -> None:
    use(
        service,
        channel("agents", escalate_after=10 * MINUTE, escalate_to="lead"),
        channel("lead", kinds=frozenset(), escalate_after=10 * MINUTE, escalate_to="boss"),
        channel("boss", kinds=frozenset()),
    )
    await at_risk(service)
    await wait(service, 9 * MINUTE)
    assert heard(service, "lead") == []

    await wait(service, 2 * MINUTE)
    assert heard(service, "lead") == ["at_risk"]
    await wait(service, 30 * MINUTE)

    assert heard(service, "boss") == ["at_risk"]
    assert heard(service, "lead") == ["at_risk"], "once"
    [(_, message)] = [one for one in service.channels.messages if one[0] == "boss"]
    assert message.unheard == ["lead"]


async def test_an_acknowledged_alert_goes_to_nobody_else_whichever_url_it_was_heard_at(
    service: Service,
) -> None:
    rules: dict[str, Any] = {"name": "team", "escalate_after": 10 * MINUTE, "escalate_to": "boss"}
    use(
        service,
        channel("team.0", **rules),
        channel("team.1", **rules),
        channel("boss", kinds=frozenset()),
    )
    await at_risk(service)
    [first, _] = [message.id for _, message in service.channels.messages]

    sent = await acknowledge(service.database, "team.0", first, table="team", by="ann")
    again = await acknowledge(service.database, "team.0", first, table="team", by="bob")

    assert sent is not None
    assert again is not None
    assert (sent.heard_by, again.heard_by) == ("ann", "ann"), "who was first sees to it"
    await wait(service, HOUR)
    assert heard(service, "boss") == []
    assert await acknowledge(service.database, "team.0", "team.0-ff", table="team", by="x") is None


async def test_an_answered_conversation_is_not_escalated_and_its_end_is_told(
    service: Service,
) -> None:
    use(
        service,
        channel("agents", escalate_after=10 * MINUTE, escalate_to="boss"),
        channel("boss", kinds=frozenset()),
    )
    await at_risk(service)
    await service.desk.no_reply_needed((await service.only()).id, "ann")

    await wait(service, HOUR)

    assert heard(service, "agents") == ["at_risk", "over"]
    assert heard(service, "boss") == []
    told, messages = await read_told(service.database, "agents")
    assert (told, messages) == ({}, {}), "nothing is left of what is over"


async def test_an_end_that_is_heard_of_is_told_at_once_and_the_next_a_minute_later(
    service: Service,
) -> None:
    use(service, replace(channel("agents"), merge=timedelta(0)))
    await at_risk(service, 2)
    first, second = await service.all()
    alerter = service.workers["alert"]
    assert isinstance(alerter, Alerter)

    await service.desk.no_reply_needed(first.id, "ann")
    assert alerter.something_ended()
    assert not alerter.something_ended(), "it is known already"
    await service.work("alert")
    await service.desk.no_reply_needed(second.id, "ann")
    await service.work("alert")
    assert heard(service, "agents") == ["at_risk", "at_risk"]

    assert alerter.something_ended()
    assert await alerter.next_at() == service.clock.now() + HINT_EVERY
    await wait(service, HINT_EVERY, step=HINT_EVERY)
    assert heard(service, "agents") == ["at_risk", "at_risk"], "it looked a moment ago"
    await wait(service, MINUTE, step=timedelta(seconds=5))

    assert heard(service, "agents") == ["at_risk", "at_risk", "over"]


async def test_a_channel_that_fails_raises_another_with_what_it_had_to_tell(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(service, channel("ding"), channel("mail", kinds=frozenset()))
    sick = failing(monkeypatch, service.channels, "ding")
    await at_risk(service)

    await wait(service, 5 * MINUTE)
    assert sorted(heard(service, "mail")) == ["at_risk", "channel_failed"]
    [(_, message)] = service.channels.messages
    [news] = message.news
    assert (news.notice.account, news.notice.reason) == ("ding", "errcode 310000: sign not match")

    sick.clear()
    await wait(service, 5 * MINUTE)
    assert heard(service, "ding") == ["at_risk"]
    assert sorted(heard(service, "mail")) == ["at_risk", "channel_failed", "channel_recovered"]


async def test_when_the_other_channel_fails_too_the_third_is_raised(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(
        service,
        channel("ding"),
        channel("mail", kinds=frozenset()),
        channel("sms", kinds=frozenset()),
    )
    failing(monkeypatch, service.channels, "ding", "mail")
    await at_risk(service)

    await wait(service, 5 * MINUTE)

    told = heard(service, "sms")
    assert told.count("at_risk") == 1
    assert told.count("channel_failed") == 2, "both are named"


async def test_with_no_other_channel_it_is_tried_until_it_works(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(service, channel("ding"))
    sick = failing(monkeypatch, service.channels, "ding")
    await at_risk(service, 3)
    await wait(service, HOUR)

    sick.clear()
    await wait(service, 2 * MINUTE)

    assert heard(service, "ding") == ["at_risk"] * 3
    assert (await read_channel(service.database, "ding")).trouble is None


async def test_at_night_only_what_is_late_is_told_and_the_rest_in_the_morning(
    service: Service,
) -> None:
    night = week_of(dict.fromkeys(WEEKDAYS, (Hours(20 * HOUR, 8 * HOUR),)))
    quiet = Quiet(WorkingHours(night, ZoneInfo("UTC")), frozenset({"breached"}))
    use(service, channel("ding", quiet=quiet))
    await at_risk(service)
    assert service.clock.now().hour == 21
    assert heard(service, "ding") == []

    await wait(service, 9 * HOUR, 10 * MINUTE)
    assert heard(service, "ding") == []
    await wait(service, 3 * HOUR, 10 * MINUTE)

    assert heard(service, "ding")[0] == "at_risk"
    [first, *_] = service.channels.messages
    assert first[1].at.hour == 8
    lag = service.metrics.registry.get_sample_value("responder_alert_lag_seconds_sum")
    held = service.metrics.registry.get_sample_value("responder_alert_held_seconds_sum")
    assert lag is not None
    assert held is not None
    assert held > 10 * 3600
    assert lag < 1800, "the test looks every ten minutes only"


async def test_what_waited_at_a_channel_that_is_gone_goes_to_another(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(service, channel("old"))
    failing(monkeypatch, service.channels, "old")
    await at_risk(service)

    use(service, channel("new", kinds=frozenset()))
    await wait(service, 3 * MINUTE)

    assert heard(service, "new") == ["at_risk"]
    assert (await read_channel(service.database, "old")).waiting == {}


async def test_alerts_that_an_earlier_version_wrote_down_are_told(service: Service) -> None:
    use(service, channel("ding"))
    now = service.clock.now()
    partition = service.database.partitions.of_account(ACCOUNT)
    crowd = Notice(
        id=f"{ACCOUNT}:breached:many:20261101T090000.000000",
        kind="breached",
        at=now,
        account=AccountId(ACCOUNT),
        due_at=now - HOUR,
        reason="50 conversations of shop are already overdue.",
    )
    await service.database.redis.hset(partition.alerts, crowd.id, dump_notice(crowd))
    await service.queues.alert.schedule(partition, {crowd.id: now})

    await service.work("alert")

    [(_, message)] = service.channels.messages
    assert [item.notice for item in message.items] == [crowd]


async def test_an_account_that_can_be_reached_again_is_over(service: Service) -> None:
    use(service, channel("ding"))
    service.connector.trouble.extend([KeyError("odd")] * 3)
    for _ in range(3):
        await service.work("poll", "alert")
        service.clock.advance(6 * MINUTE)
    assert heard(service, "ding") == ["account_down"]

    await service.work("poll")
    await wait(service, 5 * MINUTE)

    assert heard(service, "ding") == ["account_down", "over"]


async def test_an_answer_that_is_lost_is_a_repeat_with_the_same_id(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(service, channel("ding"))
    hand_over, lost = service.channels.hand_over, [True]

    async def lose(one: Channel, message: Message) -> Outcome:
        outcome = await hand_over(one, message)
        return Outcome(Handed.UNKNOWN, "no answer") if lost and lost.pop() else outcome

    monkeypatch.setattr(service.channels, "hand_over", lose)
    await at_risk(service)
    await wait(service, 2 * MINUTE)

    (_, first), (_, second) = service.channels.messages
    assert (first.repeat, second.repeat) == (False, True)
    assert first.id == second.id


async def test_everything_about_channels_lies_in_one_partition(service: Service) -> None:
    use(service, channel("ding"))
    await at_risk(service, 2)

    keys = await service.database.redis.keys("*channel*")

    assert keys
    assert all(home(service.database).events.rsplit(":", 1)[0] in key for key in keys)


async def test_a_threshold_that_passes_again_is_told_again_though_an_answer_was_lost(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(service, channel("ding"))
    lost = [True]

    async def lose_the_answer(database: Database, claims: Sequence[Claim]) -> None:
        await finish_notices(database, claims)
        if lost and lost.pop():
            raise ConnectionError("the answer was lost")

    monkeypatch.setattr(alerter, "finish_notices", lose_the_answer)
    with suppress(ConnectionError):
        await at_risk(service)
    await wait(service, 2 * MINUTE)
    assert heard(service, "ding") == ["at_risk"]
    await service.approve()
    await service.work()
    await wait(service, 6 * MINUTE)

    service.connector.writes(
        "not delivered", thread="thread-0", author=Author.PLATFORM, kind=Kind.REFUSAL
    )
    await service.work("poll", "watch", "alert")
    await wait(service, 2 * MINUTE)

    assert heard(service, "ding")[:2] == ["at_risk", "over"]
    assert sorted(heard(service, "ding")[2:]) == ["at_risk", "send_refused"]
