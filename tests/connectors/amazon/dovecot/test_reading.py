"""Amazon's inbox on Debian's Dovecot: a mail server that others wrote."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from imapclient import IMAPClient

from connectors.base import Span, Unauthorized, Unavailable
from tests import dovecot
from tests.connectors.amazon.dovecot.shop import NOW, Shop, account, mail, mails
from tests.connectors.inboxes import drain, lacking, survey

pytestmark = [dovecot.needed, pytest.mark.process]


async def test_every_mail_is_read_once_and_a_cursor_goes_on_where_it_was(shop: Shop) -> None:
    shop.server.put(mails(range(450), NOW - timedelta(days=1), timedelta(minutes=1)))
    connector = shop.connector()

    first = await drain(connector)
    shop.server.put(mails(range(450, 455), NOW, timedelta(0)))
    then = await drain(connector, first.cursor)

    assert [one.buyer for one in first.messages] == [f"Buyer {n}" for n in range(450)]
    assert sorted(one.buyer for one in then.messages) == [f"Buyer {n}" for n in range(450, 455)]
    assert first.messages[0].sent_at == NOW - timedelta(days=1)


async def test_nothing_is_marked_or_moved(shop: Shop) -> None:
    shop.server.put(mails(range(3), NOW, timedelta(0)))
    await drain(shop.connector())

    client = IMAPClient("127.0.0.1", shop.server.imap_port, ssl=False)
    client.login(dovecot.USER, dovecot.PASSWORD)
    client.select_folder("INBOX", readonly=True)
    flags = client.get_flags(client.search("ALL"))
    client.logout()

    assert len(flags) == 3
    assert not any(b"\\Seen" in told for told in flags.values())


async def test_a_restored_mailbox_brings_its_mails_again_under_their_ids(shop: Shop) -> None:
    shop.server.put(mails(range(20), NOW - timedelta(days=1), timedelta(minutes=1)))
    first = await drain(shop.connector())
    shop.server.stop()
    shop.server.forget_uids()
    await asyncio.sleep(1.1)  # a UIDVALIDITY is the second in which it was made
    shop.server.start()

    again = await drain(shop.connector(), first.cursor)

    assert again.cursor.partition(":")[0] != first.cursor.partition(":")[0]
    assert {one.id for one in again.messages} == {one.id for one in first.messages}


async def test_a_server_that_stops_is_unavailable_and_then_goes_on(shop: Shop) -> None:
    shop.server.put(mails(range(2), NOW, timedelta(0)))
    connector = shop.connector()
    first = await drain(connector)

    shop.server.stop()
    with pytest.raises(Unavailable):
        await connector.fetch(first.cursor)
    shop.server.start()
    shop.server.put(mails(range(2, 3), NOW, timedelta(0)))

    assert [one.buyer for one in (await drain(connector, first.cursor)).messages] == ["Buyer 2"]


async def test_a_wrong_password_is_refused(shop: Shop) -> None:
    config = account(shop.server)
    wrong = replace(config, imap=replace(config.imap, password="wrong"))

    with pytest.raises(Unauthorized):
        await shop.connector(wrong).fetch(None)


async def test_mail_that_was_moved_is_found_in_the_archive(shop: Shop) -> None:
    shop.server.put(mails(range(2), NOW, timedelta(0)))
    connector = shop.connector()
    await connector.check()  # makes the folders
    shop.server.put([mail(7, NOW)], folder="Archive")

    span = Span(since=NOW - timedelta(hours=1), until=NOW + timedelta(hours=1))
    found = await survey(connector, span, lacking())

    assert sorted(one.buyer for one in found) == ["Buyer 0", "Buyer 1", "Buyer 7"]


async def test_the_server_tells_of_new_mail_and_of_what_came_meanwhile(shop: Shop) -> None:
    shop.server.put(mails(range(1), NOW, timedelta(0)))
    connector = shop.connector()
    listening = asyncio.create_task(connector.news())
    await asyncio.sleep(1)
    quiet = listening.done()

    shop.server.put(mails(range(1, 2), NOW, timedelta(0)))
    assert await asyncio.wait_for(listening, 35)

    assert not quiet, "nothing had come yet"
    shop.server.stop()
    with pytest.raises(Unavailable):
        await connector.news()
    shop.server.put(mails(range(2, 3), NOW, timedelta(0)))
    shop.server.start()
    assert await asyncio.wait_for(connector.news(), 10), "one came while nobody listened"
