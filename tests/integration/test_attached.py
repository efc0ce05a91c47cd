"""What the console is given of a file depends on what its connector can do."""

from connectors.base import Attachment, Unavailable
from connectors.fake import FakeConnector
from responder.attached import attached
from responder.testing import FakeClock

FILE = {"name": "crack.png", "content_type": "image/png", "size": "3", "ref": "INBOX/1/2"}


class Shows(FakeConnector):
    """Has one file, unless it cannot be reached."""

    away = False

    async def attached(self, file: Attachment) -> bytes | None:
        if self.away:
            raise Unavailable("no answer")
        return b"png" if (file.ref, file.size) == ("INBOX/1/2", 3) else None


async def test_a_file_is_asked_for_as_it_was_noted(clock: FakeClock) -> None:
    connector = Shows(clock.now)

    assert await attached(connector, FILE) == b"png"
    assert await attached(connector, FILE | {"size": ""}) is None


async def test_what_cannot_be_had_now_is_none(clock: FakeClock) -> None:
    away = Shows(clock.now)
    away.away = True

    assert await attached(away, FILE) is None
    assert await attached(FakeConnector(clock.now), FILE) is None
