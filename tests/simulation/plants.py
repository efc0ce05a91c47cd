"""How each bug is planted: a small change of a script's text, or of one method.

A change whose place is no longer found fails loudly, so that no bug becomes harmless unnoticed.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha1
from typing import Any

import pytest

from connectors.amazon.connector import AmazonConnector
from connectors.amazon.wire import senders
from connectors.base import ConnectorError, Cursor, Trace, Unavailable
from connectors.files import OutgoingFile
from connectors.mail.mailbox import Mailbox
from connectors.mail.wire.cursors import Position
from connectors.taobao import reading
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.position import Unread
from connectors.taobao.refund import ThreadPage
from responder.domain.model import AccountId
from responder.simulation import world as world_module
from responder.simulation.script_texts import read_scripts
from responder.store import inbox
from responder.store.channels import Delivery, begin_telling, home
from responder.store.database import Database
from responder.store.notices import Notice
from responder.store.queue import Claim, DeadlineQueue
from responder.store.queues import Queues
from responder.store.scripts import Scripts
from responder.store.told import Telling
from responder.workers import attempts, intake, loop, poller, reconciler, sender, watcher
from responder.workers.alerter import Alerter
from responder.workers.delivery import Delivery as Sending
from responder.workers.replanner import Replanner

CONNECTORS = (AmazonConnector, TaobaoConnector)
Plant = Callable[[pytest.MonkeyPatch], None]


def changed(**replacements: tuple[str, ...]) -> Plant:
    """Replace pieces of the named scripts: old, new, old, new, …"""

    def plant(patch: pytest.MonkeyPatch) -> None:
        texts = read_scripts()
        for name, pieces in replacements.items():
            for old, new in zip(pieces[::2], pieces[1::2], strict=True):
                assert old in texts[name], f"{name}.lua has no {old!r} any more"
                texts[name] = texts[name].replace(old, new)
        made = Scripts.__init__

        def init(self: Scripts, *arguments: Any) -> None:
            made(self, *arguments)
            self._texts = dict(texts)
            self._hashes = {
                name: sha1(text.encode(), usedforsecurity=False).hexdigest()
                for name, text in texts.items()
            }

        patch.setattr(Scripts, "__init__", init)
        patch.setattr(world_module, "read_scripts", lambda: dict(texts))

    return plant


def cursor_before_messages(patch: pytest.MonkeyPatch) -> None:
    async def ingest(database: Database, page: inbox.Page, claim: Claim, **plan: Any) -> Any:
        key = claim.partition.account(AccountId(claim.item))
        await database.redis.hset(key, "cursor", page.cursor)
        await database.clock.sleep(0.2)
        return await inbox.ingest(database, page, claim, **plan)

    patch.setattr(poller, "ingest", ingest)


def acknowledged_before_stored(patch: pytest.MonkeyPatch) -> None:
    fetch = TaobaoConnector.fetch

    async def fetch_and_confirm(self: TaobaoConnector, cursor: Cursor | None) -> Any:
        batch = await fetch(self, cursor)
        if batch.receipts:
            await self.acknowledge(batch)
        return batch

    patch.setattr(TaobaoConnector, "fetch", fetch_and_confirm)


def nothing_waits_for_the_disk(patch: pytest.MonkeyPatch) -> None:
    async def durable(self: Database, partition: object) -> None:
        """Say so at once."""

    patch.setattr(Database, "durable", durable)


def a_lease_shorter_than_the_work(patch: pytest.MonkeyPatch) -> None:
    made = Queues.__init__

    def init(self: Queues, database: Database) -> None:
        made(self, database)
        self.channel = DeadlineQueue(database, "channel", timedelta(seconds=1))

    patch.setattr(Queues, "__init__", init)


def no_answer_taken_for_a_no(patch: pytest.MonkeyPatch) -> None:
    for connector in CONNECTORS:
        _send_blindly(patch, connector)


def _send_blindly(patch: pytest.MonkeyPatch, connector: Any) -> None:
    send = connector.send

    async def blind(self: Any, reply: Any) -> Any:
        try:
            return await send(self, reply)
        except Unavailable as error:
            raise Unavailable(str(error)) from error

    patch.setattr(connector, "send", blind)


def not_knowing_taken_for_absent(patch: pytest.MonkeyPatch) -> None:
    trace = AmazonConnector.trace

    async def sure(self: AmazonConnector, reply: Any, since: Any) -> Trace:
        found = await trace(self, reply, since)
        return Trace.ABSENT if found is Trace.UNKNOWN else found

    patch.setattr(AmazonConnector, "trace", sure)


def silence_taken_for_sent(patch: pytest.MonkeyPatch) -> None:
    async def trace(self: Any, reply: Any, since: Any) -> Trace:
        return Trace.SENT

    for connector in CONNECTORS:
        patch.setattr(connector, "trace", trace)


def one_alert_a_day(patch: pytest.MonkeyPatch) -> None:
    deliveries = Alerter._deliveries
    told: dict[str, set[object]] = {}

    def once_a_day(self: Alerter, notice: Notice, assignee: str) -> list[Delivery]:
        known = told.setdefault(str(id(self)), set())
        if (notice.conversation, notice.at.date()) in known:
            return []
        known.add((notice.conversation, notice.at.date()))
        return deliveries(self, notice, assignee)

    patch.setattr(Alerter, "_deliveries", once_a_day)


def forgotten_before_it_is_told(patch: pytest.MonkeyPatch) -> None:
    async def forget(database: Database, claim: Claim, telling: Telling) -> bool:
        begun = await begin_telling(database, claim, telling)
        await database.redis.hdel(home(database).channel(claim.item).waiting, *telling.items)
        return begun

    patch.setattr("responder.workers.teller.begin_telling", forget)


def the_clock_starts_at_our_poll(patch: pytest.MonkeyPatch) -> None:
    arrival = intake._arrival

    def late(account: Any, message: Any, now: Any) -> Any:
        return arrival(account, replace(message, sent_at=now), now)

    patch.setattr(intake, "_arrival", late)


def refusals_by_message_id_are_not_understood(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(intake, "_refused", lambda message: (message.refuses, None))


def a_failure_in_a_failure_ends_the_daemon(patch: pytest.MonkeyPatch) -> None:
    """Only the marketplace's failures are dealt with; that the store fails too is forgotten."""

    async def turn(self: poller.Poller, account: Any, claim: Claim) -> None:
        try:
            await self._read(account, claim)
        except ConnectorError as error:
            await self._failed(account, claim, error)

    async def let_out(work: Any) -> None:
        await work

    patch.setattr(poller.Poller, "_turn", turn)
    patch.setattr(loop, "_kept_in", let_out)


