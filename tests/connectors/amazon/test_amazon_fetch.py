"""What the mailbox brings: pages, cursors, odd and heavy mails."""

import asyncio
from dataclasses import replace

import pytest

from connectors.base import (
    Cursor,
    Unavailable,
)
from connectors.mail.stored import Limits, StoredMail
from tests.connectors.amazon.conftest import World, drain


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
