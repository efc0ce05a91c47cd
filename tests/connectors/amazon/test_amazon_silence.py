"""Servers that hang up, refuse, or say nothing: what that means for a request."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.amazon.wire import outbound
from connectors.base import Rejected, Reply, Unauthorized, Unavailable
from connectors.mail.config import ImapConfig, SmtpConfig, Tls
from connectors.mail.mailbox import Mailbox
from connectors.mail.smtp import Outbox
from connectors.mail.wire.outgoing import Outgoing

Script = Callable[[StreamReader, StreamWriter], Awaitable[None]]
QUICKLY = timedelta(seconds=0.2)
FOLDER = b"* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 1] x\r\n* 0 EXISTS\r\n%s OK done\r\n"
REPLY = Reply(id="r1", thread="t", text="x", reply_to={"to": "m1@marketplace.amazon.com"})


@asynccontextmanager
async def server(script: Script) -> AsyncIterator[int]:
    """A server that follows ``script`` for each connection."""

    async def follow(reader: StreamReader, writer: StreamWriter) -> None:
        try:
            await script(reader, writer)
        finally:
            writer.close()

    listening = await asyncio.start_server(follow, "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


def imap(answers: dict[bytes, bytes | None]) -> Script:
    """Answers by command; None hangs up; a command without an answer is met with OK."""

    async def script(reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        while line := await reader.readline():
            tag, command = line.split()[:2]
            told = answers.get(command.upper(), b"%s OK done\r\n")
            if told is None:
                return
            writer.write(told % tag)

    return script


def smtp(answers: dict[bytes, bytes | None]) -> Script:
    """Answers by command; None hangs up; b"" says nothing; ``.`` is the end of the text."""

    async def script(reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        usual = {b"EHLO": b"250-x\r\n250 AUTH PLAIN LOGIN\r\n", b"AUTH": b"235 ok\r\n"}
        in_text = False
        while line := await reader.readline():
            if in_text and line != b".\r\n":
                continue
            command = line.split()[0].upper()
            in_text = command == b"DATA" and answers.get(b"DATA") is None
            told = {**usual, b"DATA": b"354 go\r\n", **answers}.get(command, b"250 ok\r\n")
            if told is None:
                return
            writer.write(told)

    return script


def imap_config(port: int, tls: Tls = Tls.NONE) -> ImapConfig:
    return ImapConfig(
        host="127.0.0.1", port=port, username="u", password="p", tls=tls, timeout=QUICKLY
    )


def smtp_config(port: int, tls: Tls = Tls.NONE) -> SmtpConfig:
    return SmtpConfig(
        host="127.0.0.1",
        port=port,
        username="u",
        password="p",
        sender="a@shop.example",
        tls=tls,
        timeout=QUICKLY,
    )


async def imap_failure(script: Script, tls: Tls = Tls.NONE) -> Exception:
    async with server(script) as port:
        mailbox = Mailbox(imap_config(port, tls))
        try:
            await mailbox.state()
        except (Unauthorized, Unavailable, Rejected) as failure:
            return failure
        finally:
            mailbox.close()
    pytest.fail("the mailbox was opened")


def outgoing() -> Outgoing:
    return outbound.mail(REPLY, "a@shop.example", datetime(2026, 11, 20, tzinfo=UTC))


async def smtp_failure(script: Script, tls: Tls = Tls.NONE) -> Exception:
    async with server(script) as port:
        outbox = Outbox(smtp_config(port, tls))
        try:
            await outbox.send(outgoing())
        except (Unauthorized, Unavailable, Rejected) as failure:
            return failure
        finally:
            await outbox.close()
    pytest.fail("the mail was taken")


async def test_a_refused_login_is_unauthorized() -> None:
    refused = b"%s NO [AUTHENTICATIONFAILED] invalid credentials\r\n"

    assert type(await imap_failure(imap({b"LOGIN": refused}))) is Unauthorized


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"%s NO [UNAVAILABLE] try later\r\n",
        b"%s NO Too many simultaneous connections\r\n",
        b"nonsense %s\r\n",
    ],
)
async def test_a_login_that_is_not_answered_is_unavailable(answer: bytes | None) -> None:
    assert type(await imap_failure(imap({b"LOGIN": answer}))) is Unavailable


async def test_a_folder_that_hangs_up_is_unavailable_and_one_that_refuses_is_rejected() -> None:
    assert type(await imap_failure(imap({b"EXAMINE": None}))) is Unavailable
    assert type(await imap_failure(imap({b"EXAMINE": b"%s NO no such folder\r\n"}))) is Rejected


async def test_a_folder_without_an_identity_is_unavailable() -> None:
    assert type(await imap_failure(imap({}))) is Unavailable


async def test_nothing_is_sent_in_the_clear_where_tls_was_asked_for() -> None:
    assert type(await imap_failure(imap({}), Tls.STARTTLS)) is Unavailable
    assert type(await imap_failure(imap({}), Tls.IMPLICIT)) is Unavailable
    assert type(await smtp_failure(smtp({}), Tls.STARTTLS)) is Unavailable
    assert type(await smtp_failure(smtp({}), Tls.IMPLICIT)) is Unavailable


@pytest.mark.parametrize(
    ("answers", "kind", "maybe_done"),
    [
        ({b"AUTH": b"535 no\r\n"}, Unauthorized, False),
        ({b"AUTH": None}, Unavailable, False),
        ({b"EHLO": b""}, Unavailable, False),
        ({b"MAIL": None}, Unavailable, False),
        ({b"MAIL": b""}, Unavailable, False),
        ({b"MAIL": b"550 sender not authorized\r\n"}, Rejected, False),
        ({b"RCPT": b"550 no such buyer\r\n"}, Rejected, False),
        ({b"RCPT": b"450 later\r\n"}, Unavailable, False),
        ({b"DATA": b"451 later\r\n"}, Unavailable, False),
        ({b".": b"<html>proxy</html>\r\n"}, Unavailable, True),
        ({b".": b"251 taken, for somebody else\r\n"}, Unavailable, True),
        ({b".": b"554 refused\r\n"}, Rejected, False),
        ({b".": None}, Unavailable, True),
        ({b".": b""}, Unavailable, True),
    ],
)
async def test_a_send_that_fails_says_what_is_certain(
    answers: dict[bytes, bytes | None], kind: type[Exception], maybe_done: bool
) -> None:
    failure = await smtp_failure(smtp(answers))

    assert type(failure) is kind
    assert getattr(failure, "maybe_done", False) is maybe_done


async def test_a_kept_connection_that_forgot_its_login_is_replaced() -> None:
    answers: dict[bytes, bytes | None] = {}
    connections: list[Script] = []

    async def script(reader: StreamReader, writer: StreamWriter) -> None:
        connections.append(smtp(answers if not connections else {}))
        await connections[-1](reader, writer)

    async with server(script) as port:
        outbox = Outbox(smtp_config(port))
        await outbox.send(outgoing())
        answers[b"MAIL"] = b"530 authenticate first\r\n"

        await outbox.send(outgoing())

        await outbox.close()
    assert len(connections) == 2


async def test_a_login_that_is_cancelled_leaves_nothing_open() -> None:
    async with server(smtp({b"AUTH": b""})) as port:
        outbox = Outbox(replace(smtp_config(port), timeout=timedelta(seconds=20)))
        checking = asyncio.create_task(outbox.check())
        await asyncio.wait([checking], timeout=0.1)
        checking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await checking

        assert outbox._client is None


async def test_a_cancelled_send_drops_its_connection() -> None:
    async with server(smtp({b".": b""})) as port:
        outbox = Outbox(replace(smtp_config(port), timeout=timedelta(seconds=20)))
        sending = asyncio.create_task(outbox.send(outgoing()))
        await asyncio.wait([sending], timeout=0.1)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

        assert outbox._client is None
        await outbox.close()


async def test_a_server_that_dribbles_is_cut_off_when_nobody_waits_any_more() -> None:
    """A byte now and then keeps every socket timeout away; the next request must not wait."""
    visits = 0
    answers: dict[bytes, bytes | None] = {
        b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n%s OK done\r\n",
        b"EXAMINE": FOLDER,
    }

    async def script(reader: StreamReader, writer: StreamWriter) -> None:
        nonlocal visits
        visits += 1
        if visits > 1:
            await imap(answers)(reader, writer)
            return
        writer.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        while line := await reader.readline():
            tag, command = line.split()[:2]
            if command.upper() == b"UID":
                break
            writer.write((answers.get(command.upper()) or b"%s OK done\r\n") % tag)
        while not writer.is_closing():
            writer.write(b"*")
            await asyncio.sleep(0.02)

    async with server(script) as port:
        mailbox = Mailbox(replace(imap_config(port), timeout=timedelta(seconds=60)))
        with pytest.raises(asyncio.TimeoutError):
            async with asyncio.timeout(0.5):
                await mailbox.search(["ALL"])

        async with asyncio.timeout(5):
            state = await mailbox.state()
        mailbox.close()

    assert (visits, state.uidvalidity) == (2, 7)
