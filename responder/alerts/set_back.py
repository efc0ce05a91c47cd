"""What a channel noted by a clock that was ahead, as if it had been noted now. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from responder.alerts.rules import Channel
from responder.clock import CLOCKS_APART
from responder.store.channels import Settlement, ToldOf
from responder.store.times import ms
from responder.store.told import (
    ChannelState,
    Sent,
    Told,
    dump_item,
    dump_sent,
    dump_telling,
    dump_told,
)


def was_ahead(channel: Channel, state: ChannelState, now: datetime, longest: timedelta) -> bool:
    """Whether a clock that was ahead is why it does not speak.

    ``longest``: that a channel which fails is left alone.
    """
    latest = now + CLOCKS_APART
    silent_until = state.not_before or now
    noted = [item.arrived for item in state.waiting.values()]
    if state.last_told is not None:
        noted.append(state.last_told)
    return max(noted, default=now) > latest or silent_until > latest + max(channel.merge, longest)


def as_of_now(state: ChannelState, told: ToldOf, now: datetime) -> Settlement:
    """It may speak, and looks at what it told; nothing of that is younger than ``now``."""
    telling, last = state.telling, state.last_told
    return Settlement(
        next_at=now,
        not_before=now,
        state={
            "telling": dump_telling(replace(telling, at=min(telling.at, now))) if telling else None,
            "last_told": str(ms(min(last, now))) if last else None,
            "planned": None,
            "look_at": str(ms(now)),
            "look_from": None,
        },
        waiting={
            name: dump_item(replace(item, arrived=now))
            for name, item in state.waiting.items()
            if item.arrived > now
        },
        told=_told(told[0], now),
        messages=_messages(told[1], now),
    )


def _told(told: Mapping[str, Told], now: datetime) -> dict[str, str | None]:
    found = {
        name: replace(one, at=min(one.at, now), since=min(one.since, now) if one.since else None)
        for name, one in told.items()
    }
    return {name: dump_told(one) for name, one in found.items() if one != told[name]}


def _messages(messages: Mapping[str, Sent], now: datetime) -> dict[str, str | None]:
    late = {name: one for name, one in messages.items() if one.at > now}
    return {name: dump_sent(replace(one, at=now)) for name, one in late.items()}
