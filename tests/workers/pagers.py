"""Channels with rules of their own, what each of them heard, and conversations at risk."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from responder.alerts.channels import TAKEN, Handed, Outcome
from responder.alerts.message import Message
from responder.alerts.rules import Channel
from responder.domain.alerts import KINDS
from tests.workers.conftest import ListeningChannels, Service

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
