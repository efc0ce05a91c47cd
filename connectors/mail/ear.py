"""Hears from a mail server that the inbox may have news: IDLE, on a connection of its own."""

from datetime import timedelta
from typing import Final

from imapclient import IMAPClient

from connectors.exits import Exit
from connectors.mail.config import ImapConfig
from connectors.mail.connection import Connection, Dial
from connectors.mail.imap_line import imap_client
from connectors.mail.stored import State

RENEW: Final = timedelta(minutes=25)  # servers end a longer IDLE (RFC 2177: half an hour)


class Ear:
    """Only tells that it is worth to look: what there is, a fetch reads."""

    def __init__(
        self, config: ImapConfig, way_out: Exit | None = None, *, dial: Dial = imap_client
    ) -> None:
        self._wants_to = config.idle
        self._line = Connection(config, way_out, dial=dial)
        self._known: State | None = None

    async def news(self) -> bool:
        """Return True when there may be news; False where the server does not tell of them.

        Raises the four failures. Whoever stops waiting cuts the connection.
        """
        return self._wants_to and await self._line.run(self._wait)

    def close(self) -> None:
        self._line.close()

    def _wait(self) -> bool:
        opens, client = self._line.opens, self._line.client()
        if not client.has_capability("IDLE"):
            return False
        if self._line.opens != opens:  # who was away for a while has heard nothing meanwhile
            known, self._known = self._known, self._line.state()
            if known not in {None, self._known}:
                return True
        while not _idled(client):
            pass
        return True


def _idled(client: IMAPClient) -> bool:
    """One IDLE; whether the server told of a mail."""
    pending = client._imap.untagged_responses  # noqa: SLF001 - told before the IDLE began
    pending.pop("EXISTS", None)
    client.idle()
    heard = [] if "EXISTS" in pending else client.idle_check(timeout=RENEW.total_seconds())
    told_before = "EXISTS" in pending
    _, rest = client.idle_done()
    return told_before or any(b"EXISTS" in one for one in (*heard, *rest))
