"""Thresholds are announced at their moment, once."""

from datetime import timedelta

from tests.workers.conftest import Service


async def test_each_threshold_is_told_once_at_its_moment(service: Service) -> None:
    start = service.clock.now()
    service.connector.writes("Hello?")
    await service.work()

    told = []
    for _ in range(30):
        at = await service.queues.watch.next_at()
        if at is None:
            break
        service.clock.advance(at - service.clock.now())
        await service.work("watch", "alert")
        told = [(notice.kind, notice.at - start) for notice in service.channels.told]

    assert told == [
        ("at_risk", timedelta(hours=12)),
        ("at_risk", timedelta(hours=20)),
        ("critical", timedelta(hours=23)),
        ("breached", timedelta(hours=24)),
    ]


async def test_after_hours_away_only_the_newest_threshold_is_told(service: Service) -> None:
    service.connector.writes("Hello?", at=service.clock.now() - timedelta(hours=23, minutes=30))

    await service.work()
    await service.hear()

    assert [notice.kind for notice in service.channels.told] == ["critical"]
    assert (await service.only()).risk == "critical"


async def test_an_answered_conversation_is_never_announced(service: Service) -> None:
    service.connector.writes("Hello?")
    await service.work()
    await service.approve()
    await service.work()

    service.clock.advance(timedelta(days=2))
    await service.work("watch", "alert")

    assert service.channels.told == []
    assert await service.queues.watch.depth() == 0


async def test_an_alert_is_kept_until_a_channel_takes_it(service: Service) -> None:
    service.connector.writes("Hello?", at=service.clock.now() - timedelta(hours=30))
    service.channels.refuse = 3

    for _ in range(5):
        await service.work()
        service.clock.advance(timedelta(seconds=20))

    assert [notice.kind for notice in service.channels.told] == ["breached"]
    assert await service.queues.alert.depth() == 0
