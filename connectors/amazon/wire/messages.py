"""Messaging and solicitations: what may be said about an order unasked, and saying it.

Nothing can be read back: a good answer is ``{}`` and names no message.
"""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from connectors import http
from connectors.amazon.wire.questions import Question
from connectors.base import Rejected, Unavailable
from connectors.http import Response

REVIEW: Final = "productReviewAndSellerFeedback"  # its words are Amazon's own
_LOCALE: Final = re.compile(r"([a-z]{2,3})([-_][A-Za-z]+)*$")
TEXT: Final = 2000  # characters of a message, for all kinds below
OPERATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "confirmOrderDetails": "createConfirmOrderDetails",
        "confirmDeliveryDetails": "createConfirmDeliveryDetails",
        "unexpectedProblem": "createUnexpectedProblem",
    }
)


def allowed(order_id: str, marketplace_id: str) -> Question:
    """Asks which messages may be sent about an order now."""
    path = f"/messaging/v1/orders/{_part(order_id)}{_of(marketplace_id)}"
    return Question("getMessagingActionsForOrder", "GET", path)


def solicitations(order_id: str, marketplace_id: str) -> Question:
    """Asks whether a review may be asked for now."""
    path = f"/solicitations/v1/orders/{_part(order_id)}{_of(marketplace_id)}"
    return Question("getSolicitationActionsForOrder", "GET", path)


def attributes(order_id: str, marketplace_id: str) -> Question:
    """Asks in which language the buyer wants to be written to."""
    path = f"/messaging/v1/orders/{_part(order_id)}/attributes{_of(marketplace_id)}"
    return Question("GetAttributes", "GET", path)


def language(response: Response) -> str:
    """The buyer's language ("de"); "" where Amazon does not say, which is no reason to fail."""
    try:
        locale = json.loads(response.body)["buyer"]["locale"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    found = _LOCALE.match(locale) if isinstance(locale, str) else None
    return found[1] if found and response.status == 200 else ""


def actions(response: Response) -> frozenset[str]:
    """The names of what may be sent; none for an order that Amazon does not know.

    Names that are not ours are among them: Amazon's list holds stale ones.
    """
    if response.status in {400, 404}:
        return frozenset()
    failure = http.failure(response)
    if failure is not None:
        raise failure
    try:
        content = json.loads(response.body)
        links = content["_links"]["actions"]
        return frozenset(str(link["name"]) for link in links if isinstance(link["name"], str))
    except (ValueError, LookupError, TypeError, RecursionError):
        raise Unavailable("unreadable list of messages") from None


def message(order_id: str, marketplace_id: str, action: str, text: str) -> Question:
    """Sends ``text`` as an ``action``. Raises ``Rejected`` for what Amazon would not take."""
    if action not in OPERATIONS:
        raise Rejected(f"there is no message of the kind {action!r}")
    if not 1 <= len(text.strip()) <= len(text) <= TEXT:
        raise Rejected(f"a message has 1 to {TEXT} characters, not {len(text)}")
    path = f"/messaging/v1/orders/{_part(order_id)}/messages/{action}{_of(marketplace_id)}"
    body = json.dumps({"text": text}, ensure_ascii=False).encode("utf-8", "replace")
    return Question(OPERATIONS[action], "POST", path, body)


def review(order_id: str, marketplace_id: str) -> Question:
    """Has Amazon ask the buyer for a review, in Amazon's words."""
    path = f"/solicitations/v1/orders/{_part(order_id)}/solicitations/{REVIEW}{_of(marketplace_id)}"
    return Question("createProductReviewAndSellerFeedbackSolicitation", "POST", path)


def accepted(response: Response) -> None:
    """Return where Amazon has taken it; else one of the four failures.

    403 is a refusal of this message: the token was renewed before, and the list of what may be
    sent can change at any time. After 5xx nobody knows whether it was taken.
    """
    if 200 <= response.status < 300:
        return
    if response.status == 403:
        raise Rejected("Amazon does not allow this message about this order now")
    if response.status >= 500:
        raise Unavailable(f"HTTP {response.status}", maybe_done=True)
    raise http.failure(response) or Rejected(f"HTTP {response.status}")


def _part(order_id: str) -> str:
    return quote(order_id, safe="")


def _of(marketplace_id: str) -> str:
    return f"?marketplaceIds={quote(marketplace_id, safe='')}"
