"""Another folder is looked into; the next page comes from the inbox again, whatever happened."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from imapclient import IMAPClient
from imapclient.response_parser import SearchIds

from connectors.mail.config import ImapConfig
from connectors.mail.mailbox import Mailbox
from connectors.mail.stored import Limits, StoredMail

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LIMITS = Limits(page=10_000, mail=10_000)
CONFIG = ImapConfig(host="imap.example", port=993, username="u", password="p")
INBOX, ARCHIVE = [1, 2, 3], [7, 8]


class Server:
    """Two folders. The archive's mails have no size: NIL, as a damaged index says it."""

    def __init__(self) -> None:
        self._folder = ""

    def dial(self, *_: object) -> IMAPClient:
        return cast("IMAPClient", self)

    def login(self, *_: str) -> None: ...

    def shutdown(self) -> None: ...

    def noop(self) -> None: ...

    def has_capability(self, _: str) -> bool:
        return False

    def select_folder(self, folder: str, **_: bool) -> dict[bytes, int]:
        self._folder = folder
        return {b"UIDNEXT": 9, b"UIDVALIDITY": 1}

    def search(self, _: Sequence[Any], __: str | None = None) -> SearchIds:
        return SearchIds(INBOX if self._folder == CONFIG.folder else ARCHIVE)

    def fetch(self, uids: Sequence[int], data: Sequence[str]) -> dict[int, dict[bytes, Any]]:
        if "BODY.PEEK[]" in data:
            return {uid: {b"BODY[]": b"Subject: hello\r\n\r\n"} for uid in uids}
        size = 1 if self._folder == CONFIG.folder else None
        return {uid: {b"RFC822.SIZE": size, b"INTERNALDATE": NOW} for uid in uids}


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    made = Mailbox(CONFIG, dial=Server().dial)
    yield made
    made.close()


async def test_after_an_answer_about_another_folder_that_nobody_foresaw_the_inbox_is_read(
    mailbox: Mailbox,
) -> None:
    with pytest.raises(TypeError):
        await mailbox.read(ARCHIVE, _uid, limits=LIMITS, folder="Archive")

    page = await mailbox.page(None, _uid, first_look=NOW, count=100, limits=LIMITS)

    assert [uid for uid, _ in page.read] == INBOX


def _uid(mail: StoredMail) -> int:
    return mail.uid
