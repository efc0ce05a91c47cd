"""What a folder is asked for, by a server that counts its changes (CONDSTORE) and by others."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError
from imapclient.response_parser import SearchIds

from connectors.base import Unavailable
from connectors.mail.config import ImapConfig
from connectors.mail.mailbox import Mailbox
from connectors.mail.stored import Limits, StoredMail
from connectors.mail.wire.cursors import Position

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LIMITS = Limits(page=10_000, mail=10_000)
CONFIG = ImapConfig(host="imap.example", port=993, username="u", password="p")


class Server:
    """A folder that notes what it is asked for. ``counts``: whether it has CONDSTORE."""

    def __init__(self, *, counts: bool = True) -> None:
        self.counts = counts
        self.refuses = False
        self.cuts = False
        self.uidvalidity = 1
        self.modseq = 10
        self.mails: dict[int, int] = {}  # UIDs, with the number of the last change
        self.next_uid = 1
        self.asked: list[str] = []
        self.dialed = 0

    def dial(self, *_: object) -> IMAPClient:
        self.dialed += 1
        return cast("IMAPClient", self)

    def add(self, count: int = 1) -> None:
        for _ in range(count):
            self.modseq += 1
            self.mails[self.next_uid] = self.modseq
            self.next_uid += 1

    def renew(self, modseq: int) -> None:
        """A folder that was made anew: other numbers, other counts."""
        count = len(self.mails)
        self.uidvalidity, self.modseq, self.mails, self.next_uid = 2, modseq, {}, 1
        self.add(count)

    def login(self, *_: str) -> None: ...

    def shutdown(self) -> None: ...

    def noop(self) -> None:
        if self.cuts:
            self.cuts = False
            raise IMAPClientAbortError("socket error: EOF")

    def select_folder(self, *_: str, **__: bool) -> dict[bytes, int]:
        told = {b"UIDNEXT": self.next_uid, b"UIDVALIDITY": self.uidvalidity}
        return told | ({b"HIGHESTMODSEQ": self.modseq} if self.counts else {})

    def has_capability(self, _: str) -> bool:
        return self.counts

    def enable(self, *wanted: str) -> None:
        self.asked += wanted
        if self.refuses:
            raise IMAPClientError("NO not today")

    def search(self, criteria: Sequence[Any], _: str | None = None) -> SearchIds:
        if criteria[0] == "SINCE":
            return SearchIds(self.mails)
        first, _, last = criteria[1].partition(":")
        since = int(criteria[3]) if "MODSEQ" in criteria else 0
        self.asked.append(f"MODSEQ {since}" if since else "all")
        if since and self.refuses:
            raise IMAPClientError("BAD unknown search key")
        upto = 10**9 if last == "*" else int(last)
        wanted = {uid for uid in self.mails if int(first) <= uid <= upto}
        if last == "*":
            wanted |= {max(self.mails, default=0)} & self.mails.keys()
        found = SearchIds(uid for uid in sorted(wanted) if self.mails[uid] >= since)
        if since and found:
            found.modseq = max(self.mails[uid] for uid in found)
        return found

    def fetch(self, uids: Sequence[int], data: Sequence[str]) -> dict[int, dict[bytes, Any]]:
        return {uid: self._mail(uid, data) for uid in uids if uid in self.mails}

    def _mail(self, uid: int, data: Sequence[str]) -> dict[bytes, Any]:
        if "BODY.PEEK[]" in data:
            return {b"BODY[]": b"Subject: %d\r\n\r\n" % uid}
        return {b"RFC822.SIZE": 1, b"INTERNALDATE": NOW}


class Reader:
    """Reads a folder page by page, as an inbox does."""

    def __init__(self, server: Server) -> None:
        self.mailbox = Mailbox(CONFIG, dial=server.dial)
        self.at: Position | None = None

    async def poll(self, count: int = 100) -> list[int]:
        """The UIDs of the next page."""
        page = await self.mailbox.page(self.at, _uid, first_look=NOW, count=count, limits=LIMITS)
        self.at = Position(page.state.uidvalidity, page.next_uid)
        return [uid for uid, _ in page.read]


def _uid(mail: StoredMail) -> int:
    return mail.uid


@pytest.fixture
def reading() -> Iterator[Callable[[Server], Reader]]:
    made: list[Reader] = []

    def of(server: Server) -> Reader:
        made.append(Reader(server))
        return made[-1]

    yield of
    for one in made:
        one.mailbox.close()


Reading = Callable[[Server], Reader]


async def test_a_server_that_counts_is_asked_only_for_what_changed(reading: Reading) -> None:
    server = Server()
    server.add(3)
    reader = reading(server)
    first = await reader.poll()
    server.asked.clear()

    quiet = await reader.poll()
    server.add(2)
    then = await reader.poll()

    assert (first, quiet, then) == ([1, 2, 3], [], [4, 5])
    assert server.asked == ["MODSEQ 14", "MODSEQ 14"]


async def test_any_other_server_is_asked_for_its_list_as_before(reading: Reading) -> None:
    server = Server(counts=False)
    server.add(3)
    reader = reading(server)
    await reader.poll()
    server.asked.clear()

    quiet = await reader.poll()
    server.add()

    assert (quiet, await reader.poll()) == ([], [4])
    assert set(server.asked) == {"all"}


async def test_a_mark_on_an_old_mail_brings_nothing(reading: Reading) -> None:
    server = Server()
    server.add(3)
    reader = reading(server)
    await reader.poll()

    server.modseq += 1
    server.mails[3] = server.modseq  # somebody reads the last one: ``4:*`` names it

    assert await reader.poll() == []
    assert reader.at == Position(1, 4)


async def test_a_count_holds_on_the_next_connection(reading: Reading) -> None:
    server = Server()
    server.add(3)
    reader = reading(server)
    await reader.poll()
    server.cuts = True
    with pytest.raises(Unavailable):
        await reader.poll()
    server.add()
    server.asked.clear()

    assert await reader.poll() == [4]
    assert (server.dialed, server.asked) == (2, ["CONDSTORE", "MODSEQ 14"])


@pytest.mark.parametrize("modseq", [0, 5_000])
async def test_another_uidvalidity_ends_the_count(reading: Reading, modseq: int) -> None:
    """A folder made anew may count lower: nothing of it would have changed since."""
    server = Server()
    server.modseq = 900
    server.add(3)
    reader = reading(server)
    await reader.poll()
    server.cuts = True
    with pytest.raises(Unavailable):
        await reader.poll()

    server.renew(modseq)

    assert await reader.poll() == [1, 2, 3]
    assert "MODSEQ 904" not in server.asked
    server.add()
    assert await reader.poll() == [4]


async def test_a_folder_whose_count_went_back_is_listed_anew(reading: Reading) -> None:
    """A restored server keeps its UIDVALIDITY, against the rule."""
    server = Server()
    server.modseq = 900
    server.add(3)
    reader = reading(server)
    await reader.poll()
    server.cuts = True
    with pytest.raises(Unavailable):
        await reader.poll()

    server.modseq = 20
    server.add()

    assert await reader.poll() == [4]


async def test_a_server_that_cannot_tell_after_all_is_asked_for_its_list(reading: Reading) -> None:
    server = Server()
    server.refuses = True
    server.add(3)
    reader = reading(server)
    await reader.poll()
    server.asked.clear()
    server.add()

    assert await reader.poll() == [4]
    server.add()
    assert await reader.poll() == [5]
    assert [one for one in server.asked if one != "all"] == ["MODSEQ 14"], "tried once"


async def test_a_backlog_is_named_once_and_what_comes_meanwhile_is_read_behind_it(
    reading: Reading,
) -> None:
    server = Server()
    server.add(10)
    reader = reading(server)

    pages = [await reader.poll(4)]
    server.add(2)
    while page := await reader.poll(4):
        pages.append(page)

    assert [uid for page in pages for uid in page] == list(range(1, 13))


async def test_a_list_that_was_cut_short_is_not_taken_for_the_whole(reading: Reading) -> None:
    server = Server()
    server.add(20_050)  # more than are asked for at once
    reader = reading(server)

    pages = [await reader.poll(10_000) for _ in range(4)]

    assert [uid for page in pages for uid in page] == list(range(1, 20_051))


async def test_what_was_moved_between_two_pages_is_not_waited_for(reading: Reading) -> None:
    server = Server()
    server.add(10)
    reader = reading(server)
    await reader.poll(4)

    del server.mails[5], server.mails[6]

    assert await reader.poll(4) == [7, 8, 9, 10]


async def test_whoever_forgot_how_far_he_was_begins_before_the_list(reading: Reading) -> None:
    server = Server()
    server.add(10)
    reader = reading(server)
    await reader.poll()
    await reader.poll()

    reader.at = Position(1, 4)

    assert await reader.poll() == [4, 5, 6, 7, 8, 9, 10]
