"""Signed webhooks, as https://www.standardwebhooks.com describes them. Pure.

A receiver checks ``webhook-signature`` over ``{webhook-id}.{webhook-timestamp}.{body}``,
refuses a timestamp that is minutes off, and passes over a ``webhook-id`` that it has
had: a repeat carries the id of what it repeats. ``verified`` is such a check.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from responder.alerts.links import Links, channel_of
from responder.alerts.message import Message
from responder.store.codec import dump, stamp
from responder.store.told import Item

TOLERANCE = timedelta(minutes=5)
PREFIX = "whsec_"


def payload(message: Message, *, title: str, text: str, links: Links) -> bytes:
    """What a program is told: everything in fields, and the words for people beside."""
    return dump(
        {
            "id": message.id,
            "channel": channel_of(message.id),
            "at": stamp(message.at),
            "repeat": message.repeat,
            "title": title,
            "text": text,
            "acknowledge": links.acknowledge(message.id) if message.alerts else None,
            "alerts": [_alert(item, links) for item in message.alerts],
            "news": [_news(item) for item in message.news],
        }
    ).encode("utf-8", "replace")


def headers(secret: str, message: str, body: bytes, now: datetime) -> dict[str, str]:
    at = str(int(now.timestamp()))
    return {
        "content-type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{_signature(secret, message, at, body)}",
    }


def verified(secret: str, given: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether a request was signed with ``secret``, and lately: what a receiver does.

    It takes as long for any wrong signature. The receiver still has to
    remember each ``webhook-id`` for as long as ``TOLERANCE``.
    """
    message, at = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not (at.isascii() and at.isdecimal() and len(at) <= 12):
        return False
    if abs(now.timestamp() - int(at)) > TOLERANCE.total_seconds():
        return False
    right = _signature(secret, message, at, body).encode()
    offered = given.get("webhook-signature", "").split()
    return any(
        hmac.compare_digest(b"v1," + right, one.encode("utf-8", "replace")) for one in offered
    )


def signs(secret: str) -> bool:
    """Whether anything can be signed with ``secret``: behind ``whsec_`` stands base64."""
    try:
        return bool(_key(secret))
    except ValueError:
        return False


def _signature(secret: str, message: str, at: str, body: bytes) -> str:
    words = f"{message}.{at}.".encode() + body
    return b64encode(hmac.new(_key(secret), words, sha256).digest()).decode()


def _key(secret: str) -> bytes:
    """``whsec_`` and base64 as the standard has it, or any other text as it is."""
    if secret.startswith(PREFIX):
        return b64decode(secret.removeprefix(PREFIX))
    return secret.encode()


def _alert(item: Item, links: Links) -> dict[str, Any]:
    notice = item.notice
    return {
        "id": notice.id,
        "kind": notice.kind,
        "account": notice.account or None,
        "conversation": notice.conversation,
        "at": stamp(notice.at),
        "due_at": stamp(notice.due_at) if notice.due_at else None,
        "reason": notice.reason or None,
        "unacknowledged_at": item.unheard or None,
        "link": links.conversation(notice.conversation),
    }


def _news(item: Item) -> dict[str, Any]:
    notice = item.notice
    about = "channel" if notice.kind.startswith("channel_") else "account"
    return {
        "kind": notice.kind,
        about: notice.account or None,
        "conversation": notice.conversation,
        "count": item.count,
        "since": stamp(item.since) if item.since else None,
        "reason": notice.reason or None,
    }
