"""What Amazon in a box takes by SMTP, and what it refuses."""

from dataclasses import replace

import aiosmtplib
import pytest

from connectors.amazon.wire import outbound
from connectors.base import Rejected
from connectors.mail.mock_smtp import MAX_MAIL
from tests.connectors.amazon.conftest import World, answer, drain


async def smtp_codes(world: World, *, to: str, sender: str = "", header: str = "") -> int:
    """The code of the first refusal, or 250."""
    account = world.mock.account().smtp
    mail = f"From: {header or account.sender}\r\nTo: {to}\r\n\r\nhello"
    client = aiosmtplib.SMTP(
        hostname=account.host,
        port=account.port,
        start_tls=False,
        username=account.username,
        password=account.password,
    )
    async with client:
        try:
            await client.sendmail(sender or account.sender, [to], mail.encode())
        except aiosmtplib.SMTPRecipientsRefused as refused:
            return refused.recipients[0].code
        except aiosmtplib.SMTPResponseException as refused:
            return refused.code
    return 250


async def test_smtp_takes_mail_only_from_the_authorized_sender_to_known_buyers(
    world: World,
) -> None:
    world.write(1)
    [page] = await drain(world.connector())
    to = page.messages[0].reply_to["to"]

    assert await smtp_codes(world, to=to) == 250
    assert await smtp_codes(world, to=to, sender="x@evil.example") == 550
    assert await smtp_codes(world, to=to, header="x@evil.example") == 550
    assert await smtp_codes(world, to="nobody@marketplace.amazon.com") == 550
    assert await smtp_codes(world, to="x@example.org") == 550
    assert len(world.mock.books.accepted) == 1


async def test_smtp_wants_a_login(world: World) -> None:
    account = world.mock.account().smtp
    client = aiosmtplib.SMTP(hostname=account.host, port=account.port, start_tls=False)
    async with client:
        with pytest.raises(aiosmtplib.SMTPSenderRefused) as refused:
            await client.mail(account.sender)

    assert refused.value.code == 530


async def test_smtp_refuses_what_amazon_would_not_carry(world: World) -> None:
    world.write(1)
    connector = world.connector()
    [page] = await drain(connector)
    mail = outbound.mail(answer(page.messages[0]), world.mock.sender, world.now())
    large = replace(mail, content=mail.content + b"words\r\n" * (MAX_MAIL // 7))

    with pytest.raises(Rejected, match="SMTP 552"):
        await connector._outbox.send(large)

    assert world.mock.books.accepted == []
