"""The mailbox's own lists: moved mail, other folders, folders that begin anew, mail of nobody."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.amazon.connector import AmazonConnector
from connectors.amazon.mock_books import MailKind
from connectors.base import (
    Census,
    Cursor,
    InboundMessage,
    Rejected,
    SetAside,
    Span,
    Unavailable,
)
from connectors.mail.census import Bounds
from connectors.mail.mailbox import Mailbox
from connectors.mail.wire import envelope, lists, mime
from connectors.mail.wire.lists import Place
from tests.connectors.amazon.conftest import World, drain

DAY = timedelta(days=1)


def span(world: World) -> Span:
    return Span(since=world.now() - DAY, until=world.now() + timedelta(seconds=1))


async def compare(
    connector: AmazonConnector, world: World, known: Collection[str] = ()
) -> list[Census]:
    async def missing(ids: Sequence[str]) -> Collection[str]:
        return [one for one in ids if one not in known]

    pages = [await connector.census(span(world), None, missing)]
    while pages[-1].found.more:
        pages.append(await connector.census(span(world), pages[-1].found.cursor, missing))
    return pages


async def cut_off(connector: AmazonConnector) -> None:
    """The server that rebuilds a folder cuts every connection: the next request finds out."""
    with pytest.raises(Unavailable):
        await connector.fetch(None)


def found(pages: list[Census]) -> list[InboundMessage]:
    return [message for page in pages for message in page.found.messages]


def aside(pages: list[Census]) -> list[SetAside]:
    return [one for page in pages for one in page.found.set_aside]


async def test_mail_that_was_moved_is_found_in_the_archive_with_where_it_lies(
    world: World,
) -> None:
    world.faults(mail_moved=1)
    attached = [{"name": "a.jpg", "size": 500}]
    [name] = world.write(1, attachments=attached)

    [message] = found(await compare(world.connector(), world))

    assert message.id == name
    assert message.attachments[0].ref.startswith("Archive/1/")


async def test_only_the_folders_that_are_named_are_looked_at(world: World) -> None:
    world.faults(mail_moved=1)
    world.write(3)
    account = world.mock.account()
    nowhere = replace(account, imap=replace(account.imap, other_folders=()))
    archive = replace(account, imap=replace(account.imap, other_folders=("Archive",)))

    assert found(await compare(world.connector(nowhere), world)) == []
    assert len(found(await compare(world.connector(archive), world))) == 3


async def test_a_folder_that_is_not_there_is_said(world: World) -> None:
    account = world.mock.account()
    wrong = replace(account, imap=replace(account.imap, other_folders=("Nope",)))

    with pytest.raises(Rejected, match="'Nope'"):
        await compare(world.connector(wrong), world)
    with pytest.raises(Rejected, match="'Nope'"):
        await world.connector(wrong).check()


async def test_a_folder_that_was_rebuilt_meanwhile_is_gone_through_anew(world: World) -> None:
    names = world.write(6)
    connector = world.connector(census=Bounds(named=4))

    async def missing(ids: Sequence[str]) -> Collection[str]:
        return ids

    first = await connector.census(span(world), None, missing)
    world.faults(uidvalidity_change=1)
    names += world.write(1, text="after")
    await cut_off(connector)
    pages = [first]
    while pages[-1].found.more:
        pages.append(await connector.census(span(world), pages[-1].found.cursor, missing))

    assert {message.id for message in found(pages)} == set(names)


async def test_after_the_folder_was_rebuilt_everything_is_known_by_its_name(world: World) -> None:
    names = world.write(5)
    connector = world.connector()
    known = {message.id for page in await drain(connector) for message in page.messages}
    world.faults(uidvalidity_change=1)
    names += world.write(1, text="after")
    await cut_off(connector)

    [late] = found(await compare(connector, world, known))

    assert late.id == names[-1]


async def test_what_is_nothing_of_ours_is_read_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    reading = Mailbox.read

    async def counted(self: Mailbox, uids: Sequence[int], *rest: object, **more: object) -> object:
        read.extend(uids)
        return await reading(self, uids, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Mailbox, "read", counted)
    [name] = world.write(1)
    stranger = replace(world.mock.books.deliveries[0], kind=MailKind.SENT, message_id="<s@x>")
    world.mock.books.deliver(stranger)
    connector = world.connector()

    pages = await compare(connector, world, {name})
    again = await compare(connector, world, {name})

    assert (found(pages), aside(pages), sum(page.found.ignored for page in pages)) == ([], [], 1)
    assert (found(again), len(read)) == ([], 1)


async def test_a_mail_without_a_name_is_known_by_its_content(world: World) -> None:
    world.write(1)
    nameless = replace(world.mock.books.deliveries[0], message_id="", text="nameless")
    world.mock.books.deliver(nameless)
    connector = world.connector()
    fetched = {message.id for page in await drain(connector) for message in page.messages}

    one = {message.id for message in found(await compare(world.connector(), world))}

    assert one == fetched
    assert any(name.startswith("sha256:") for name in one)
    assert found(await compare(connector, world, fetched)) == []


async def test_what_cannot_be_believed_asks_for_a_person_in_the_inbox_only(world: World) -> None:
    world.faults(lookalike_domain=1)
    world.write(1)
    phish = replace(world.mock.books.deliveries[1], folder="Archive", message_id="<p@x>")
    world.mock.books.deliver(phish)

    [letter] = aside(await compare(world.connector(), world))

    assert letter.ref.startswith("INBOX/")


async def test_a_page_with_much_to_read_is_cut(world: World) -> None:
    names = world.write(8)

    pages = await compare(world.connector(census=Bounds(read=3)), world)

    assert max(len(page.found.messages) for page in pages) == 3
    assert [message.id for message in found(pages)] == names
    assert sum(page.listed for page in pages) == 8


async def test_a_mail_that_is_gone_when_it_is_read_is_left_to_the_next_folder(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.write(2)
    reading = Mailbox.read

    async def moved(self: Mailbox, uids: Sequence[int], *rest: object, **more: object) -> object:
        return (await reading(self, uids, *rest, **more))[:1]  # type: ignore[arg-type]

    monkeypatch.setattr(Mailbox, "read", moved)
    assert len(found(await compare(world.connector(), world))) == 2

    async def gone(self: Mailbox, *_: object, **__: object) -> object:
        return []

    monkeypatch.setattr(Mailbox, "read", gone)
    assert found(await compare(world.connector(), world)) == []


async def test_mail_of_nobody_is_forgotten_again_when_there_is_too_much_of_it(
    world: World,
) -> None:
    world.write(1)
    for number in range(3):
        stranger = replace(world.mock.books.deliveries[0], kind=MailKind.SENT)
        world.mock.books.deliver(replace(stranger, message_id=f"<s{number}@x>"))

    pages = await compare(world.connector(census=Bounds(remembered=1)), world)

    assert len(found(pages)) == 1


places = st.builds(
    Place,
    st.text(min_size=1, max_size=40),
    st.integers(0, 0xFFFF_FFFF),
    st.integers(1, 0x1_0000_0000),
)


@given(place=places)
def test_a_place_is_understood_as_it_was_written(place: Place) -> None:
    assert lists.understood(lists.written(place)) == place


@pytest.mark.parametrize(
    "cursor",
    [
        None,
        "",
        "7:8",
        "[]",
        "[" * 5000,
        '{"folder": "INBOX"}',
        '{"folder": "", "uidvalidity": 1, "next_uid": 1}',
        '{"folder": "INBOX", "uidvalidity": -1, "next_uid": 1}',
        '{"folder": "INBOX", "uidvalidity": 1, "next_uid": 0}',
        '{"folder": "INBOX", "uidvalidity": null, "next_uid": 1}',
    ],
)
def test_a_place_that_nobody_wrote_is_none(cursor: str | None) -> None:
    assert lists.understood(Cursor(cursor) if cursor is not None else None) is None


def test_a_header_names_its_mail_or_not() -> None:
    assert lists.named(b"Message-ID:\r\n  <a@b>\r\n\r\n") == "<a@b>"
    assert lists.named(b"\r\n") == lists.named(b"Message-ID: x\r\n\r\n") == ""
    assert lists.named(b"Content-Type: message/rfc822\r\n\r\n" * 3000) == ""


@given(
    st.sampled_from([b"Message-ID", b"MESSAGE-ID", b"Message-Id ", b"X-Message-ID"]),
    st.sampled_from([b"", b" ", b"\t ", b"\r\n ", b"x"]),
    st.text("<>a@.=?- \x7f\x00é", max_size=8).map(str.encode).map(lambda one: b"<a" + one + b">"),
    st.sampled_from([b"\r\n\r\n", b"\r\n", b"\n", b" \r\n\r\n", b"\r\nX: y\r\n", b"", b"\n x\n"]),
)
def test_the_usual_way_of_writing_a_header_names_the_same_mail(
    name: bytes, space: bytes, value: bytes, end: bytes
) -> None:
    header = name + b":" + space + value + end

    assert lists.named(header) == envelope.message_id(mime.parsed(header, "").header("message-id"))
