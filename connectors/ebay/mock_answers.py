"""What the mock says, written as eBay writes it. Source: protocols A5."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from connectors.box import picture_url
from connectors.ebay.wire.values import stamp
from connectors.threaded.mock_books import Post, Talk


def told(post: Post, seller: str) -> dict[str, Any]:
    """A message as ``getConversation`` tells it."""
    return {
        "messageId": post.id,
        "messageBody": post.text,
        "subject": "",
        "senderUsername": post.buyer if post.by_buyer else seller,
        "recipientUsername": seller if post.by_buyer else post.buyer,
        "createdDate": stamp(post.at),
        "readStatus": False,
        "messageMedia": [
            {
                "mediaName": unquote(name.rpartition("/")[2]),
                "mediaType": "IMAGE",
                "mediaUrl": picture_url(name, "i.ebayimg.com"),
            }
            for name in post.media
        ],
    }


def taken(post: Post, seller: str) -> dict[str, Any]:
    """The answer to ``sendMessage``: note its ``recipientUserName`` with a capital N."""
    whole = told(post, seller)
    sender, recipient = whole.pop("senderUsername"), whole.pop("recipientUsername")
    return {**whole, "senderUserName": sender, "recipientUserName": recipient}


def listed(talk: Talk, seller: str) -> dict[str, Any]:
    """A conversation as ``getConversations`` tells it."""
    latest = talk.posts[-1]
    reference = {"referenceId": talk.topic, "referenceType": "LISTING"}
    return {
        "conversationId": talk.id,
        "conversationStatus": "ACTIVE",
        "conversationTitle": talk.buyer,
        "conversationType": "FROM_MEMBERS",
        "createdDate": stamp(talk.posts[0].at),
        "latestMessage": told(latest, seller),
        "unreadCount": sum(post.by_buyer for post in talk.posts),
        **(reference if talk.topic else {}),
    }


def page(name: str, items: Iterable[Any], total: int, limit: int, offset: int) -> dict[str, Any]:
    return {name: list(items), "total": total, "limit": limit, "offset": offset}


def error(number: int, domain: str, said: str) -> dict[str, Any]:
    one = {"errorId": number, "domain": domain, "category": "REQUEST", "message": said}
    return {"errors": [one]}
