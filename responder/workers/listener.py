"""What becomes of what a channel told: heard, over, or passed on to somebody else."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from responder.alerts.channels import Channels
from responder.alerts.message import NEWS
from responder.alerts.rules import Channel, of_table, standing_in
from responder.alerts.timing import Review, review, speech
from responder.clock import Clock
from responder.domain.model import AccountId, ConversationId, State
from responder.store.accounts import read_accounts
from responder.store.channels import (
    HEARD,
    REFUSED_FORGOTTEN,
    Delivery,
    Settlement,
    Standing,
    ToldOf,
    conversations_open,
    failing,
    heard,
    read_told,
    route,
    settle,
)
from responder.store.database import Database
from responder.store.notices import WHEN, Notice
from responder.store.queue import Claim
from responder.store.times import ms
from responder.store.told import ChannelState, Item, Sent, Told, Trouble, dump_item, dump_sent
from responder.workers.heirs import Heirs, unheard, untold

log = structlog.get_logger()

RAISE_AFTER = 2  # failures in a row, and others are told
TRIES_WITHIN = timedelta(minutes=2)  # before its next try begins, a channel has failed


class Listener:
    """Sees to it that nothing is told to nobody."""

    def __init__(self, database: Database, channels: Channels, clock: Clock) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock

    async def review(
        self, claim: Claim, channel: Channel, state: ChannelState, known: ToldOf | None
    ) -> None:
        """Look what is over, and pass on what nobody acknowledged.

        ``known``: what the channel told, where it was read together with ``state``.
        """
        now = self._clock.now()
        told, messages = known or await read_told(self._database, channel.id)
        found = review(
            channel,
            told,
            messages,
            over=await self._over(told),
            heard=await self._heard(channel, told, messages),
            now=now,
        )
        await self._escalate(channel, found)
        ends = {item.id: item for item in _ends(messages, found, now)}
        waiting = {**state.waiting, **ends}
        said = speech(channel, waiting.values(), state.last_told, now)
        speaks_at = now if said.items else said.next_at
        not_before = state.not_before or now
        if speaks_at is not None:
            speaks_at = max(speaks_at, not_before)
        await settle(
            self._database,
            claim,
            state,
            Settlement(
                next_at=min((at for at in (speaks_at, found.next_at) if at), default=None),
                not_before=not_before,
                state={
                    "look_at": str(ms(found.next_at)) if found.next_at else None,
                    "look_from": str(ms(found.not_before)) if found.not_before else None,
                },
                waiting={name: dump_item(item) for name, item in ends.items()},
                told=dict.fromkeys(found.forget),
                messages=_changes(messages, found),
                event="alert_over" if ends else "",
                count=len(ends),
            ),
        )

    async def raise_another(
        self, failed: Channel, state: ChannelState, trouble: Trouble
    ) -> Trouble:
        """Tell other channels that this one fails, and what it had to tell."""
        rules = self._channels.rules
        sick = await failing(self._database, [name for name in rules if name != failed.id])
        stand_ins = standing_in(rules, failed, sick)
        now = self._clock.now()
        if trouble.tries == RAISE_AFTER:
            told = [one.id for one in stand_ins]
            log.error("channel.failing", channel=failed.id, reason=trouble.reason, told=told)
        news = _news("channel_failed", failed, trouble, now)
        deliveries = [Delivery(one.id, news, now) for one in stand_ins]
        for one in stand_ins:
            since = state.not_before if one.id in trouble.raised else None
            deliveries += [Delivery(one.id, item, now) for item in _arrived(state, since, now)]
        await route(self._database, deliveries)
        raised = dict.fromkeys([*trouble.raised, *(one.id for one in stand_ins)])
        return replace(trouble, raised=tuple(raised))

    async def works_again(self, channel: Channel, trouble: Trouble) -> None:
        """Tell who was told of the failure that it is over."""
        now = self._clock.now()
        log.info("channel.recovered", channel=channel.id, since=trouble.since.isoformat())
        news = _news("channel_recovered", channel, trouble, now)
        known = [name for name in trouble.raised if name in self._channels.rules]
        await route(self._database, [Delivery(name, news, now) for name in known])

    async def dissolve(self, claim: Claim, state: ChannelState) -> None:
        """A channel is out of the configuration: others tell what nobody knows of by it."""
        told, messages = noted = await read_told(self._database, claim.item)
        deliveries = await self._inherited(claim.item, state, noted)
        await route(self._database, deliveries)
        log.warning("channel.dissolved", channel=claim.item, passed_on=len(deliveries))
        await settle(
            self._database,
            claim,
            state,
            Settlement(
                next_at=None,
                not_before=self._clock.now(),
                state=dict.fromkeys(("telling", "trouble", "look_at", "look_from", "planned")),
                waiting=dict.fromkeys(state.waiting),
                told=dict.fromkeys(told),
                messages=dict.fromkeys(_both(messages)),
                event="alert_channel_gone",
                count=len(deliveries),
            ),
        )

    async def _inherited(self, gone: str, state: ChannelState, noted: ToldOf) -> list[Delivery]:
        """What others tell instead: what waited, and what it told that nobody acknowledged."""
        now = self._clock.now()
        waiting = untold(state, now)
        open_ = unheard(noted, await self._over(noted[0]), now)
        about = [one.notice.conversation for one in (*waiting, *open_) if one.notice.conversation]
        standing = await conversations_open(self._database, sorted(set(about)))
        heirs = Heirs(self._channels, gone, standing)
        known: set[str] = set()
        for table in heirs.tables:
            known |= await heard(self._database, table, [item.notice for item in open_])
        left = [item for item in open_ if item.id not in known]
        whose = [(item, heirs.of_waiting(item.notice)) for item in waiting]
        whose += [(item, heirs.of_told(item.notice)) for item in left]
        return [Delivery(one.id, item, now) for item, channels in whose for one in channels]

    async def _over(self, told: Mapping[str, Told]) -> set[str]:
        """Subjects that are answered, closed or reachable again."""
        about = {one.notice.conversation for one in told.values() if one.notice.conversation}
        standing = await conversations_open(self._database, sorted(about))
        reachable = await self._reachable(
            {one.notice.account for one in told.values() if _is_of_account(one.notice)}
        )
        over = set()
        for name, one in told.items():
            notice = one.notice
            if notice.conversation is not None:
                if _is_over(notice, standing.get(notice.conversation)):
                    over.add(name)
            elif _is_of_account(notice) and notice.account in reachable:
                over.add(name)
        return over

    async def _reachable(self, accounts: Collection[AccountId]) -> set[AccountId]:
        books = await read_accounts(self._database, sorted(accounts))
        return {book.account for book in books if book.failures == 0 and not book.sends.is_failing}

    async def _heard(
        self, channel: Channel, told: Mapping[str, Told], messages: Mapping[str, Sent]
    ) -> set[str]:
        """Which of what may have to be passed on was acknowledged, at any URL of the table."""
        if channel.escalate_after is None:
            return set()
        late = self._clock.now() - channel.escalate_after
        open_ = {name for name, one in messages.items() if not one.escalated and one.at <= late}
        notices = [
            one.notice
            for one in told.values()
            if one.message in open_ or (one.since and one.since <= late)
        ]
        return await heard(self._database, channel.name, notices)

    async def _escalate(self, channel: Channel, found: Review) -> None:
        now = self._clock.now()
        targets = of_table(self._channels.rules, channel.escalate_to)
        items = [
            Item(
                id=f"{one.notice.id}>{channel.escalate_to}",
                notice=one.notice,
                arrived=now,
                unheard=channel.name,
            )
            for ones in (found.early, *found.unheard.values())
            for one in ones
        ]
        if any(
            await route(
                self._database, [Delivery(one.id, item, now) for one in targets for item in items]
            )
        ):
            log.warning("alert.escalated", channel=channel.id, to=channel.escalate_to)


def _arrived(state: ChannelState, next_try: datetime | None, now: datetime) -> list[Item]:
    """Alerts that wait, for another channel to tell them.

    Without those that it was given when this one failed before and was to try again at
    ``next_try``: after a day nobody remembers that, and it would be told of them again.
    """
    return [
        replace(item, arrived=now)
        for item in state.waiting.values()
        if item.notice.kind not in NEWS
        and (next_try is None or item.arrived >= next_try - TRIES_WITHIN)
    ]


def _is_of_account(notice: Notice) -> bool:
    """Whether it ends when its account can be reached again."""
    return notice.conversation is None and notice.kind == "account_down"


def _is_over(notice: Notice, one: Standing | None) -> bool:
    if one is None:
        return True
    if not one.owed:  # what was refused of a forgotten exchange can be owed no more: see ingest.lua
        return notice.kind != "send_refused" or one.problem != REFUSED_FORGOTTEN
    return notice.kind == "send_uncertain" and one.state != State.UNCERTAIN


def _ends(messages: Mapping[str, Sent], found: Review, now: datetime) -> list[Item]:
    """The news that all of a message is over."""
    news = []
    for name in found.ended:
        sent = messages[name]
        count = sent.over + found.over.get(name, 0)
        if not count:
            continue  # later messages have taken over all of it, or it never ends
        kind = "many" if count > 1 else "one" if sent.about or sent.count > 1 else "account"
        notice = Notice(
            id=f"over:{name}",
            kind="over",
            at=now,
            account=AccountId(sent.account),
            conversation=ConversationId(sent.about) if sent.about else None,
            reason=kind,
        )
        news.append(Item(id=notice.id, notice=notice, arrived=now, count=count, since=sent.at))
    return news


def _changes(messages: Mapping[str, Sent], found: Review) -> dict[str, str | None]:
    changed: dict[str, str | None] = dict.fromkeys(_both(found.ended))
    for name in {*found.over, *found.unheard} - set(found.ended):
        sent = messages.get(name)
        if sent is not None:
            over = sent.over + found.over.get(name, 0)
            escalated = sent.escalated or name in found.unheard
            changed[name] = dump_sent(replace(sent, over=over, escalated=escalated))
    return changed


def _both(messages: Collection[str]) -> list[str]:
    """The two fields of each message."""
    return [field for name in messages for field in (name, f"{name}{HEARD}")]


def _news(kind: str, channel: Channel, trouble: Trouble, now: datetime) -> Item:
    notice = Notice(
        id=f"{kind}:{channel.id}:{trouble.since:{WHEN}}",
        kind=kind,
        at=now,
        account=AccountId(channel.id),
        reason=trouble.reason,
    )
    return Item(id=notice.id, notice=notice, arrived=now, since=trouble.since)
