"""What a channel that fails had to tell is told by another."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.base import Author
from responder.store.channels import acknowledge, read_channel
from responder.store.notices import Notice, dump_notice
from tests.workers.conftest import ACCOUNT, Service
from tests.workers.pagers import MINUTE, at_risk, channel, failing, heard, use, wait

HOUR = timedelta(hours=1)


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


async def test_a_channel_that_fails_for_days_has_the_other_told_once_of_each_alert(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(service, channel("ding"), channel("mail", kinds=frozenset()))
    failing(monkeypatch, service.channels, "ding")
    for name in ("one", "another"):
        notice = Notice(id=name, kind="dead_letter", at=service.clock.now(), account=ACCOUNT)
        partition = service.database.partitions.all[0]
        await service.database.redis.hset(partition.alerts, name, dump_notice(notice))
        await service.queues.alert.schedule(partition, {name: service.clock.now()})
        await wait(service, 30 * HOUR, 10 * MINUTE)

    await wait(service, 60 * HOUR, 10 * MINUTE)

    assert heard(service, "mail").count("dead_letter") == 2
    assert heard(service, "mail").count("channel_failed") > 1, "that it still fails"


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


async def test_what_nobody_acknowledged_at_a_channel_that_is_gone_is_passed_on_all_the_same(
    service: Service,
) -> None:
    """It has another name by now, in the same configuration otherwise."""
    escalates: dict[str, Any] = {"escalate_after": 10 * MINUTE, "escalate_to": "boss"}
    use(service, channel("agents", **escalates), channel("boss", kinds=frozenset()))
    await at_risk(service)

    use(service, channel("crew", **escalates), channel("boss", kinds=frozenset()))
    await wait(service, HOUR)

    assert heard(service, "crew") == ["at_risk"], "whoever is there now has to know of it"
    assert heard(service, "boss") == ["at_risk"]


async def test_what_was_acknowledged_at_a_channel_that_is_gone_is_told_to_nobody_else(
    service: Service,
) -> None:
    use(service, channel("agents"))
    await at_risk(service)
    [(_, message)] = service.channels.messages
    await acknowledge(service.database, "agents", message.id, table="agents", by="ann")

    use(service, channel("crew"))
    await wait(service, HOUR)

    assert heard(service, "crew") == []


async def test_what_is_over_or_was_told_by_the_others_is_not_told_again_when_a_channel_goes(
    service: Service,
) -> None:
    use(service, channel("agents"), channel("mail"))
    await at_risk(service, 2)
    one, _ = await service.all()
    service.connector.writes("We have answered.", thread=one.thread, author=Author.SELLER)
    await service.work("poll")

    use(service, channel("mail"))
    await wait(service, HOUR)

    assert heard(service, "mail") == ["at_risk", "at_risk"]
