"""Whom an alert goes to, when, and what of it is told again."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from connectors.base import Author, Kind, Trace
from responder.alerts.channels import Handed, Outcome
from responder.alerts.message import Message
from responder.alerts.rules import Channel, Quiet, Team
from responder.domain.calendar import WorkingHours
from responder.domain.model import AccountId
from responder.domain.week import WEEKDAYS, Hours, week_of
from responder.store import remarks
from responder.store.channels import Delivery, home, route
from responder.store.database import Database
from responder.store.notices import Notice, dump_notice, finish_notices
from responder.store.queue import Claim
from responder.workers import alerter
from tests.workers.conftest import ACCOUNT, Service
from tests.workers.pagers import MINUTE, at_risk, channel, heard, use, wait

HOUR = timedelta(hours=1)


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


async def test_who_is_assigned_and_of_a_team_that_no_channel_tells_silences_nothing(
    service: Service,
) -> None:
    service.channels.teams = (
        Team(name="pre", members=frozenset({"ann"})),
        Team(name="after", accounts=frozenset({ACCOUNT})),
    )
    use(service, channel("after", teams=frozenset({"after"})))
    service.connector.writes("Hello?", thread="one")
    await service.work("poll", "draft")
    [one] = await service.all()
    await remarks.annotate(service.database, one.id, "sue", "assigned", {"assignee": "ann"})
    service.clock.advance(12 * HOUR + timedelta(seconds=10))

    await service.work("watch", "alert")

    assert heard(service, "after") == ["at_risk"]


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


async def test_an_alert_that_a_later_version_wrote_down_holds_up_no_channel(
    service: Service,
) -> None:
    use(service, channel("ding"))
    partition = service.database.partitions.of_account(ACCOUNT)
    now = service.clock.now()
    letter = Notice(id="letter", kind="dead_letter", at=now, account=AccountId(ACCOUNT))
    later = json.dumps(json.loads(dump_notice(letter)) | {"shade": "new"})
    await service.database.redis.hset(partition.alerts, letter.id, later)
    await service.queues.alert.schedule(partition, {letter.id: now})

    await service.work("alert")

    assert heard(service, "ding") == ["dead_letter"]


async def test_a_node_of_several_that_loses_its_last_second_loses_no_alert(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "one_node", False)
    use(service, channel("ding"))
    await at_risk(service)
    service.connector.writes("Hello?", thread="late", at=service.clock.now() - 30 * HOUR)
    await service.work("poll", "watch", "alert")
    assert heard(service, "ding") == ["at_risk"]
    here = home(service.database)
    assert service.database.partitions.of_account(ACCOUNT) != here
    waiting, queue = here.channel("ding").waiting, here.queue("channel")
    await service.database.redis.delete(waiting, here.routed, *queue)  # it is gone

    await wait(service, 5 * MINUTE)

    assert heard(service, "ding") == ["at_risk", "breached"]
    assert await service.queues.alert.depth() == 0


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


async def test_a_doubt_that_is_settled_is_not_told_again_by_a_daemon_that_stood_still(
    approved: Service,
) -> None:
    use(approved, channel("ding"))
    approved.connector.lose_answers = 1
    approved.connector.traces.extend([Trace.UNKNOWN] * 20)
    for _ in range(12):
        await approved.work("send", "alert")
        approved.clock.advance(timedelta(seconds=15))
    [message] = [message for _, message in approved.channels.messages]
    one = await approved.only()
    await approved.desk.resolve_uncertain(one.id, "sue", was_sent=False)
    await wait(approved, 10 * MINUTE)

    # It had read the alert before it stood still, and gives it to the channel now.
    [item] = message.items
    await route(approved.database, [Delivery("ding", item, approved.clock.now())])
    await approved.work("alert")

    assert heard(approved, "ding") == ["send_uncertain", "over"]
