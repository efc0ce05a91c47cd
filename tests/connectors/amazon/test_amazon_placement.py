"""Mails that do not name their buyer's alias, and where they belong."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.amazon.placement import ThreadFinder
from connectors.base import Author, InboundMessage, Kind, SetAside
from connectors.mail.outcome import Ignored
from connectors.mail.wire.cursors import Position

ORDER = "111-1111111-1111111"
RELAY = "m1@marketplace.amazon.com"


def message(
    *,
    author: Author = Author.BUYER,
    kind: Kind = Kind.CHAT,
    alias: str = "m1",
    order: str = ORDER,
    buyer: str = "Jane",
    refuses: str = "",
) -> InboundMessage:
    return InboundMessage(
        id="<1@x>",
        thread=f"{alias}|{order}",
        author=author,
        sent_at=datetime(2026, 11, 20, tzinfo=UTC),
        text="x",
        buyer=buyer,
        buyer_id=alias,
        kind=kind,
        order_ids=(order,) if order else (),
        reply_to={"to": RELAY if alias else ""} if author is Author.BUYER else {},
        refuses=refuses,
    )


class Inbox:
    """Finds what it was told to, and counts how often it was asked."""

    def __init__(self, *found: InboundMessage) -> None:
        self._found = list(found)
        self.asked: list[Sequence[object]] = []

    async def search(self, criteria: Sequence[object]) -> list[InboundMessage]:
        self.asked.append(criteria)
        return self._found


COPY = message(author=Author.SELLER, alias="")
NOTICE = message(author=Author.PLATFORM, kind=Kind.NOTICE, alias="", buyer="")


async def test_what_was_read_lately_needs_no_search() -> None:
    inbox = Inbox()
    finder = ThreadFinder(inbox.search)
    finder.remember(message())

    placed = await finder.place(COPY, "INBOX/1")

    assert isinstance(placed, InboundMessage)
    assert (placed.thread, placed.buyer_id) == (f"m1|{ORDER}", "m1")
    assert inbox.asked == []


async def test_the_mailbox_is_asked_for_an_order_that_was_not_read_lately() -> None:
    inbox = Inbox(message())

    placed = await ThreadFinder(inbox.search).place(NOTICE, "INBOX/1")

    assert isinstance(placed, InboundMessage)
    assert (placed.thread, placed.buyer, placed.reply_to) == (f"m1|{ORDER}", "Jane", {})
    assert inbox.asked == [["HEADER", "Subject", ORDER]]


async def test_a_notice_about_an_order_that_nobody_wrote_about_has_only_the_order() -> None:
    placed = await ThreadFinder(Inbox().search).place(NOTICE, "INBOX/1")

    assert isinstance(placed, InboundMessage)
    assert placed.thread == f"|{ORDER}"


async def test_customer_service_writing_for_a_buyer_can_be_answered_through_the_alias() -> None:
    relayed = message(alias="", buyer="")

    placed = await ThreadFinder(Inbox(message()).search).place(relayed, "INBOX/1")

    assert isinstance(placed, InboundMessage)
    assert placed.reply_to["to"] == RELAY


async def test_a_refusal_that_names_its_reply_needs_no_thread() -> None:
    refusal = message(
        author=Author.PLATFORM, kind=Kind.REFUSAL, alias="", order="", buyer="", refuses="<r@x>"
    )

    assert await ThreadFinder(Inbox().search).place(refusal, "INBOX/1") == refusal


async def test_a_name_is_searched_for_once_and_then_kept_up_to_date() -> None:
    inbox = Inbox(message(order=""))
    finder = ThreadFinder(inbox.search)
    copy = message(author=Author.SELLER, alias="", order="")

    first = await finder.place(copy, "INBOX/1")
    finder.remember(message(alias="m2", order=""))
    second = await finder.place(copy, "INBOX/2")

    assert isinstance(first, InboundMessage)
    assert (first.thread, first.buyer_id) == ("m1|", "m1")
    assert isinstance(second, Ignored)
    assert len(inbox.asked) == 1


async def test_a_name_of_which_not_every_mail_is_found_is_not_guessed() -> None:
    async def finds_no_end(_: Sequence[object]) -> None: ...

    finder = ThreadFinder(finds_no_end)
    copy = message(author=Author.SELLER, alias="", order="")
    notice = message(author=Author.PLATFORM, kind=Kind.NOTICE, alias="", order="")

    copied = await finder.place(copy, "INBOX/1")
    finder.remember(message(order=""))
    noted = await finder.place(notice, "INBOX/2")

    assert isinstance(copied, Ignored)
    assert isinstance(noted, SetAside)


async def test_a_name_that_only_resembles_does_not_count() -> None:
    copy = message(author=Author.SELLER, alias="", order="", buyer="Jan")

    assert isinstance(await ThreadFinder(Inbox(message()).search).place(copy, "I/1"), Ignored)


@pytest.mark.parametrize("buyer", ["", "Jane"])
async def test_what_a_buyer_wrote_is_set_aside_rather_than_guessed(buyer: str) -> None:
    relayed = message(alias="", order="", buyer=buyer)

    placed = await ThreadFinder(Inbox().search).place(relayed, "INBOX/1")

    assert isinstance(placed, SetAside)
    assert placed.ref == "INBOX/1"
    assert "Jane" not in placed.reason


def at(uid: int, uidvalidity: int = 1) -> Position:
    return Position(uidvalidity, uid)


NAMED_COPY = message(author=Author.SELLER, alias="", order="")


async def test_who_has_seen_every_mail_needs_no_search_for_a_name() -> None:
    inbox = Inbox()
    finder = ThreadFinder(inbox.search)
    finder.pass_over(at(1), at(10), is_first_look=True)
    finder.remember(message(order=""))
    finder.pass_over(at(10), at(20), is_first_look=False)

    placed = await finder.place(NAMED_COPY, "INBOX/1")
    unknown = await finder.place(replace(NAMED_COPY, buyer="Tom"), "INBOX/2")

    assert isinstance(placed, InboundMessage)
    assert placed.thread == "m1|"
    assert isinstance(unknown, Ignored)
    assert inbox.asked == []


@pytest.mark.parametrize("gap", [at(11), at(5, uidvalidity=2)])
async def test_after_a_gap_names_are_searched_for_again(gap: Position) -> None:
    inbox = Inbox(message(order=""), message(alias="m2", order=""))
    finder = ThreadFinder(inbox.search)
    finder.pass_over(at(1), at(10), is_first_look=True)
    finder.remember(message(order=""))
    finder.pass_over(gap, at(20), is_first_look=False)

    assert isinstance(await finder.place(NAMED_COPY, "INBOX/1"), Ignored)
    assert len(inbox.asked) == 1


async def test_too_many_names_are_forgotten_together_rather_than_half_known() -> None:
    inbox = Inbox(message(order=""), message(alias="m2", order=""))
    finder = ThreadFinder(inbox.search, remembered=2)
    finder.pass_over(at(1), at(10), is_first_look=True)
    for name in ("Jane", "Tom", "Zoë"):
        finder.remember(message(order="", buyer=name))

    assert isinstance(await finder.place(NAMED_COPY, "INBOX/1"), Ignored)
    assert len(inbox.asked) == 1


async def test_it_forgets_the_oldest_rather_than_grow_for_ever() -> None:
    inbox = Inbox()
    finder = ThreadFinder(inbox.search, remembered=2)
    for number in range(3):
        finder.remember(message(order=f"111-1111111-111111{number}"))

    await finder.place(message(author=Author.SELLER, alias="", order="111-1111111-1111110"), "I/1")
    await finder.place(message(author=Author.SELLER, alias="", order="111-1111111-1111112"), "I/1")

    assert len(inbox.asked) == 1


async def test_only_buyers_messages_are_learned_from() -> None:
    inbox = Inbox()
    finder = ThreadFinder(inbox.search)
    finder.remember(message(author=Author.PLATFORM, alias="m9"))

    await finder.place(COPY, "INBOX/1")

    assert len(inbox.asked) == 1
