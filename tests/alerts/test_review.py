"""When what a channel told is looked at again: over, unheard, or forgotten."""

from datetime import UTC, datetime, timedelta

from responder.alerts.rules import Channel
from responder.alerts.timing import (
    EACH_LOOK,
    FORGET_AFTER,
    LOOK_AFTER,
    LOOK_EVERY,
    first_look,
    review,
)
from responder.domain.alerts import KINDS
from responder.domain.model import AccountId, ConversationId
from responder.store.notices import Notice
from responder.store.told import Item, Sent, Told

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
LOUD = Channel(id="a", name="a", kinds=frozenset(KINDS))


def told(subject: str, message: str = "m", at: datetime = START, kind: str = "at_risk") -> Told:
    notice = Notice(
        id=f"n-{subject}",
        kind=kind,
        at=at,
        account=AccountId("shop"),
        conversation=None if kind == "dead_letter" else ConversationId(subject),
    )
    return Told(notice=notice, message=message, at=at)


def sent(at: datetime = START, **more: str | bool) -> Sent:
    return Sent(at=at, count=2, title="t", **more)  # type: ignore[arg-type]


CALLER = Channel(
    id="a", name="a", kinds=frozenset(KINDS), escalate_after=10 * MINUTE, escalate_to="b"
)


def test_a_message_is_over_when_all_that_it_told_of_is() -> None:
    both = {"x": told("x"), "y": told("y")}

    half = review(LOUD, both, {"m": sent()}, over={"x"}, heard=(), now=START)
    whole = review(LOUD, {"y": told("y")}, {"m": sent()}, over={"y"}, heard=(), now=START)

    assert (half.ended, half.forget, half.over) == ((), ("x",), {"m": 1})
    assert (whole.ended, whole.forget, whole.next_at) == (("m",), ("y",), None)


def test_what_nobody_acknowledges_is_passed_on_once_and_only_what_is_open() -> None:
    both = {"x": told("x"), "y": told("y")}
    late = START + 10 * MINUTE

    def unheard(message: Sent, now: datetime = late, heard: tuple[str, ...] = ()) -> list[str]:
        found = review(CALLER, both, {"m": message}, over={"x"}, heard=heard, now=now)
        return [one.notice.id for ones in found.unheard.values() for one in ones]

    assert unheard(sent()) == ["n-y"]
    assert unheard(sent(), late - timedelta(seconds=1)) == []
    assert unheard(sent(escalated=True)) == []
    assert unheard(sent(heard_by="ann")) == []
    assert unheard(sent(), heard=("n-y",)) == [], "somebody heard of it at another URL"


def test_the_next_look_is_no_later_than_the_next_escalation() -> None:
    found = review(
        CALLER, {"x": told("x")}, {"m": sent()}, over=(), heard=(), now=START + 595 * MINUTE / 60
    )

    item = Item(id="n", notice=told("x").notice, arrived=START)
    assert found.next_at == START + 10 * MINUTE
    assert first_look(CALLER, [item], START) <= START + 10 * MINUTE


def test_the_next_look_is_in_five_minutes_and_in_one_where_something_ends() -> None:
    found = review(LOUD, {"x": told("x")}, {"m": sent()}, over=(), heard=(), now=START)
    crowd = {str(number): told(str(number)) for number in range(60_000)}
    crowded = review(LOUD, crowd, {"m": sent()}, over=(), heard=(), now=START)

    assert (found.next_at, crowded.next_at) == (START + LOOK_EVERY, START + LOOK_EVERY)
    assert found.not_before == START + LOOK_AFTER + EACH_LOOK
    assert crowded.not_before == START + LOOK_EVERY, "a hint never puts a look off"


def test_what_never_ends_by_itself_is_forgotten_after_a_day() -> None:
    letter = {"l": told("l", kind="dead_letter")}

    young = review(LOUD, letter, {"m": sent()}, over=(), heard=(), now=START + HOUR)
    old = review(LOUD, letter, {"m": sent()}, over=(), heard=(), now=START + FORGET_AFTER)

    assert (young.forget, young.ended) == ((), ())
    assert (old.forget, old.ended, old.over) == (("l",), ("m",), {})
