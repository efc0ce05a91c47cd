"""The mailbox of Amazon in a box: ordinary to a mail client, its mails as Amazon writes them."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient

from connectors.amazon.mock_locales import LOCALES
from connectors.amazon.wire import tables
from tests.connectors.amazon.conftest import World, drain


async def test_a_mail_client_sees_an_ordinary_mailbox(world: World) -> None:
    world.write(2, attachments=["a.jpg"], text="needle in a haystack")
    account = world.mock.account().imap

    def look() -> tuple[Any, ...]:
        with IMAPClient(account.host, account.port, ssl=False) as client:
            client.login(account.username, account.password)
            client.select_folder("INBOX", readonly=True)
            [first, _] = client.search(["TEXT", "needle"])
            mail = client.fetch([first], ["ENVELOPE", "BODYSTRUCTURE", "BODY[1.1]", "BODY[HEADER]"])
            return (
                mail[first][b"ENVELOPE"].subject,
                mail[first][b"BODYSTRUCTURE"].is_multipart,
                bool(mail[first][b"BODY[1.1]"]),
                client.search(["TEXT", "no such words"]),
                client.search(["HEADER", "X-Space-Notification-Type", tables.BUYER_MESSAGE]),
                client.search(["HEADER", "X-Nothing", "x"]),
            )

    subject, multipart, body, nothing, typed, none = await asyncio.to_thread(look)

    assert subject == b"Inquiry from Amazon customer Buyer 0 (Order: 111-0000000-7654321)"
    assert multipart
    assert body
    assert (nothing, typed, none) == ([], [101, 102], [])


@pytest.mark.parametrize("language", LOCALES)
async def test_every_language_is_written_so_that_it_can_be_read(
    world: World, language: str
) -> None:
    world.write(1, language=language, text="Größe 42\n\n尺码?", buyer='Zoë "Z" Müller')
    world.write(1, language=language, text="x", buyer="Pre-sale", order_id=None)

    [page] = await drain(world.connector())

    first, second = page.messages
    assert (first.text, first.buyer) == ("Größe 42\n\n尺码?", "Zoë 'Z' Müller")
    assert first.language == LOCALES[language].tag.replace("_", "-")
    assert (first.warnings, second.warnings) == ((), ())
    assert second.order_ids == ()


@pytest.mark.parametrize("marketplace_id", tables.MARKETPLACE_TLDS)
async def test_every_marketplace_writes_from_its_own_domain(
    tmp_path: Path, marketplace_id: str
) -> None:
    world = World(tmp_path / "mock.jsonl", marketplace_id=marketplace_id)
    async with world.stack:
        await world.stack.enter_async_context(world.mock)
        world.write(1)
        [page] = await drain(world.connector())

    tld = tables.MARKETPLACE_TLDS[marketplace_id]
    assert page.messages[0].reply_to["to"].endswith(f"@marketplace.amazon.{tld}")


async def test_a_second_message_of_a_thread_is_an_answer(world: World) -> None:
    world.write(1)
    world.write(1, text="And?")

    [page] = await drain(world.connector())

    assert page.messages[0].thread == page.messages[1].thread
    assert page.messages[1].subject.startswith("Re: ")


async def test_a_message_may_be_older_than_its_delivery(world: World) -> None:
    written = world.now() - timedelta(hours=5)
    world.write(1, at=written)

    [page] = await drain(world.connector())

    assert page.messages[0].sent_at == written
