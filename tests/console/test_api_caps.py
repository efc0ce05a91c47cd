"""What is dearer than a shop's caps waits for who may decide it."""

from datetime import timedelta
from pathlib import Path

import pytest

from responder.console.services import Services
from responder.domain.model import ConversationId, Fact
from responder.drafting import load
from responder.testing import FakeClock
from tests.console.house import House
from tests.console.person import Person
from tests.console.second_yes import confirm
from tests.console.shops import AMAZON, ORDER

CONFIG = Path(__file__).parents[2] / "config"
SHOP = """
accounts = ["amazon-us"]
name = "Corner Shop"
currency = "EUR"
[caps]
small = { share = 15, cap = 10.00 }
large = { share = 30, cap = 25.00 }
goodwill = 5.00
agent = 20.00
freight_back = 6.50
"""
FACTS = {
    name: Fact(value=value, source=f"order {ORDER}")
    for name, value in {
        "order.id": ORDER,
        "order.status": "delivered",
        "order.total": "99.00",
        "order.currency": "EUR",
    }.items()
}
SHOWN: dict[str, object] = {"id": ORDER, "status": "delivered", "total": "99.00", "currency": "EUR"}
PHOTO = ({"name": "crack.jpg", "content_type": "image/jpeg"},)


@pytest.fixture
def drafting_with_caps(tmp_path: Path) -> object:
    (tmp_path / "corner.toml").write_text(SHOP)
    return load(CONFIG / "templates", CONFIG / "rules", CONFIG / "intents", tmp_path)


@pytest.fixture
def shop(house: House, drafting_with_caps: object) -> House:
    """A house whose shop has caps."""
    object.__setattr__(house.services, "drafting", drafting_with_caps)
    assert isinstance(house.services, Services)
    return house


async def broken_cup(house: House, text: str = "The cup arrived broken.") -> ConversationId:
    one = await house.buyer_writes(text, order_ids=(ORDER,), attachments=PHOTO)
    await house.draft(facts=FACTS, order=SHOWN, account=AMAZON)
    return one


async def test_nobody_agrees_with_themselves(shop: House, ann: Person) -> None:
    one = await broken_cup(shop)
    await ann.approve(one, text="We refund you 50 EUR.")

    assert await confirm(ann, one) == (403, "forbidden")


async def test_an_amount_above_the_cap_waits_for_a_supervisor(
    shop: House, ann: Person, sue: Person
) -> None:
    one = await broken_cup(shop)

    answer = await (await ann.approve(one, text="We refund you 50 EUR.")).json()

    assert answer["second_yes"]["why"] == "above_cap"
    bob = await shop.person("bob")
    assert await confirm(bob, one) == (403, "forbidden")
    await bob.act(one, "release", {"token": await bob.claim(one)})
    assert await confirm(sue, one) == (202, "")
    assert await shop.outgoing_text(one) == "We refund you 50 EUR."


@pytest.mark.parametrize(
    "text",
    [
        "We issue a refund. It is 50 EUR.",
        "Your refund:\n50 EUR",
        "We send you a replacement at once.",
        "Please send it back, then you get a full refund.",
    ],
)
async def test_words_of_ones_own_get_nothing_dear_out_alone(
    shop: House, ann: Person, text: str
) -> None:
    one = await broken_cup(shop)

    answer = await (await ann.approve(one, text=text)).json()

    assert answer["second_yes"]["why"] == "above_cap"


async def test_a_supervisor_decides_above_the_cap_alone(shop: House, sue: Person) -> None:
    one = await broken_cup(shop)

    await sue.approve(one, text="We refund you 50 EUR.")

    assert await shop.outgoing_text(one) == "We refund you 50 EUR."


async def test_the_drafted_step_is_kept_when_it_was_sent(
    shop: House, ann: Person, clock: FakeClock
) -> None:
    one = await broken_cup(shop)
    draft = (await ann.json(f"/conversations/{one}"))["draft"]
    assert (draft["step"], draft["facts"]["ladder.amount"]["value"]) == (
        "small_refund",
        "10.00 EUR",
    )

    await ann.approve(one)
    clock.advance(timedelta(seconds=6))
    await shop.send()

    ladder = (await ann.json(f"/conversations/{one}"))["ladder"]
    assert ladder["made"] == "small_refund"
    assert (await shop.read(one)).ladder_step == f"small_refund damaged_defective {ORDER}"
