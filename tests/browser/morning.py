"""What lies in the inbox when an agent's day begins."""

from datetime import timedelta

from responder.domain.model import Fact
from responder.testing import FakeClock
from tests.console.house import House
from tests.console.shops import ORDER, TAOBAO

PHONE = {"width": 390, "height": 844}
FACTS = {
    name: Fact(value=value, source=f"order {ORDER}")
    for name, value in {
        "order.id": ORDER,
        "order.status": "shipped",
        "order.carrier": "UPS",
        "order.tracking_number": "1Z999AA10123456784",
        "order.deliver_by": "2026-11-05",
    }.items()
}
SHOWN: dict[str, object] = {
    name.removeprefix("order."): fact.value for name, fact in FACTS.items()
} | {"items": [{"title": "Steel cup, 500 ml", "quantity": 2, "sku": "CUP-5", "price": "19.90"}]}
BUYERS = [
    ("Jane Porter", "Where is my parcel? The tracking has not moved for three days."),
    ("Tom", "The cup arrived broken. I would like a replacement or my money back, please."),
    ("María José", "¿Cuándo llega mi pedido?"),
    ("A. Schmidt", "Kann ich bitte eine Rechnung bekommen?"),
    ("Chris", "Thank you so much, great service!"),
    ("Kim", "Can I still change the delivery address?"),
]


async def morning(house: House, clock: FakeClock) -> list[str]:
    """Messages from a night; their conversations, earliest deadline first."""
    first = await house.buyer_writes(
        "亲，我的快递三天没动了，帮我看看到哪了？", account=TAOBAO, thread="li", buyer="南方姑娘",
        due_at=clock.now() + timedelta(minutes=2),
    )  # fmt: skip
    found = [first]
    for hour, (buyer, text) in enumerate(BUYERS, start=1):
        at = clock.now() - timedelta(hours=23 - 3 * hour)
        one = await house.buyer_writes(text, thread=buyer, buyer=buyer, order_ids=(ORDER,), at=at)
        found.append(one)
    await house.draft(facts=FACTS, order=SHOWN)
    return [str(one) for one in found]
