"""A mail server that lets nobody in: it speaks until the login, and says no to that."""

from asyncio import StreamReader, StreamWriter
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

# By the name of the fault, with the response codes of RFC 5530; the words are Dovecot's.
NO: Final[Mapping[str, bytes]] = {
    "imap_login_refused": b"NO [AUTHENTICATIONFAILED] Authentication failed.",
    "imap_too_many": (
        b"NO [LIMIT] Maximum number of connections from user+IP exceeded "
        b"(mail_max_userip_connections=10)"
    ),
}


async def turn_away(reader: StreamReader, writer: StreamWriter, fault: str) -> None:
    """Answer one client until it leaves; each of its logins is refused for ``fault``."""
    with suppress(ConnectionError):
        writer.write(b"* OK A mailbox in a box\r\n")
        while line := await reader.readline():
            tag, _, rest = line.strip().partition(b" ")
            match rest.split(b" ")[0].upper():
                case b"CAPABILITY":
                    writer.write(b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n" + tag + b" OK done\r\n")
                case b"LOGOUT":
                    writer.write(b"* BYE\r\n" + tag + b" OK done\r\n")
                    break
                case _:
                    writer.write(tag + b" " + NO[fault] + b"\r\n")
            await writer.drain()
        writer.close()
