"""A poison item is postponed, then told of and set aside; the others go on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.base import Batch, Cursor, Rejected, SetAside, Unavailable
from responder.domain.model import ConversationId, State
from responder.store.accounts import read_account
from responder.store.conversations import Conversation
from responder.store.dead_letters import dead_letters, replay
from responder.store.drafts import store_drafts
from responder.store.notices import announce
from responder.workers.sender import Sender
from tests.workers.conftest import ACCOUNT, Service

POISON = "thread-poison"


async def three_write(service: Service) -> None:
    for thread in ("thread-a", POISON, "thread-b"):
        service.connector.writes("Where is my parcel?", thread=thread)
    await service.work("poll")


async def poison(service: Service) -> Conversation:
    [one] = [one for one in await service.all() if one.thread == POISON]
    return one


async def until_it_is_given_up(service: Service, worker: str) -> None:
    for _ in range(8):
        await service.work(worker, "alert")
        service.clock.advance(timedelta(minutes=2))


def told_of(service: Service, kind: str = "dead_letter") -> list[str]:
    return [notice.reason for notice in service.channels.told if notice.kind == kind]


async def test_one_message_that_makes_no_sense_does_not_hold_up_its_page(service: Service) -> None:
    service.connector.writes("Hello?", thread="thread-a")
    odd = service.connector.writes("Hello?", thread=POISON)
    service.connector.inbox[1] = replace(odd, sent_at=odd.sent_at.replace(tzinfo=None))
    service.connector.writes("Hello?", thread="thread-b")

    await service.work("poll", "alert")

    assert {one.thread for one in await service.all()} == {"thread-a", "thread-b"}
    [letter] = (await dead_letters(service.database)).values()
    assert (letter["item"], letter["reason"]) == (odd.id, "it makes no sense: TypeError")
    assert told_of(service) == [
        "something at the source cannot be read: see responder dead-letters list"
    ]
    assert (await read_account(service.database, ACCOUNT)).cursor == "3"


async def test_an_inbox_that_fails_in_an_unforeseen_way_is_waited_for_and_told_of(
    service: Service,
) -> None:
    service.connector.trouble.extend([KeyError("odd")] * 3)
    service.connector.writes("Hello?")

    for _ in range(3):
        await service.work("poll", "alert")
        service.clock.advance(timedelta(minutes=6))
    assert told_of(service, "account_down") == ["the inbox cannot be read: KeyError"]
    await service.work("poll")

    assert (await read_account(service.database, ACCOUNT)).stored == 1


async def test_one_conversation_that_cannot_be_drafted_does_not_hold_up_the_batch(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await three_write(service)
    sick = True

    async def spoiled(database: Any, proposed: Sequence[Any]) -> int:
        if sick and any(one.claim.item == bad.id for one in proposed):
            raise KeyError("a buyer's words")
        return await store_drafts(database, proposed)

    bad = await poison(service)
    monkeypatch.setattr("responder.workers.drafter.store_drafts", spoiled)
    await until_it_is_given_up(service, "draft")

    drafted = {one.thread for one in await service.all() if one.draft}
    assert drafted == {"thread-a", "thread-b"}
    [(name, letter)] = (await dead_letters(service.database)).items()
    assert letter["reason"] == "it failed 5 times: KeyError"
    assert letter["account"] == ACCOUNT
    assert told_of(service) == ["draft: it failed 5 times: KeyError"]

    sick = False
    await replay(service.database, name, "ann")
    await service.work("draft")
    assert (await poison(service)).draft is not None


async def test_one_clock_that_cannot_be_watched_does_not_hold_up_the_others(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await three_write(service)
    bad = await poison(service)

    async def spoiled(database: Any, ready: Sequence[Any]) -> int:
        if any(one.claim.item == bad.id for one in ready):
            raise ValueError("odd")
        return await announce(database, ready)

    monkeypatch.setattr("responder.workers.watcher.announce", spoiled)
    service.clock.advance(timedelta(hours=13))
    await until_it_is_given_up(service, "watch")

    risks = {one.thread: one.risk for one in await service.all()}
    assert risks == {"thread-a": "at_risk", POISON: "none", "thread-b": "at_risk"}
    [letter] = (await dead_letters(service.database, kind="watch")).values()
    assert letter["item"] == bad.id
    assert told_of(service) == ["watch: it failed 5 times: ValueError"]


async def test_one_reply_that_breaks_the_sender_does_not_hold_up_the_others(
    service: Service,
) -> None:
    await three_write(service)
    await service.work()
    for one in await service.all():
        assert one.draft is not None
        lease = await service.desk.claim(one.id, "ann")
        await service.desk.approve(
            one.id, "ann", lease.token, version=one.draft.version, text="It is on its way."
        )
    bad = await poison(service)
    key = service.database.partitions.of_conversation(bad.id).conversation(bad.id).reply
    approved_at = await service.database.field(key, "approved_at")
    await service.database.redis.hset(key, "approved_at", "odd")

    assert isinstance(service.workers["send"], Sender)
    for _ in range(14):
        await service.work("send", "alert")
        service.clock.advance(timedelta(minutes=3))
    assert {reply.thread for reply in service.connector.accepted} == {"thread-a", "thread-b"}
    [(name, letter)] = (await dead_letters(service.database)).items()
    assert letter["kind"] == "outbox"
    assert told_of(service) == ["outbox: it failed 12 times: ValueError"]

    await service.database.redis.hset(key, "approved_at", approved_at)
    await replay(service.database, name, "ann")
    for _ in range(2):
        await service.work("send")
        service.clock.advance(timedelta(minutes=3))
    assert (await poison(service)).state is State.ANSWERED


async def test_an_alert_that_makes_no_sense_waits_for_a_person_and_the_others_are_told(
    service: Service,
) -> None:
    await three_write(service)
    await service.work("draft")
    service.clock.advance(timedelta(hours=13))
    await service.work("watch")
    partition = service.database.partitions.of_account(ACCOUNT)
    [sick, *_] = await service.database.hash(partition.alerts)
    whole = await service.database.field(partition.alerts, sick)
    await service.database.redis.hset(partition.alerts, sick, "{}")
    for _ in range(30):
        await service.work("alert")
        service.clock.advance(timedelta(minutes=6))
    assert len(told_of(service, "at_risk")) == 2
    [(name, letter)] = (await dead_letters(service.database, kind="alert")).items()
    assert letter["reason"] == "it failed 20 times: KeyError"

    await service.database.redis.hset(partition.alerts, sick, whole)
    await replay(service.database, name, "ann")
    await service.work("alert")
    await service.hear()

    assert len(told_of(service, "at_risk")) == 3
    assert await dead_letters(service.database) == {}


async def test_a_message_is_read_again_because_a_person_asked_for_it(service: Service) -> None:
    aside = SetAside(id="mail-9", reason="odd", ref="INBOX/9", at=service.clock.now())
    service.connector.set_aside.append(aside)
    await service.work("poll")
    [name] = await dead_letters(service.database)
    message = service.connector.writes("Where is it?", thread="thread-9", id="mail-9")
    service.connector.inbox.clear()
    service.connector.reread_as["INBOX/9"] = Batch(messages=[message], cursor=Cursor(""))

    await replay(service.database, name, "ann")
    service.connector.trouble.append(Unavailable("not now"))
    await service.work("poll")
    assert await service.all() == [], "the marketplace was away: kept for the next poll"
    service.clock.advance(timedelta(minutes=6))
    await service.work("poll")

    [one] = await service.all()
    assert one.thread == "thread-9"
    assert await dead_letters(service.database) == {}
    book = await read_account(service.database, ACCOUNT)
    assert (book.stored, book.cursor) == (1, "0")


async def test_a_message_that_is_gone_from_its_source_is_a_dead_letter_again_and_says_so(
    service: Service,
) -> None:
    aside = SetAside(id="mail-9", reason="odd", ref="INBOX/9", at=service.clock.now())
    service.connector.set_aside.append(aside)
    await service.work("poll")

    for _ in range(2):
        [name] = await dead_letters(service.database)
        await replay(service.database, name, "ann")
        await service.work("poll")

    [letter] = (await dead_letters(service.database)).values()
    assert letter["reason"] == "odd; it is no longer at its source"


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (Rejected("IMAP: the folder 'Old' cannot be opened"), "the folder 'Old' cannot be opened"),
        (ValueError("a buyer's own words"), "it makes no sense: ValueError"),
    ],
)
async def test_a_message_that_cannot_be_read_again_keeps_nobody_from_the_inbox(
    service: Service, error: Exception, why: str
) -> None:
    aside = SetAside(id="mail-9", reason="odd", ref="Old/9", at=service.clock.now())
    service.connector.set_aside.append(aside)
    await service.work("poll")
    [name] = await dead_letters(service.database)
    service.connector.writes("Where is it?")

    await replay(service.database, name, "ann")
    service.connector.trouble.append(error)
    service.clock.advance(timedelta(minutes=1))
    await service.work("poll")

    book = await read_account(service.database, ACCOUNT)
    assert (book.stored, book.failures, book.rereads) == (1, 0, 0)
    [letter] = (await dead_letters(service.database)).values()
    assert letter["reason"].startswith("odd; ")
    assert letter["reason"].endswith(why)


async def test_a_backlog_comes_in_whole_but_slower_while_many_drafts_wait(
    service: Service,
) -> None:
    poller = service.workers["poll"]
    poller._slow_at = 150  # type: ignore[attr-defined]
    for number in range(400):
        service.connector.writes("Hello?", thread=f"thread-{number}")
    began = service.clock.now()

    await service.work("poll")

    assert (await read_account(service.database, ACCOUNT)).stored == 400
    took, waits_for_disk = service.clock.now() - began, 4 * timedelta(seconds=1.1)
    breaths = timedelta(seconds=2)  # after the second and the third of four pages
    assert took in {breaths, breaths + waits_for_disk}
    owed = [ConversationId(one.id) for one in await service.all() if one.due_at]
    assert owed, "their clocks are watched at once"
    assert await service.queues.watch.depth() == 400
