"""How often each operation of the Selling Partner API may be asked.

Source: the usage plans in Amazon's published models. A plan holds for one pair of application and
seller; an answer may tell of another rate in ``x-amzn-RateLimit-Limit``.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from connectors.budget import Rate
from connectors.http import Response

TOLD: Final = "x-amzn-RateLimit-Limit"
_USUAL: Final = Rate(1, 5)  # of messaging, solicitations and notifications
PLANS: Final[Mapping[str, Rate]] = MappingProxyType(
    {
        "getOrder": Rate(0.5, 30),
        "searchOrders": Rate(0.0056, 20),
        "v0.getOrders": Rate(0.0167, 20),
        "v0.getOrder": Rate(0.5, 30),
        "v0.getOrderBuyerInfo": Rate(0.5, 30),
        "v0.getOrderAddress": Rate(0.5, 30),
        "v0.getOrderItems": Rate(0.5, 30),
        "v0.getOrderItemsBuyerInfo": Rate(0.5, 30),
        "getMessagingActionsForOrder": _USUAL,
        "GetAttributes": _USUAL,
        "createConfirmOrderDetails": _USUAL,
        "createConfirmDeliveryDetails": _USUAL,
        "createUnexpectedProblem": _USUAL,
        "getSolicitationActionsForOrder": _USUAL,
        "createProductReviewAndSellerFeedbackSolicitation": _USUAL,
        "getMarketplaceParticipations": Rate(0.016, 15),
        "createRestrictedDataToken": Rate(1, 10),
        "getSubscriptions": _USUAL,
        "getSubscription": _USUAL,
        "createSubscription": _USUAL,
        "getSubscriptionById": _USUAL,
        "deleteSubscriptionById": _USUAL,
        "sendTestNotification": _USUAL,
        "getDestinations": _USUAL,
        "createDestination": _USUAL,
        "getDestination": _USUAL,
        "deleteDestination": _USUAL,
    }
)
UNTOLD: Final = frozenset({"sendTestNotification"})  # whose answers never name a rate
_SLOWEST: Final = 0.0001  # tokens a second; what lies beyond is no rate
_FASTEST: Final = 1_000.0


def told(response: Response, plan: Rate) -> Rate | None:
    """The rate that an answer tells of, with the burst of ``plan``; None where it tells of none."""
    try:
        rate = float(response.headers.get(TOLD.lower(), ""))
    except ValueError:
        return None
    return Rate(rate, plan.burst) if _SLOWEST <= rate <= _FASTEST else None
