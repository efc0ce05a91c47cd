"""Words about an order that the marketplace takes."""

from responder.domain.outreach import Occasion
from responder.store.outreach import Wording


def wording(order_id: str, occasion: Occasion, text: str) -> Wording:
    return Wording(
        order_id=order_id,
        occasion=occasion,
        channel="confirmOrderDetails",
        audience="buyer",
        text=text,
        language="en",
        is_free=True,
    )
