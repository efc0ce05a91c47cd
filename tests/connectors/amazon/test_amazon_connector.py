"""The connector against a real IMAP server, a real SMTP server and the APIs, with their faults."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.amazon.config import AmazonConfig
from connectors.base import (
    Author,
    Cursor,
    Kind,
    OrderStatus,
    RateLimited,
    Rejected,
    Span,
    Trace,
    Unauthorized,
    Unavailable,
)
from connectors.mail.stored import Limits, StoredMail
from tests.connectors.amazon.conftest import World, answer, drain


async def test_a_large_inbox_comes_in_pages_and_whole(world: World) -> None:
    world.write(450)

    pages = await drain(world.connector())

    assert [len(page.messages) for page in pages] == [200, 200, 50]
    assert len({message.id for page in pages for message in page.messages}) == 450


async def test_a_poll_without_news_keeps_its_cursor(world: World) -> None:
    world.write(3)
    connector = world.connector()
    first = await connector.fetch(None)

    again = await connector.fetch(first.cursor)

    assert (again.seen, again.more, again.cursor) == (0, False, first.cursor)


async def test_the_first_look_goes_back_thirty_days_and_no_further(world: World) -> None:
    world.write(2, buyer="Long ago", order_id=None)
    world.advance(31 * 86400)
    world.write(3)

    [page] = await drain(world.connector())

    assert len(page.messages) == 3


async def test_a_quiet_mailbox_starts_at_what_comes_next(world: World) -> None:
    world.write(2)
    world.advance(60 * 86400)
    connector = world.connector()
    empty = await connector.fetch(None)
    world.write(1, text="New")

    page = await connector.fetch(empty.cursor)

    assert empty.seen == 0
    assert [message.text for message in page.messages] == ["New"]


async def test_a_rebuilt_folder_brings_messages_again_under_their_ids(world: World) -> None:
    world.write(5)
    connector = world.connector()
    before = await connector.fetch(None)
    world.mock.books.renew_mailbox()
    world.mock._mailbox.rebuild()

    with pytest.raises(Unavailable):
        await connector.fetch(before.cursor)
    after = await connector.fetch(before.cursor)

    assert [m.id for m in after.messages] == [m.id for m in before.messages]
    assert after.cursor.partition(":")[0] != before.cursor.partition(":")[0]


async def test_a_cut_in_the_middle_of_a_mail_is_unavailable_and_then_over(world: World) -> None:
    world.write(20)
    connector = world.connector()
    world.faults(imap_disconnect=1)

    with pytest.raises(Unavailable) as cut:
        await connector.fetch(None)
    world.faults()
    page = await connector.fetch(None)

    assert not cut.value.maybe_done
    assert len(page.messages) == 20


async def test_a_page_ends_before_it_grows_too_heavy(world: World) -> None:
    world.write(4, attachments=[{"name": "a.jpg", "size": 9_000}])

    pages = await drain(world.connector(limits=Limits(page=40_000, mail=10**6)))

    assert [len(page.messages) for page in pages] == [2, 2]


async def test_a_mail_that_is_too_large_is_set_aside_without_being_read(world: World) -> None:
    world.write(1)
    world.write(1, text="x", attachments=[{"name": "a.jpg", "size": 50_000}])
    world.write(1, text="small")

    [page] = await drain(world.connector(limits=Limits(page=20_000, mail=30_000)))

    assert len(page.messages) == 2
    assert ["too large" in aside.reason for aside in page.set_aside] == [True]
    assert page.set_aside[0].ref == "INBOX/102"


async def test_a_mail_that_was_set_aside_can_be_read_again(world: World) -> None:
    [name] = world.write()
    small = world.connector(limits=Limits(page=1_000_000, mail=10))
    [aside] = (await small.fetch(None)).set_aside

    again = await world.connector().reread(aside.ref)

    assert again is not None
    assert [message.id for message in again.messages] == [name]
    still = await small.reread(aside.ref)
    assert still is not None
    assert [one.id for one in still.set_aside] == [aside.id]
    assert await small.reread("INBOX/9999") is None
    assert await small.reread("somewhere") is None


async def test_a_file_that_came_with_a_mail_is_read_again(world: World) -> None:
    world.write(attachments=[{"name": "a.jpg", "size": 900}, {"name": "b.jpg", "size": 800}])
    connector = world.connector()
    [page] = await drain(connector)
    first, second = page.messages[0].attachments

    assert len(await connector.attached(first) or b"") == first.size == 900
    assert len(await connector.attached(second) or b"") == second.size == 800


@pytest.mark.parametrize(
    "change",
    [
        {"size": 901},
        {"content_type": "image/png"},
        {"ref": "INBOX/9999/2"},
        {"ref": "INBOX/101/99"},
        {"ref": "INBOX"},
        {"ref": ""},
    ],
)
async def test_what_is_not_the_file_of_then_is_not_handed_out(
    world: World, change: dict[str, object]
) -> None:
    world.write(attachments=[{"name": "a.jpg", "size": 900}])
    connector = world.connector()
    [page] = await drain(connector)

    assert await connector.attached(replace(page.messages[0].attachments[0], **change)) is None  # type: ignore[arg-type]


async def test_a_mail_that_the_mailbox_does_not_hand_out_is_set_aside(world: World) -> None:
    absent = world.connector()._in_inbox(StoredMail(8, world.now(), b"", 100))

    assert "does not hand it out" in getattr(absent, "reason", "")


async def test_every_mail_is_a_message_or_set_aside_or_counted(world: World) -> None:
    world.faults(lookalike_domain=1)
    world.write(3)

    [page] = await drain(world.connector())

    assert (len(page.messages), len(page.set_aside), page.ignored) == (3, 3, 0)
    assert page.seen == 6
    assert page.set_aside[0].ref == "INBOX/102"


@pytest.mark.parametrize("fault", ["html_only", "unknown_charset", "broken_mime", "late_mail"])
async def test_an_odd_mail_is_still_read(world: World, fault: str) -> None:
    world.faults(**{fault: 1})
    world.write(1, text="Größe 42, 尺码?", language="de", attachments=["riss.jpg"])
    world.write(1, text="Und noch etwas.", language="de")

    [page] = await drain(world.connector())

    assert [message.text for message in page.messages] == ["Größe 42, 尺码?", "Und noch etwas."]


async def test_a_late_mail_starts_its_clock_when_it_was_sent(world: World) -> None:
    world.faults(late_mail=1)
    world.write(1)

    [page] = await drain(world.connector())

    assert (world.now() - page.messages[0].sent_at).total_seconds() == 3 * 3600


async def test_the_same_mail_twice_has_one_id(world: World) -> None:
    world.faults(duplicate_mail=1)
    world.write(1)

    [page] = await drain(world.connector())

    assert len(page.messages) == 2
    assert len({message.id for message in page.messages}) == 1


async def test_amazons_copy_of_a_reply_lands_in_its_thread(world: World) -> None:
    world.write(2)
    connector = world.connector()
    [page] = await drain(connector)
    await connector.send(answer(page.messages[1]))

    [copy] = (await connector.fetch(page.cursor)).messages

    assert (copy.author, copy.kind, copy.text) == (Author.SELLER, Kind.CHAT, "Soon.")
    assert copy.thread == page.messages[1].thread


async def test_a_copy_is_placed_by_the_mailbox_when_nothing_is_remembered(world: World) -> None:
    world.write(2)
    connector = world.connector()
    [page] = await drain(connector)
    await connector.send(answer(page.messages[1]))

    [copy] = (await world.connector().fetch(page.cursor)).messages

    assert copy.thread == page.messages[1].thread
    assert copy.buyer_id == page.messages[1].buyer_id


@pytest.mark.parametrize("order", ["111-1111111-1111111", None])
async def test_a_copy_is_placed_by_a_question_that_somebody_has_moved(
    world: World, order: str | None
) -> None:
    world.write(1)
    connector = world.connector()
    first = await connector.fetch(None)
    world.faults(mail_moved=1)
    world.write(1, buyer="Zoë", order_id=order)

    async def all_of_them(ids: Sequence[str]) -> Sequence[str]:
        return ids

    listed = Span(since=world.now() - timedelta(days=1), until=world.now() + timedelta(seconds=1))
    inbox = await connector.census(listed, None, all_of_them)
    archive = await connector.census(listed, inbox.found.cursor, all_of_them)
    [question] = archive.found.messages
    await connector.send(answer(question))

    [copy] = (await world.connector().fetch(first.cursor)).messages

    assert copy.thread == question.thread


async def test_a_copy_without_an_order_is_placed_by_the_buyers_name(world: World) -> None:
    world.write(1, buyer="Zoë", order_id=None)
    connector = world.connector()
    [page] = await drain(connector)
    await connector.send(answer(page.messages[0]))

    [copy] = (await connector.fetch(page.cursor)).messages

    assert copy.thread == page.messages[0].thread


async def test_a_copy_that_fits_two_threads_is_never_guessed(world: World) -> None:
    world.write(1, buyer="Zoë", order_id=None)
    connector = world.connector()
    [page] = await drain(connector)
    await connector.send(answer(page.messages[0]))
    [placed] = (await connector.fetch(page.cursor)).messages
    world.write(1, buyer="Zoë")
    [after] = await drain(connector, page.cursor)
    again = await world.connector().fetch(page.cursor)

    assert placed.thread == page.messages[0].thread
    for batch in (after, again):
        assert [message.author for message in batch.messages] == [Author.BUYER]
        assert batch.ignored == 1


async def test_a_refusal_by_mail_names_the_reply(world: World) -> None:
    world.write(1)
    connector = world.connector()
    [page] = await drain(connector)
    world.faults(confirmation_copy=0, refused_later=1, bounced_later=1)
    receipt = await connector.send(answer(page.messages[0]))

    refusals = (await connector.fetch(page.cursor)).messages

    assert [(r.kind, r.refuses) for r in refusals] == [(Kind.REFUSAL, receipt.id)] * 2
    assert {r.thread for r in refusals} == {page.messages[0].thread}


async def test_a_refusal_that_names_no_reply_is_placed_in_its_thread(world: World) -> None:
    world.write(1)
    connector = world.connector()
    [page] = await drain(connector)
    world.faults(confirmation_copy=0, refused_without_name=1)
    await connector.send(answer(page.messages[0]))

    [refusal] = (await connector.fetch(page.cursor)).messages

    assert (refusal.kind, refusal.refuses) == (Kind.REFUSAL, "")
    assert refusal.thread == page.messages[0].thread


@pytest.mark.parametrize("fault", ["refused_later", "bounced_later"])
async def test_a_refusal_without_an_order_still_names_the_reply(world: World, fault: str) -> None:
    world.write(1, order_id=None)
    connector = world.connector()
    [page] = await drain(connector)
    world.faults(**{"confirmation_copy": 0, fault: 1})
    receipt = await connector.send(answer(page.messages[0]))

    [refusal] = (await connector.fetch(page.cursor)).messages

    assert refusal.refuses == receipt.id
    assert await connector.trace(answer(page.messages[0]), world.now()) is Trace.REFUSED


async def test_a_kept_connection_that_died_is_replaced_before_anything_is_sent(
    world: World,
) -> None:
    world.write(1)
    connector = world.connector()
    [page] = await drain(connector)
    await connector.send(answer(page.messages[0]))
    for connection in world.mock._submission._connections:
        if connection.transport is not None:
            connection.transport.close()

    await connector.send(answer(page.messages[0], "reply-2"))

    assert [sent.message_id for sent in world.mock.books.accepted] == [
        "<reply-1@shop.example>",
        "<reply-2@shop.example>",
    ]


async def test_many_replies_at_once_are_each_sent_once(world: World) -> None:
    world.write(20)
    connector = world.connector()
    [page] = await drain(connector)

    await asyncio.gather(
        *(connector.send(answer(m, f"reply-{n}")) for n, m in enumerate(page.messages))
    )

    assert len({sent.message_id for sent in world.mock.books.accepted}) == 20
    assert len(world.mock.books.accepted) == 20


@pytest.mark.parametrize(
    ("fault", "failure", "accepted"),
    [
        ("smtp_4xx", Unavailable, 0),
        ("smtp_5xx_data", Rejected, 0),
        ("smtp_timeout_after_data", Unavailable, 1),
    ],
)
async def test_a_failed_send_says_whether_it_may_have_been_done(
    world: World, fault: str, failure: type[Exception], accepted: int
) -> None:
    world.write(1)
    connector = world.connector()
    [page] = await drain(connector)
    world.faults(**{fault: 1})

    with pytest.raises(failure) as error:
        await connector.send(answer(page.messages[0]))

    assert getattr(error.value, "maybe_done", False) is bool(accepted)
    assert len(world.mock.books.accepted) == accepted


async def test_a_sender_who_is_not_authorized_and_a_buyer_whom_nobody_knows_are_rejected(
    world: World,
) -> None:
    world.write(1)
    account = world.mock.account()
    [page] = await drain(world.connector())
    stranger = world.connector(
        replace(account, smtp=replace(account.smtp, sender="other@shop.example"))
    )
    unknown = {**page.messages[0].reply_to, "to": "nobody1@marketplace.amazon.com"}

    with pytest.raises(Rejected, match="550 at MAIL"):
        await stranger.send(answer(page.messages[0]))
    with pytest.raises(Rejected, match="550 at RCPT"):
        await world.connector().send(replace(answer(page.messages[0]), reply_to=unknown))


async def test_a_lost_answer_is_found_in_the_sent_folder(world_with_sent_folder: World) -> None:
    world = world_with_sent_folder
    world.write(1)
    connector = world.connector()
    [page] = await drain(connector)
    world.faults(smtp_timeout_after_data=1, confirmation_copy=0)
    lost, never = answer(page.messages[0]), answer(page.messages[0], "reply-2")
    with pytest.raises(Unavailable):
        await connector.send(lost)

    assert await connector.trace(lost, world.now()) is Trace.SENT
    assert await connector.trace(never, world.now()) is Trace.UNKNOWN
    assert (await connector.fetch(page.cursor)).seen == 0


async def test_without_a_copy_and_a_sent_folder_nobody_can_tell(world: World) -> None:
    world.write(1)
    connector = world.connector()
    [page] = await drain(connector)
    world.faults(confirmation_copy=0)
    await connector.send(answer(page.messages[0]))

    assert await connector.trace(answer(page.messages[0]), world.now()) is Trace.UNKNOWN


async def test_a_token_that_died_early_is_renewed_once(world: World) -> None:
    world.write(1)
    connector = world.connector()
    order_id = "111-0000000-7654321"
    await connector.order(order_id)
    world.mock._http.door._passes.clear()

    order = await connector.order(order_id)

    assert order is not None
    assert order.status is not OrderStatus.UNKNOWN
    assert len(world.mock._http.door._passes) == 1


async def test_a_token_is_kept_until_it_ends(world: World) -> None:
    world.write(1)
    connector = world.connector()

    await connector.order("111-0000000-7654321")
    await connector.order("111-0000000-7654321")
    kept = len(world.mock._http.door._passes)
    world.advance(3600)
    await connector.order("111-0000000-7654321")

    assert (kept, len(world.mock._http.door._passes)) == (1, 2)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [("token_dead", Unauthorized), ("http_429", RateLimited), ("http_503", Unavailable)],
)
async def test_an_api_fault_is_one_of_the_four_failures(
    world: World, fault: str, failure: type[Exception]
) -> None:
    world.write(1)
    world.faults(**{fault: 1})

    with pytest.raises(failure):
        await world.connector().order("111-0000000-7654321")


async def test_a_login_that_is_not_answered_is_unavailable(world: World) -> None:
    world.faults(http_503=1)

    with pytest.raises(Unavailable):
        await world.connector().order("111-0000000-7654321")


async def test_an_access_token_that_stays_refused_is_unauthorized(world: World) -> None:
    world.write(1)
    connector = world.connector()
    await connector.order("111-0000000-7654321")
    world.faults(http_403=1)

    with pytest.raises(Unauthorized):
        await connector.order("111-0000000-7654321")


async def test_an_account_without_api_access_has_no_order_facts(world: World) -> None:
    connector = world.connector(replace(world.mock.account(), sp_api=None))

    assert await connector.order("111-0000000-7654321") is None
    assert "no Selling Partner API" in await connector.check()


def unreachable(account: AmazonConfig) -> AmazonConfig:
    assert account.sp_api is not None
    return replace(
        account,
        imap=replace(account.imap, port=1),
        smtp=replace(account.smtp, port=1),
        sp_api=replace(account.sp_api, endpoint="http://127.0.0.1:1"),
    )


async def test_what_cannot_be_reached_is_unavailable_and_surely_not_done(world: World) -> None:
    world.write(1)
    [page] = await drain(world.connector())
    connector = world.connector(unreachable(world.mock.account()))

    for attempt in (
        connector.fetch(None),
        connector.send(answer(page.messages[0])),
        connector.order("111-0000000-7654321"),
        connector.check(),
    ):
        with pytest.raises(Unavailable) as failure:
            await attempt
        assert not failure.value.maybe_done


async def test_a_folder_that_is_not_there_is_rejected(world: World) -> None:
    account = world.mock.account()
    connector = world.connector(replace(account, imap=replace(account.imap, folder="Nope")))

    with pytest.raises(Rejected):
        await connector.fetch(None)


async def test_an_older_cursor_brings_its_page_again_though_later_ones_were_read(
    world: World,
) -> None:
    world.write(40)
    connector = world.connector(page=5)
    first = await connector.fetch(None)
    second = await connector.fetch(first.cursor)
    await connector.fetch(second.cursor)

    again = await connector.fetch(first.cursor)

    assert [one.id for one in again.messages] == [one.id for one in second.messages]
    assert again.cursor == second.cursor


async def test_a_strange_cursor_starts_from_the_beginning(world: World) -> None:
    world.write(2)

    page = await world.connector().fetch(Cursor("made by somebody else"))

    assert len(page.messages) == 2


async def test_a_cancelled_fetch_leaves_the_connector_usable(world: World) -> None:
    world.write(50)
    connector = world.connector()
    await connector.check()
    fetching = asyncio.create_task(connector.fetch(None))
    await asyncio.wait([fetching], timeout=0.005)
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching

    assert len((await connector.fetch(None)).messages) == 50


async def test_closing_ends_what_is_under_way_and_leaves_no_thread(world: World) -> None:
    world.write(200)
    before = set(threading.enumerate())
    connector = world.connector()
    fetching = asyncio.create_task(connector.fetch(None))
    await asyncio.wait([fetching], timeout=0.02)

    await connector.close()
    await asyncio.wait([fetching])

    assert fetching.done()
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=5)
        assert not thread.is_alive()
    with pytest.raises(Unavailable):
        await connector.fetch(None)


async def test_secrets_are_never_shown(world: World) -> None:
    shown = repr(replace(world.mock.account(), proxy="http://user:secret@proxy.example"))

    assert "mock-password" not in shown
    assert "Atzr" not in shown
    assert "mock-client-secret" not in shown
    assert "proxy.example" not in shown


async def test_over_a_line_that_breaks_again_and_again_everything_comes_in_the_end(
    world: World,
) -> None:
    """A page of sixty mails would come through once in five hundred times."""
    names = world.write(60)
    world.faults(imap_disconnect=0.1)
    connector, cursor, read, tries = world.connector(), None, list[str](), 0

    while len(read) < len(names):
        tries += 1
        assert tries < 120, "it never comes through"
        try:
            page = await connector.fetch(cursor)
        except Unavailable:
            continue
        cursor = page.cursor
        read += [message.id for message in page.messages]

    assert read == names
    world.faults()
    world.write(60, text="later")
    sizes = [len(page.messages) for page in await drain(connector, cursor)]
    assert max(sizes) > 30, "pages grow again where they come through"
