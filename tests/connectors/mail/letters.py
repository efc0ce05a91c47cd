"""What a buyer asks a mailbox, what is answered, and a poll of it."""

from connectors.base import Connector, Reply
from connectors.feed import FeedEntry
from connectors.mailbox.connector import MailboxConnector
from tests.connectors.mail.conftest import Shop


def question(shop: Shop, text: str = "Where is it?") -> None:
    shop.mock.deliver([FeedEntry(buyer="Jane", order_id="AB-00001", text=text)])


async def answered(connector: Connector) -> Reply:
    """Read the inbox to its end and answer its first message."""
    message = (await connector.fetch(None)).messages[0]
    reply = Reply(
        id="reply-1",
        thread=message.thread,
        text="It is on its way.",
        reply_to=message.reply_to,
        subject=message.subject,
    )
    await connector.send(reply)
    return reply


async def looked(connector: MailboxConnector) -> None:
    """A poll that has to log in first."""
    await connector._mailbox.rest()
    await connector.fetch(None)