def a_held_up_worker_sends_on(patch: pytest.MonkeyPatch) -> None:
    """It asks once more whether its attempt stands, which by itself is harmless, too."""

    async def stands(_: Sending) -> bool:
        return True

    patch.setattr(sender, "LEAVE_WITHIN", timedelta(days=1))
    patch.setattr(Sending, "_is_kept", stands)


def a_reply_leaves_without_its_files(patch: pytest.MonkeyPatch) -> None:
    async def none(_: Sending) -> tuple[OutgoingFile, ...]:
        return ()

    patch.setattr(Sending, "_files", none)


def a_rebuilt_mailbox_is_not_noticed(patch: pytest.MonkeyPatch) -> None:
    page = Mailbox._page

    def same(self: Mailbox, position: Position | None, *rest: Any) -> Any:
        now = self._line.state().uidvalidity
        return page(self, position and Position(now, position.next_uid), *rest)

    patch.setattr(Mailbox, "_page", same)


def a_newer_message_stands_for_the_announced_one(patch: pytest.MonkeyPatch) -> None:
    def missing(unit: Unread, page: ThreadPage) -> Any:
        newest = max((message.written for message in page.messages), default=None)
        return tuple(at for at in unit.announced if newest is None or newest < at)

    patch.setattr(reading, "_still_missing", missing)


def the_census_misses_nothing(patch: pytest.MonkeyPatch) -> None:
    async def missing(*_: object) -> frozenset[str]:
        return frozenset()

    patch.setattr(reconciler, "missing", missing)


def another_promise_is_not_noticed(patch: pytest.MonkeyPatch) -> None:
    async def changed_promises(*_: object) -> dict[Any, Any]:
        return {}

    patch.setattr(Replanner, "_changed", changed_promises)


def steps_of_other_warnings_count_as_told(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(watcher, "counts_as_told", lambda *_: True)


def phishing_is_believed(patch: pytest.MonkeyPatch) -> None:
    origin = senders.origin

    def believed(mail: Any) -> Any:
        found = origin(mail)
        imitated = found.sender is senders.Sender.IMITATOR
        return replace(found, sender=senders.Sender.RELAY) if imitated else found

    patch.setattr(senders, "origin", believed)
    patch.setattr(senders, "authenticity", lambda _: (True, ""))


def what_does_not_show_yet_is_absent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(attempts, "VISIBLE_AFTER", timedelta(0))


def of_several_attempts_the_first_one_counts(patch: pytest.MonkeyPatch) -> None:
    would_show = attempts.Attempts.would_show

    def by_the_first(self: Any, one: Any, by: str, lag: timedelta = timedelta(0)) -> bool:
        known = [at for (reply, _), at in self._shows_at.items() if reply == one.id]
        if known and (one.id, one.attempted_at) not in self._under_way:
            return bool(self._clock.steady() >= min(known) + lag.total_seconds())
        return would_show(self, one, by, lag)

    patch.setattr(attempts.Attempts, "would_show", by_the_first)


an_old_draft_is_approved = changed(
    approve=(
        "if seen and seen ~= old[7] then",
        "if false then",
        'if not seen or (old[5] or "0") ~= ARGV[5] then',
        "if false then",
    ),
)
