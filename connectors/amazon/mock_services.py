"""The smaller services of the Selling Partner API in a box. Source: Amazon's published models."""

from collections.abc import Iterable
from typing import Any, Final

from connectors.amazon.wire import tables

TEXT_ACTIONS: Final = {  # by the operation that sends it
    "confirmOrderDetails": "createConfirmOrderDetails",
    "confirmDeliveryDetails": "createConfirmDeliveryDetails",
    "unexpectedProblem": "createUnexpectedProblem",
}
STALE: Final = ("amazonMotors", "negativeFeedbackRemoval")  # as Amazon's own sandbox lists them
SOLICITATION: Final = "productReviewAndSellerFeedback"
_RESTRICTED_MOST: Final = 50  # resources in one token
_LOCALES: Final = {"com": "en-US", "co.uk": "en-GB", "de": "de-DE", "fr": "fr-FR", "co.jp": "ja-JP"}
_HOMES: Final = {
    "com": ("US", "USD", "en"),
    "co.uk": ("GB", "GBP", "en"),
    "de": ("DE", "EUR", "de"),
    "fr": ("FR", "EUR", "fr"),
    "co.jp": ("JP", "JPY", "ja"),
}


def offered(kind: str) -> tuple[str, ...]:
    """What may be sent about a new order; ``kind`` is messaging or solicitations."""
    return tuple(TEXT_ACTIONS) if kind == "messaging" else (SOLICITATION,)


def actions(kind: str, order_id: str, marketplace_id: str, names: Iterable[str]) -> dict[str, Any]:
    """``names`` as links."""
    part = "messages" if kind == "messaging" else "solicitations"
    root, query = f"/{kind}/v1/orders/{order_id}", f"?marketplaceIds={marketplace_id}"
    links = [{"href": f"{root}/{part}/{name}{query}", "name": name} for name in names]
    return {
        "_links": {"self": {"href": f"{root}{query}"}, "actions": links},
        "_embedded": {"actions": []},
    }


def attributes(marketplace_id: str) -> dict[str, Any]:
    """The language that the buyer wants to be written to in."""
    return {"buyer": {"locale": _LOCALES.get(_tld(marketplace_id), "en-US")}}


def participations(marketplace_id: str) -> dict[str, Any]:
    """Where the seller sells: in one marketplace."""
    tld = _tld(marketplace_id)
    country, currency, language = _HOMES.get(tld, _HOMES["com"])
    marketplace = {
        "id": marketplace_id,
        "name": f"Amazon.{tld}",
        "countryCode": country,
        "defaultCurrencyCode": currency,
        "defaultLanguageCode": language,
        "domainName": f"www.amazon.{tld}",
    }
    participation = {"isParticipating": True, "hasSuspendedListings": False}
    one = {"marketplace": marketplace, "participation": participation, "storeName": "Mock Shop"}
    return {"payload": [one]}


def restricted_paths(asked: dict[str, Any]) -> frozenset[str] | None:
    """What a restricted token is asked for; None where that is no good question."""
    named = asked.get("restrictedResources")
    if not (isinstance(named, list) and 0 < len(named) <= _RESTRICTED_MOST):
        return None
    good = all(isinstance(one, dict) and {"method", "path"} <= one.keys() for one in named)
    return frozenset(str(one["path"]) for one in named) if good else None


def _tld(marketplace_id: str) -> str:
    return tables.MARKETPLACE_TLDS.get(marketplace_id, "com")
