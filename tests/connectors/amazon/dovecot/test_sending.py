"""Amazon's outbox on Debian's Dovecot: a mail server that others wrote."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from connectors.base import Trace
from connectors.files import OutgoingFile
from tests import dovecot
from tests.connectors.amazon.dovecot.shop import NOW, Relay, Shop, mail, reply_to
from tests.connectors.inboxes import drain

pytestmark = [dovecot.needed, pytest.mark.process]


async def test_a_reply_leaves_through_submission_with_its_thread(shop: Shop, relay: Relay) -> None:
    shop.server.put([mail(1, NOW)])
    connector = shop.connector()
    [message] = (await drain(connector)).messages

    receipt = await connector.send(reply_to(message))

    [sent] = [message_from_bytes(one, policy=default) for one in relay.taken]
    assert receipt.id == sent["Message-ID"]
    assert sent["From"] == dovecot.SENDER
    assert sent["To"].endswith("@marketplace.amazon.com")
    assert sent["In-Reply-To"] == sent["References"] == message.reply_to["message_id"]
    assert "It is on its way." in sent.get_content()


@pytest.mark.parametrize("answer", ["451 try later", "550 sender not authorized"])
async def test_what_the_relay_refuses_was_surely_not_sent(
    shop: Shop, relay: Relay, answer: str
) -> None:
    shop.server.put([mail(1, NOW)])
    connector = shop.connector()
    [message] = (await drain(connector)).messages
    relay.answer = answer

    with pytest.raises(Exception) as refused:
        await connector.send(reply_to(message))

    assert not getattr(refused.value, "maybe_done", False), refused.value
    assert relay.taken == []


async def test_a_copy_in_the_sent_folder_proves_a_reply(shop: Shop, relay: Relay) -> None:
    shop.server.put([mail(1, NOW)])
    connector = shop.connector()
    [message] = (await drain(connector)).messages
    reply = reply_to(message)
    await connector.send(reply)
    unknown = await connector.trace(reply, NOW - timedelta(minutes=1))

    shop.server.put([(relay.taken[0], NOW)], folder="Sent")

    assert unknown is Trace.UNKNOWN, "finding nothing never means absent"
    assert await connector.trace(reply, NOW - timedelta(minutes=1)) is Trace.SENT


async def test_files_pass_a_real_submission_as_they_were_and_their_copy_proves_the_reply(
    shop: Shop, relay: Relay
) -> None:
    shop.server.put([mail(1, NOW)])
    connector = shop.connector()
    [message] = (await drain(connector)).messages
    pdf = OutgoingFile(
        name="发票 1.pdf",
        content_type="application/pdf",
        content=b"%PDF-" + bytes(range(256)) * 4000,
    )
    text = OutgoingFile(name="how.txt", content_type="text/plain", content="Größe\n".encode())
    reply = replace(reply_to(message), files=(pdf, text))

    await connector.send(reply)

    [taken] = relay.taken
    read = message_from_bytes(taken, policy=default)
    files = list(read.iter_attachments())
    assert [(one.get_filename(), one.get_payload(decode=True)) for one in files] == [
        (one.name, one.content) for one in reply.files
    ]
    shop.server.put([(taken, NOW)], folder="Sent")
    without = replace(reply, files=())
    assert await connector.trace(without, NOW - timedelta(minutes=1)) is Trace.SENT
