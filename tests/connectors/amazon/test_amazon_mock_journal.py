"""What Amazon in a box keeps over a restart."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from imapclient import IMAPClient

from connectors.amazon.mock import AmazonMock
from connectors.feed import FeedEntry
from tests.connectors.amazon.conftest import World, answer, drain


async def test_everything_survives_a_kill(world: World, tmp_path: Path) -> None:
    world.write(3, language="de", attachments=["a.jpg"])
    world.faults(html_only=1)
    world.write(1)
    connector = world.connector()
    [before] = await drain(connector)
    await connector.send(answer(before.messages[0]))
    with (tmp_path / "mock.jsonl").open("a") as journal:
        journal.write('{"is":"mail","torn')

    async with AmazonMock(
        now=world.now, dice=Random(1), journal=tmp_path / "mock.jsonl"
    ) as restarted:
        again = world.connector(restarted.account())
        [after] = await drain(again)
        newer = await again.fetch(before.cursor)
        sent = [reply.told() for reply in restarted.books.accepted]
        delivered = restarted.delivered

    assert list(after.messages)[:4] == list(before.messages)
    assert [message.text for message in newer.messages] == ["Soon."]
    assert sent == [reply.told() for reply in world.mock.books.accepted]
    assert delivered == 4


async def test_a_restart_keeps_the_uids_of_a_rebuilt_folder(world: World, tmp_path: Path) -> None:
    world.write(2)
    world.faults(uidvalidity_change=1)
    world.write(1)
    [before] = await drain(world.connector())

    def later() -> datetime:
        return world.now() + timedelta(hours=3)

    async with AmazonMock(now=later, dice=Random(1), journal=tmp_path / "mock.jsonl") as restarted:
        [after] = await drain(world.connector(restarted.account()))

    assert after.cursor == before.cursor


async def test_a_sent_folder_survives_too(world_with_sent_folder: World, tmp_path: Path) -> None:
    world = world_with_sent_folder
    world.write(1)
    connector = world.connector()
    [page] = await drain(connector)
    await connector.send(answer(page.messages[0]))

    async with AmazonMock(
        now=world.now, dice=Random(1), journal=tmp_path / "mock.jsonl", sent_folder=True
    ) as restarted:
        account = restarted.account().imap
        found = await asyncio.to_thread(sent_ids, account.host, account.port)

    assert found == ["<reply-1@shop.example>"]


def sent_ids(host: str, port: int) -> list[str]:
    with IMAPClient(host, port, ssl=False) as client:
        client.login("seller", "mock-password")
        client.select_folder("Sent", readonly=True)
        mails = client.fetch(client.search(), ["ENVELOPE"])
        return [mail[b"ENVELOPE"].message_id.decode() for mail in mails.values()]


async def test_without_a_journal_nothing_is_kept(world: World) -> None:
    async with AmazonMock(now=world.now, dice=Random(1)) as forgetful:
        forgetful.add([FeedEntry(buyer="A", text="x")])

    assert forgetful.delivered == 1


async def test_a_mock_that_never_started_can_be_stopped(world: World) -> None:
    await AmazonMock(now=world.now, dice=Random(1)).stop()
