"""Files on their way to a buyer of Amazon: in the mail as they were, refused early or late."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from hashlib import sha256
from pathlib import Path
from random import Random

import aiosmtplib
import pytest

from connectors.amazon.connector import AmazonConnector
from connectors.amazon.mock import AmazonMock
from connectors.amazon.wire import outbound
from connectors.base import InboundMessage, Kind, Rejected, Reply, Trace
from connectors.files import MIB, OutgoingFile
from connectors.mail.wire.outgoing import compose
from tests.connectors.amazon.conftest import ORDER, World
from tests.connectors.inboxes import drain

NOW = datetime(2026, 11, 20, tzinfo=UTC)
PDF = OutgoingFile(name="发票 1.pdf", content_type="application/pdf", content=b"%PDF-1.7\n")
PHOTO = OutgoingFile(name="label.jpg", content_type="image/jpeg", content=b"\xff\xd8\xff\xe0 .")
TEXT = OutgoingFile(name="how.txt", content_type="text/plain", content=b"Wash cold.\n" * 9)


def answer(to: InboundMessage, *files: OutgoingFile) -> Reply:
    return Reply(
        id="reply-1",
        thread=to.thread,
        text="Please see what is attached.",
        reply_to=to.reply_to,
        order_ids=to.order_ids,
        subject=to.subject,
        files=files,
    )


async def asked(world: World, connector: AmazonConnector) -> InboundMessage:
    world.write(order_id=ORDER)
    [message] = (await drain(connector)).messages
    return message


def taken(world: World) -> Sequence[dict[str, object]]:
    [reply] = world.mock.books.accepted
    return reply.files


async def test_files_arrive_under_their_names_as_they_were(world: World) -> None:
    connector = world.connector()
    message = await asked(world, connector)

    await connector.send(answer(message, PDF, PHOTO, TEXT))

    assert taken(world) == tuple(
        {
            "name": one.name,
            "content_type": one.content_type,
            "size": len(one.content),
            "sha256": sha256(one.content).hexdigest(),
        }
        for one in (PDF, PHOTO, TEXT)
    )
    assert world.mock.books.accepted[0].text == "Please see what is attached."


def test_a_mail_with_files_is_mixed_and_keeps_its_thread() -> None:
    reply_to = {
        "to": "m1z9b3mk8gb1c26@marketplace.amazon.com",
        "message_id": "<q@email.amazonses.com>",
        "references": "<first@x>",
        "subject": "Question",
    }
    reply = Reply(id="r.1", thread="t", text="Ümlaut", reply_to=reply_to, files=(PDF, TEXT))
    mail = outbound.mail(reply, "Shop <s@shop.example>", NOW)

    read = message_from_bytes(mail.content, policy=default)
    assert isinstance(read, EmailMessage)
    assert read.get_content_type() == "multipart/mixed"
    assert read["Message-ID"] == "<r.1@shop.example>"
    assert read["In-Reply-To"] == "<q@email.amazonses.com>"
    assert read["References"] == "<first@x> <q@email.amazonses.com>"
    assert b"filename*=utf-8''%E5%8F%91" in mail.content
    body, *files = read.iter_parts()
    assert body.get_content().strip() == "Ümlaut"
    assert [part["Content-Transfer-Encoding"] for part in files] == ["base64", "base64"]
    assert [part.get_filename() for part in files] == ["发票 1.pdf", "how.txt"]
    assert outbound.mail(reply, "Shop <s@shop.example>", NOW).content == mail.content


def test_a_text_is_sent_with_the_name_of_its_letters() -> None:
    told = replace(TEXT, content="使用说明".encode())
    to = {"to": "m1z9b3mk8gb1c26@marketplace.amazon.com"}
    reply = Reply(id="r.1", thread="t", text="See.", reply_to=to, subject="Q", files=(told,))

    mail = outbound.mail(reply, "Shop <s@shop.example>", NOW)

    read = message_from_bytes(mail.content, policy=default)
    assert isinstance(read, EmailMessage)
    [file] = read.iter_attachments()
    assert file.get_content() == "使用说明"


async def test_ten_megabytes_go_and_a_byte_more_does_not(world: World) -> None:
    connector = world.connector()
    message = await asked(world, connector)
    whole = replace(PDF, content=b"%PDF-" + b"x" * (10 * MIB - 5))

    with pytest.raises(Rejected, match="together, at most 10,485,760 are taken"):
        await connector.send(answer(message, replace(PDF, content=whole.content + b"x")))
    assert not world.mock.books.accepted

    await connector.send(answer(message, whole))
    [file] = taken(world)
    assert file["size"] == 10 * MIB


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ((replace(PDF, content=b"%PDF-" + b"x" * (10 * MIB)),), 552),
        ((replace(PDF, name="a.exe"),), 554),
        ((replace(PDF, content=b""),), 554),
    ],
)
async def test_amazon_refuses_at_the_text_what_should_never_have_left(
    world: World, files: tuple[OutgoingFile, ...], code: int
) -> None:
    message = await asked(world, world.connector())
    smtp = world.mock.account().smtp
    reply, to = answer(message, *files), message.reply_to["to"]
    mail = compose(reply, smtp.sender, to, "Question", world.now())

    client = aiosmtplib.SMTP(
        hostname=smtp.host,
        port=smtp.port,
        username=smtp.username,
        password=smtp.password,
        start_tls=False,
    )
    async with client:
        with pytest.raises(aiosmtplib.SMTPResponseException) as refused:
            await client.sendmail(mail.sender, mail.recipient, mail.content)

    assert refused.value.code == code
    assert not world.mock.books.accepted


async def test_a_file_that_is_refused_after_it_was_taken_names_its_reply(world: World) -> None:
    world.faults(attachment_refused_later=1)
    connector = world.connector()
    message = await asked(world, connector)
    since = world.now()

    receipt = await connector.send(answer(message, PDF))

    [refusal] = [one for one in (await drain(connector)).messages if one.kind is Kind.REFUSAL]
    assert refusal.refuses == receipt.id
    assert "an attachment could not be processed" in refusal.text
    assert await connector.trace(answer(message), since) is Trace.REFUSED


async def test_a_reply_without_files_is_not_refused_for_one(world: World) -> None:
    world.faults(attachment_refused_later=1)
    connector = world.connector()
    message = await asked(world, connector)

    await connector.send(answer(message))

    assert not [one for one in (await drain(connector)).messages if one.kind is Kind.REFUSAL]


async def test_what_was_sent_is_told_after_a_restart_too(world: World, tmp_path: Path) -> None:
    connector = world.connector()
    message = await asked(world, connector)
    await connector.send(answer(message, PDF))
    again = AmazonMock(now=world.now, dice=Random(7), journal=tmp_path / "mock.jsonl")

    again.books.load()

    assert again.books.accepted == world.mock.books.accepted
    assert again.books.accepted[0].files
