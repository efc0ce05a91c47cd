"""A mailbox in which somebody else moves mail between two of our looks."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from connectors.mail.mailbox import Mailbox
from connectors.mail.stored import Limits
from connectors.mail.wire.cursors import Position
from responder.simulation.amazon import CONFIG
from responder.simulation.mailbox import Folder, MemoryImap
from responder.simulation.profiles import CALM
from responder.simulation.wire import Weather

AT = datetime(2026, 11, 2, tzinfo=UTC)
LIMITS = Limits(page=10**6, mail=10**6)


async def test_a_mail_that_left_after_it_was_named_is_not_called_missing() -> None:
    inbox = Folder()
    for number in range(12):
        inbox.add(b"Subject: %d\r\n\r\nHello.\r\n" % number, AT)
    mailbox = Mailbox(CONFIG.imap, dial=lambda *_: MemoryImap(_provider(inbox)))
    await _read_from(mailbox, 1)
    del inbox.mails[7]

    page = await _read_from(mailbox, 6)

    mailbox.close()
    assert [uid for uid, _ in page.read] == [6, 8, 9, 10, 11]
    assert page.counted == 5


async def _read_from(mailbox: Mailbox, uid: int) -> Any:
    return await mailbox.page(
        Position(1, uid), lambda mail: mail.uid, first_look=AT, count=5, limits=LIMITS
    )


def _provider(inbox: Folder) -> Any:
    return SimpleNamespace(
        inbox=inbox,
        archive=Folder(),
        sent=None,
        time=SimpleNamespace(loop=SimpleNamespace(time=lambda: 0.0)),
        weather=Weather(),
        profile=CALM,
        happens=lambda _: False,
    )
