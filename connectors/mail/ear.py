"""Hears from a mail server that the inbox may have news: IDLE, on a connection of its own."""

import ssl
from datetime import timedelta
from typing import Final

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from connectors.exits import Exit
from connectors.mail.config import ImapConfig
from connectors.mail.connection import Connection, Dial, offers
from connectors.mail.imap_line import imap_client
from connectors.mail.stored import State

HALF_A_LINE: Final = "unterminated line"  # as imaplib says it
RENEW: Final = timedelta(minutes=25)  # servers end a longer IDLE (RFC 2177: half an hour)


class Ear:
    """Only tells that it is worth to look: what there is, a fetch reads."""

    def __init__(
        self, config: ImapConfig, way_out: Exit | None = None, *, dial: Dial = imap_client
    ) -> None:
        self._wants_to = config.idle
        self._line = Connection(config, way_out, dial=dial)
        self._known: State | None = None
        self._count = -1  # of mails, as the server told it last

    async def news(self) -> bool:
        """Return True when there may be news; False where the server does not tell of them.

        Raises the four failures. Whoever stops waiting cuts the connection.
        """
        return self._wants_to and await self._line.run(self._wait)

    def close(self) -> None:
        self._line.close()

    def _wait(self) -> bool:
        opens, client = self._line.opens, self._line.client()
        if not offers(client, "IDLE"):
            return False
        if self._line.opens != opens:  # who was away for a while has heard nothing meanwhile
            known, self._known = self._known, self._line.state()
            self._count = max(_told(client), default=-1)  # by opening the folder
            if known not in {None, self._known}:
                return True
        try:
            while not self._is_news(_idled(client)):
                pass
        except IMAPClientAbortError as error:
            if HALF_A_LINE not in str(error):
                raise
            self._line.drop()  # half a line is news too; nobody knows where the other half stands
        return True

    def _is_news(self, counts: list[int]) -> bool:
        """Some servers tell at every IDLE how many mails there are: only another number is news."""
        before, self._count = self._count, (counts or [self._count])[-1]
        return any(count != before for count in counts)


def _idled(client: IMAPClient) -> list[int]:
    """One IDLE; how many mails there are, each time that the server told it."""
    _told(client)
    _begin(client)
    before = _told(client)
    heard = [] if before or _is_waiting(client) else client.idle_check(RENEW.total_seconds())
    _, rest = client.idle_done()
    told = [one[0] for one in (*heard, *rest) if len(one) == 2 and one[1] == b"EXISTS"]
    return [*before, *told]


def _begin(client: IMAPClient) -> None:
    """The library gives up where the server tells of something before it agrees."""
    line = client._imap  # noqa: SLF001
    try:
        client.idle()
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        while not line.tagged_commands.get(client._idle_tag):  # noqa: SLF001 - it has not said no
            if line._get_response() is None:  # noqa: SLF001 - it agrees
                return
        raise


def _is_waiting(client: IMAPClient) -> bool:
    """Whether something came in one piece with the answer: then the line itself stays silent."""
    line = client.socket()
    line.setblocking(False)
    try:
        return bool(client._imap.file.peek(1))  # noqa: SLF001
    except ssl.SSLWantReadError:
        return False
    finally:
        line.settimeout(client._timeout.read)  # noqa: SLF001


def _told(client: IMAPClient) -> list[int]:
    """How many mails there are, as it was told beside the answers to other commands."""
    return [int(count) for count in client._imap.untagged_responses.pop("EXISTS", ())]  # noqa: SLF001
