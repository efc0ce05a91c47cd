"""A message in words. It names no buyer and quotes nobody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from responder.alerts.links import Links
from responder.alerts.message import Message
from responder.alerts.phrases import PHRASES
from responder.alerts.reasons import said
from responder.store.told import Item

LINKS = 5  # conversations that a merged message links to; the list shows the others
ORDER = ("breached", "critical", "at_risk")


def time_left(due_at: datetime, now: datetime, language: str = "en") -> str:
    """How it is said: 3 h 20 min left, 12 min overdue."""
    said = PHRASES[language]
    return said["left" if due_at > now else "overdue"].format(time=_time(due_at, now, said))


def _time(due_at: datetime, now: datetime, said: Mapping[str, str]) -> str:
    minutes = abs(int((due_at - now).total_seconds())) // 60
    if minutes == 0:
        return said["moment_only"]
    hours, minutes = divmod(minutes, 60)
    return said["hours" if hours else "minutes"].format(hours=hours, minutes=minutes)


def _gravest(items: Sequence[Item]) -> Sequence[Item]:
    """What was crossed last by each conversation that crossed several thresholds meanwhile."""
    last: dict[str, Item] = {}
    for item in items:
        one = str(item.notice.conversation or item.id)
        if one not in last or _grave(item) < _grave(last[one]):
            last[one] = item
    return list(last.values())


def _grave(item: Item) -> int:
    return ORDER.index(item.notice.kind)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Puts messages into one language and time zone."""

    language: str
    zone: tzinfo
    links: Links

    def title(self, message: Message, now: datetime) -> str:
        """One line that says what matters most."""
        repeat = self._say("repeat_title") if message.repeat else ""
        unheard = self._say("unheard_title") if message.unheard else ""
        return f"{repeat}{unheard}{self._headline(message, now)}"

    def body(self, message: Message, now: datetime) -> str:
        """How much time is left, by account; why; where to click."""
        lines = [self._say("repeat")] if message.repeat else []
        if message.unheard:
            channels = self._say("comma").join(message.unheard)
            lines.append(self._say("unheard", channels=channels))
        lines += self._thresholds(_gravest(message.thresholds), now)
        lines += [line for item in message.others for line in self._other(item)]
        lines += [self._news(item) for item in message.news]
        if message.alerts:
            link = self.links.acknowledge(message.id)
            lines.append(self._say("acknowledge", link=link))
        return "\n".join(lines)

    def moment(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        name = "UTC" if self.zone is UTC else str(self.zone)
        return self._say("moment", when=local.strftime(self._say("clock")), zone=name)

    def _say(self, phrase: str, **given: object) -> str:
        # A kind that only a later version knows, whose daemon shares the store, has its name.
        return PHRASES[self.language].get(phrase, phrase).format(**given)

    def _why(self, item: Item) -> str:
        return said(item.notice.reason, self.language)

    def _headline(self, message: Message, now: datetime) -> str:
        about = _gravest(message.thresholds)
        if len(about) == 1 and about[0].count == 1:
            return self._one(about[0])
        if about:
            return self._risks(about) + self._earliest(about, now)
        if len(message.others) == 1:
            return self._one(message.others[0])
        if message.others:
            return self._say("others", count=len(message.others))
        kinds = {item.notice.kind for item in message.news}
        if "channel_failed" in kinds:
            return self._say("channels_title")
        if "channel_recovered" in kinds:
            return self._say("recovered_title")
        return self._news(message.news[0])

    def _one(self, item: Item) -> str:
        notice = item.notice
        many = f"many_{notice.kind}"
        crowd = notice.conversation is None and many in PHRASES[self.language]
        told = self._say(many if crowd else notice.kind)
        return f"{told} ({notice.account})" if notice.account else told

    def _risks(self, items: Sequence[Item]) -> str:
        kinds = Counter(item.notice.kind for item in items)
        if len(kinds) == 1:
            [(kind, count)] = kinds.items()
            return self._say(f"are_{kind}", count=count)
        return self._say("mixed", count=kinds.total(), parts=self._parts(items))

    def _parts(self, items: Sequence[Item]) -> str:
        kinds = Counter(item.notice.kind for item in items)
        parts = [self._say(f"part_{kind}", count=kinds[kind]) for kind in ORDER if kinds[kind]]
        return self._say("comma").join(parts)

    def _earliest(self, items: Sequence[Item], now: datetime) -> str:
        due = min((item.notice.due_at for item in items if item.notice.due_at), default=None)
        if due is None:
            return ""
        name = "earliest_ahead" if due > now else "earliest_past"
        return self._say(name, time=_time(due, now, PHRASES[self.language]))

    def _thresholds(self, items: Sequence[Item], now: datetime) -> list[str]:
        if len(items) == 1:
            return self._lone(items[0], now)
        lines = []
        for account in sorted({item.notice.account for item in items}):
            own = [item for item in items if item.notice.account == account]
            earliest = self._earliest(own, now)
            parts = self._parts(own)
            lines.append(self._say("by_account", account=account, parts=parts, earliest=earliest))
        first = [item for item in items if item.notice.conversation][:LINKS]
        for item in first:
            due = item.notice.due_at
            left = f"{time_left(due, now, self.language)}: " if due else ""
            link = self.links.conversation(item.notice.conversation)
            lines.append(f"{left}{item.notice.account} {link}")
        lines += [self._why(item) for item in items if item.notice.reason]
        if items:
            more = [self._say("more", count=len(items) - len(first))] * (len(items) > len(first))
            lines.append(" ".join([*more, self.links.list()]))
        return lines

    def _lone(self, item: Item, now: datetime) -> list[str]:
        notice, lines = item.notice, []
        if notice.due_at is not None:
            left = time_left(notice.due_at, now, self.language)
            lines.append(self._say("due", when=self.moment(notice.due_at), left=left))
        if notice.reason:
            lines.append(self._why(item))
        return [*lines, self.links.conversation(notice.conversation)]

    def _other(self, item: Item) -> list[str]:
        told = [
            self._one(item),
            self._why(item),
            self.links.conversation(item.notice.conversation),
        ]
        return [line for line in told if line]

    def _news(self, item: Item) -> str:
        notice = item.notice
        given = {
            "since": self.moment(item.since or notice.at),
            "account": notice.account,
            "count": item.count,
            "channel": notice.account,
            "reason": self._why(item),
        }
        name = notice.kind
        if name == "over":
            name = f"over_{notice.reason}"
        return self._say(name, **given)
