"""Which mails of the open folder come next: what the server has named, and nobody has read yet."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from connectors.mail.connection import Connection

# Some keep what somebody is still writing beside what has been sent: it answers nobody yet.
NO_DRAFTS: Final = "UNDRAFT"
_SPAN: Final = 20_000  # UIDs asked for at once: an answer must stay below imaplib's longest line


@dataclass(frozen=True, slots=True)
class _List:
    """Sorted UIDs from ``first`` on, and what they hold for."""

    uids: list[int]
    first: int
    whole: bool  # up to the folder's last mail
    uidvalidity: int
    opened: int  # as of which opening of the folder
    modseq: int  # the folder's changes up to this one are in it; 0 where the server counts none


class NamedMails:
    """Asks for as little as the server allows.

    A server that counts a folder's changes (CONDSTORE, RFC 7162: it says HIGHESTMODSEQ when the
    folder is opened) is asked only for what changed since (SEARCH MODSEQ); its count holds beyond
    one connection, and ends with the folder's UIDVALIDITY. Others are asked for all UIDs each time.
    """

    def __init__(self, line: Connection) -> None:
        self._line = line
        self._list: _List | None = None
        self._is_refused = False  # it counts changes, but does not tell of them

    def forget(self) -> None:
        """Ask anew: what was named may be gone."""
        self._list = None

    def following(self, first: int, limit: int) -> tuple[list[int], bool]:
        """Up to ``limit`` UIDs from ``first`` on, and whether there are more."""
        client = self._line.client()
        known = self._known(first)
        if known is None or len(known.uids) <= limit:
            client.noop()  # lets the server tell of new mail
            known = (known and self._changed(client, known)) or self._asked(client, first, limit)
        self._list = known
        return known.uids[:limit], len(known.uids) > limit

    def _known(self, first: int) -> _List | None:
        """What still holds of the list; None where it must be asked for.

        Whoever forgot how far he was (a store that lost its last writes) begins before the list.
        """
        known, state = self._list, self._line.state()
        if known is None or first < known.first:
            return None
        counts = 0 < known.modseq <= state.modseq and known.uidvalidity == state.uidvalidity
        if known.opened != self._line.opens and not counts:
            return None
        rest = known.uids[bisect_left(known.uids, first) :]
        return _List(
            rest, first, known.whole, state.uidvalidity, known.opened, known.modseq * counts
        )

    def _changed(self, client: IMAPClient, known: _List) -> _List | None:
        """With what changed since it was asked last; None where the server cannot tell."""
        if self._is_refused or not (known.whole and known.modseq):
            return None
        asked = ["UID", f"{known.first}:*", "MODSEQ", str(known.modseq + 1), NO_DRAFTS]
        try:
            told = client.search(asked)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            self._is_refused = True
            return None
        # ``n:*`` names the last mail even where it lies before ``n``: drop that echo.
        uids = sorted({uid for uid in told if uid >= known.first}.union(known.uids))
        upto = max(known.modseq, getattr(told, "modseq", None) or 0)
        return _List(uids, known.first, True, known.uidvalidity, self._line.opens, upto)

    def _asked(self, client: IMAPClient, first: int, limit: int) -> _List:
        """As the server names them now."""
        state = self._line.state()
        uids = self._span(client, first, f"{first}:{first + _SPAN - 1}")
        whole = len(uids) <= limit
        if whole:
            uids += self._span(client, first + _SPAN, f"{first + _SPAN}:*")
        return _List(uids, first, whole, state.uidvalidity, self._line.opens, state.modseq)

    def _span(self, client: IMAPClient, first: int, span: str) -> list[int]:
        """``n:*`` names the last mail even where it lies before ``n``: drop that echo."""
        return sorted(uid for uid in client.search(["UID", span, NO_DRAFTS]) if uid >= first)
