"""What becomes of one look at a refund thread: messages, a person, a receipt, another look."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import (
    Author,
    ConnectorError,
    Kind,
    RateLimited,
    Rejected,
    SetAside,
    Unauthorized,
    Unavailable,
)
from connectors.taobao.inbox import pictures
from connectors.taobao.position import Unread
from connectors.taobao.reading import ENDURANCE, PATIENCE, Read, settled, task
from connectors.taobao.refund import Broken, Refund, RefundMessage, ThreadPage
from connectors.taobao.tmc import Event
from connectors.top.errors import NotThere

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DEADLINE = NOW + timedelta(days=3)
UNIT = Unread(refund_id="11", phase="onsale", heard=NOW, receipts=("e1",), announced=(NOW,))
FACTS = Refund(
    id="11",
    phase="onsale",
    order_id="22",
    status="WAIT_SELLER_AGREE",
    fee="79.00",
    buyer="张**",
    buyer_id="AAG",
    deadline=DEADLINE,
)


def message(role: str = "1", *, kind: str = "NORMAL", at: datetime = NOW) -> RefundMessage:
    return RefundMessage(id=f"m{role}", role=role, written=at, text="在吗", kind=kind)


def read(*messages: RefundMessage, total: int = 0, facts: Refund = FACTS) -> Read:
    return Read(page=ThreadPage(messages=messages, broken=(), total=total), facts=facts)


def event(topic: str, content: dict[str, str] | None, name: str = "e1") -> Event:
    return Event(id=name, topic=topic, published=None, content=dict(content) if content else None)


def test_a_buyers_message_starts_the_clock_and_carries_the_official_deadline() -> None:
    outcome = settled(UNIT, read(message()), NOW)

    [told] = outcome.messages
    assert (told.author, told.kind, told.due_at) == (Author.BUYER, Kind.CHAT, DEADLINE)
    assert (told.thread, told.order_ids) == ("refund:11:onsale", ("22",))
    assert outcome.receipts == ("e1",)
    assert outcome.then is None


@pytest.mark.parametrize(
    ("role", "kind", "author", "told_as"),
    [
        ("2", "NORMAL", Author.SELLER, Kind.CHAT),
        ("3", "NORMAL", Author.PLATFORM, Kind.NOTICE),
        ("1", "RETURN_GOODS_APPROVED", Author.BUYER, Kind.NOTICE),
    ],
)
def test_who_wrote_it_and_what_it_is_for(
    role: str, kind: str, author: Author, told_as: Kind
) -> None:
    [told] = settled(UNIT, read(message(role, kind=kind)), NOW).messages

    assert (told.author, told.kind) == (author, told_as)


@pytest.mark.parametrize("status", ["CLOSED", "SUCCESS"])
def test_a_closed_refund_has_no_deadline(status: str) -> None:
    facts = replace(FACTS, status=status, order_id="")

    [told] = settled(UNIT, read(message(), facts=facts), NOW).messages

    assert told.due_at is None
    assert told.order_ids == ()


def test_an_event_before_its_message_is_looked_at_again_and_not_confirmed() -> None:
    outcome = settled(UNIT, read(message(at=NOW - timedelta(minutes=1))), NOW)

    assert outcome.receipts == ()
    assert outcome.then is not None
    assert outcome.then.again_at == NOW + timedelta(seconds=2)
    assert len(outcome.messages) == 1, "what can be seen is not held back"


def test_pauses_grow_with_the_wait_up_to_a_minute() -> None:
    def pause(waited: timedelta) -> timedelta:
        then = settled(UNIT, read(), NOW + waited).then
        assert then is not None
        assert then.again_at is not None
        return then.again_at - NOW - waited

    assert pause(timedelta(seconds=10)) == timedelta(seconds=10)
    assert pause(timedelta(minutes=9)) == timedelta(minutes=1)


def test_a_message_that_never_comes_goes_to_a_person_and_is_confirmed() -> None:
    outcome = settled(UNIT, read(), NOW + PATIENCE)

    [aside] = outcome.set_aside
    assert "announced" in aside.reason
    assert outcome.receipts == ("e1",)
    assert outcome.then is None


def test_a_second_of_difference_is_the_same_message() -> None:
    outcome = settled(UNIT, read(message(at=NOW - timedelta(seconds=1))), NOW)

    assert outcome.receipts == ("e1",)


def test_a_newer_message_does_not_stand_for_one_that_was_announced() -> None:
    answered_first = read(message(at=NOW + timedelta(minutes=1)))

    outcome = settled(UNIT, answered_first, NOW + timedelta(seconds=70))

    assert outcome.receipts == ()
    assert outcome.then is not None
    assert outcome.then.announced == (NOW,)


def test_a_long_thread_is_read_page_by_page_before_it_is_confirmed() -> None:
    first = settled(UNIT, read(message(), total=150), NOW)

    assert first.receipts == ()
    assert first.then == replace(UNIT, page=2, announced=())

    second = settled(first.then, read(message(at=NOW - timedelta(days=9)), total=150), NOW)

    assert second.receipts == ("e1",)
    assert second.then is None


@pytest.mark.parametrize("error", [NotThere("TOP code 15"), Rejected("TOP code 41")])
def test_a_refund_that_is_not_there_goes_to_a_person_and_is_confirmed(
    error: ConnectorError,
) -> None:
    outcome = settled(UNIT, error, NOW)

    [aside] = outcome.set_aside
    assert aside.ref == "refund 11"
    assert outcome.receipts == ("e1",)


def test_a_thread_that_cannot_be_shown_is_told_after_an_hour_and_tried_on() -> None:
    waiting = settled(UNIT, Unavailable("TOP code 15"), NOW)
    told = settled(UNIT, Unavailable("TOP code 15"), NOW + ENDURANCE)

    assert waiting.then is not None
    assert (waiting.receipts, waiting.set_aside, waiting.stop) == ((), (), None)
    assert (len(told.set_aside), told.receipts) == (1, ())
    assert told.then is not None
    later = settled(told.then, Unavailable("TOP code 15"), NOW + ENDURANCE)
    assert later.set_aside == (), "a person is told once"
    assert later.then is not None
    assert later.then.again_at == NOW + ENDURANCE + timedelta(minutes=15)
    healed = settled(later.then, read(message()), NOW + ENDURANCE)
    assert healed.receipts == ("e1",)


@pytest.mark.parametrize("error", [RateLimited(timedelta(seconds=9)), Unauthorized("27")])
def test_a_limit_or_a_dead_session_stops_the_account(error: ConnectorError) -> None:
    outcome = settled(UNIT, error, NOW)

    assert outcome.stop is error
    assert outcome.then == UNIT


def test_an_unknown_failure_is_no_decision_of_ours() -> None:
    with pytest.raises(ConnectorError):
        settled(UNIT, ConnectorError("a fifth"), NOW)


def test_a_message_that_cannot_be_read_goes_to_a_person_beside_the_others() -> None:
    page = ThreadPage(messages=(message(),), broken=(Broken(id="b", reason="why"),), total=2)

    outcome = settled(UNIT, Read(page=page, facts=FACTS), NOW)

    assert [item.id for item in outcome.set_aside] == ["b"]
    assert len(outcome.messages) == 1


def test_events_become_work_or_a_persons_or_nothing() -> None:
    topic = "taobao_refund_RefundCreateMessage"

    work = task(event(topic, {"refund_id": "11", "refund_phase": "onsale"}), NOW)
    unnamed = task(event(topic, {"refund_id": "11"}, name=""), NOW)
    broken = task(event(topic, None), NOW)
    empty = task(event(topic, {"tid": "1"}), NOW)

    assert work == replace(UNIT, announced=())
    assert isinstance(unnamed, Unread)
    assert unnamed.receipts == ()
    assert isinstance(broken, SetAside)
    assert isinstance(empty, SetAside)
    assert task(event("taobao_trade_TradeRated", {"tid": "1"}), NOW) is None


def test_pictures_are_attachments_that_can_be_found_again() -> None:
    found = pictures(["https://img.example/a/crack.jpg?x=1", "http://[bad", "", "https://x/"])

    assert [(item.name, item.content_type) for item in found] == [
        ("crack.jpg", "image/jpeg"),
        ("picture", "application/octet-stream"),
        ("picture", "application/octet-stream"),
    ]
    assert found[0].ref == "https://img.example/a/crack.jpg?x=1"
