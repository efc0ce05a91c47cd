"""Who hears of an alert when nobody answers, and that it is over when somebody does."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from redis.exceptions import RedisError

from connectors.base import Author, Kind
from responder.domain.sla import SlaPolicy
from responder.store.channels import acknowledge, read_told
from responder.store.unheard import unheard_since
from responder.workers import teller
from responder.workers.accounts import Account
from responder.workers.alerter import HINT_EVERY, Alerter
from tests.workers.conftest import ACCOUNT, Service
from tests.workers.pagers import MINUTE, at_risk, channel, heard, use, wait

HOUR = timedelta(hours=1)
LATE = frozenset({"breached"})


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


async def test_a_store_that_fails_beside_a_hand_over_has_nothing_told_twice(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that is asked of it is asked before; only that it was told is noted afterwards."""
    use(
        service,
        channel("agents", escalate_after=10 * MINUTE, escalate_to="boss"),
        channel("boss", kinds=frozenset()),
    )
    asked: list[str] = []

    async def fail_once(*about: Any) -> dict[str, datetime]:
        asked.append(about[1])
        if len(asked) == 1:
            raise RedisError
        return await unheard_since(*about)

    monkeypatch.setattr(teller, "unheard_since", fail_once)

    await at_risk(service)
    await wait(service, 9 * MINUTE)

    assert len(asked) == 2
    assert heard(service, "agents") == ["at_risk"]


async def test_what_was_acknowledged_before_its_reply_came_back_is_escalated_anew(
    service: Service,
) -> None:
    use(
        service,
        channel("agents", kinds=LATE, escalate_after=10 * MINUTE, escalate_to="boss"),
        channel("boss", kinds=frozenset()),
    )
    service.connector.writes("Hello?", at=service.clock.now() - 30 * HOUR)
    await service.work()
    await service.hear()
    [(_, message)] = service.channels.messages
    await acknowledge(service.database, "agents", message.id, table="agents", by="ann")
    await service.approve()
    await service.work()
    await wait(service, 10 * MINUTE)
    assert heard(service, "agents") == ["breached", "over"]

    service.connector.writes("not delivered", author=Author.PLATFORM, kind=Kind.REFUSAL)
    service.clock.advance(MINUTE)
    await service.work("poll")
    await wait(service, 15 * MINUTE)

    assert heard(service, "agents") == ["breached", "over", "breached"]
    assert heard(service, "boss") == ["breached"], "nobody has seen that it is late again"


async def test_a_later_threshold_does_not_put_off_who_is_next(service: Service) -> None:
    use(
        service,
        channel("agents", escalate_after=25 * MINUTE, escalate_to="boss"),
        channel("boss", kinds=frozenset()),
    )
    accounts = cast("dict[str, Account]", service.accounts)
    policy = SlaPolicy("chat", HOUR, (59 * MINUTE, 40 * MINUTE, 20 * MINUTE))
    accounts[ACCOUNT] = replace(accounts[ACCOUNT], policy=policy)
    service.connector.writes("Hello?")
    await service.work("poll", "draft")

    await wait(service, 27 * MINUTE)
    assert heard(service, "agents") == ["at_risk", "at_risk"]
    assert heard(service, "boss") == ["at_risk"]
    await wait(service, 20 * MINUTE)
    assert heard(service, "boss") == ["at_risk", "critical"], "nobody has acknowledged anything"
    [message] = [one for name, one in service.channels.messages if name == "agents"][-1:]
    await acknowledge(service.database, "agents", message.id, table="agents", by="ann")
    await wait(service, 40 * MINUTE)

    assert heard(service, "agents") == ["at_risk", "at_risk", "critical", "breached"]
    assert heard(service, "boss") == ["at_risk", "critical", "breached"]
    at = [message.at for name, message in service.channels.messages]
    assert at[-1] - at[-2] >= 25 * MINUTE, "who acknowledged has the wait begin anew"


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
