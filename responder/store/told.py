"""What channels of alerts have to tell and have told, as values, and as the store keeps them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from responder.store.codec import dump, known
from responder.store.notices import THRESHOLDS, Notice, load_notice, raw_notice
from responder.store.times import maybe, moment, ms

# What was told is read at every look, and is mostly as it was: so many texts are understood once.
KNOWN = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that one channel has to tell: an alert, or news of one.

    ``id`` is the alert's own, or follows from what it is about. ``unheard`` names
    the channel where nobody acknowledged it; ``count`` says how many an end is about,
    ``since`` from when on.
    """

    id: str
    notice: Notice
    arrived: datetime
    unheard: str = ""
    count: int = 1
    since: datetime | None = None

    @property
    def ends(self) -> bool:
        return ends(self.notice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An alert that a channel has taken, and that is not over. ``at``: when it took it.

    ``since``: when it told of an earlier threshold, where nobody has acknowledged that.
    """

    notice: Notice
    message: str
    at: datetime
    since: datetime | None = None

    @property
    def ends(self) -> bool:
        return ends(self.notice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message that a channel has taken."""

    at: datetime
    count: int  # alerts in it
    title: str
    about: str = ""  # the only conversation of it
    account: str = ""  # the only account of it
    over: int = 0  # of them are over
    escalated: bool = False
    heard_by: str = ""
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What was written down before it was handed over; whoever finds it cannot know if it was."""

    message: str
    at: datetime
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Since when a channel has not taken what it was handed, and why."""

    since: datetime
    tries: int
    reason: str
    raised: tuple[str, ...] = ()  # channels that were told


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """A channel as it stands."""

    waiting: Mapping[str, Item] = field(default_factory=dict)
    telling: Telling | None = None
    trouble: Trouble | None = None
    last_told: datetime | None = None
    planned: datetime | None = None  # when it meant to speak, by its own rules
    look_at: datetime | None = None  # when to see what has become of what it told
    not_before: datetime | None = None
    arrivals: str = "0"


def ends(notice: Notice) -> bool:
    """Whether what it is about comes to an end that we see."""
    return notice.conversation is not None or notice.kind == "account_down"


def subject(notice: Notice) -> str:
    """What an alert is about: a later one about the same takes its place."""
    if notice.conversation is None:
        return notice.id if notice.kind != "account_down" else f"account_down:{notice.account}"
    kind = "" if notice.kind in THRESHOLDS else f":{notice.kind}"
    return f"{notice.conversation}{kind}"


def dump_item(item: Item) -> str:
    raw: dict[str, object] = {"notice": raw_notice(item.notice), "arrived": ms(item.arrived)}
    if item.id != item.notice.id:
        raw["id"] = item.id
    if item.unheard:
        raw["unheard"] = item.unheard
    if item.count != 1:
        raw["count"] = item.count
    if item.since:
        raw["since"] = ms(item.since)
    return dump(raw)


def load_item(text: str) -> Item:
    raw = json.loads(text)
    notice = load_notice(raw["notice"])
    return Item(
        id=raw.get("id", notice.id),
        notice=notice,
        arrived=moment(raw["arrived"]),
        unheard=raw.get("unheard", ""),
        count=raw.get("count", 1),
        since=maybe(raw.get("since")),
    )


def dump_told(told: Told) -> str:
    raw = {"notice": raw_notice(told.notice), "message": told.message, "at": ms(told.at)}
    return dump(raw | ({"since": ms(told.since)} if told.since else {}))


@lru_cache(maxsize=KNOWN)
def load_told(text: str) -> Told:
    raw = json.loads(text)
    return Told(
        notice=load_notice(raw["notice"]),
        message=raw["message"],
        at=moment(raw["at"]),
        since=maybe(raw.get("since")),
    )


def dump_sent(sent: Sent) -> str:
    return dump(
        {
            "at": ms(sent.at),
            "count": sent.count,
            "title": sent.title,
            "about": sent.about,
            "account": sent.account,
            "over": sent.over,
            "escalated": sent.escalated,
        }
    )


@lru_cache(maxsize=KNOWN)
def load_sent(text: str, heard_text: str | None) -> Sent:
    raw = json.loads(text)
    by = json.loads(heard_text) if heard_text else {"by": "", "at": None}
    return Sent(
        **known(Sent, raw)
        | {"at": moment(raw["at"]), "heard_by": by["by"], "heard_at": maybe(by["at"])}
    )


def dump_telling(telling: Telling) -> str:
    return dump({"message": telling.message, "at": ms(telling.at), "items": telling.items})


def load_telling(text: str) -> Telling:
    raw = json.loads(text)
    return Telling(message=raw["message"], at=moment(raw["at"]), items=tuple(raw["items"]))


def dump_trouble(trouble: Trouble) -> str:
    return dump(
        {
            "since": ms(trouble.since),
            "tries": trouble.tries,
            "reason": trouble.reason,
            "raised": trouble.raised,
        }
    )


def load_trouble(text: str) -> Trouble:
    raw = json.loads(text)
    times = {"since": moment(raw["since"]), "raised": tuple(raw["raised"])}
    return Trouble(**known(Trouble, raw) | times)
