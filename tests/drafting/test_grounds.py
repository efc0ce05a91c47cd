"""What a reply promises is held to what this conversation bears: its money and its orders."""

from pathlib import Path

import pytest

from responder.drafting.known import Known
from responder.drafting.problems import Collector
from responder.drafting.rule_files import read_rules
from responder.drafting.rules import check
from responder.drafting.shops import shop_amounts
from tests.drafting.replies import CAPS

BOOKS = read_rules(Path(__file__).parents[2] / "config" / "rules", Collector())


def _of_order(text: str, marketplace: str = "amazon", **facts: str) -> set[str]:
    """The rules that ``text`` breaks in a conversation about an order."""
    known = {"order.id": "111-1111111-1111111", "shop.return_days": "30", **facts}
    given = Known(facts=known, caps=CAPS[marketplace], amounts=shop_amounts(known))
    return {one.rule for one in check(text, BOOKS[marketplace], given)}


@pytest.mark.parametrize("fact", ["30", "Mon-Fri 9:00-30:00", "3 EUR off, within 30 days"])
def test_a_count_of_the_shops_is_no_amount_that_may_be_given_away(fact: str) -> None:
    said = {"shop.return_days": fact}

    assert _of_order("We refund 30 EUR to you.", **said) == {"amount_above_cap"}
    assert _of_order("We refund 30 EUR to you.", **said, **{"shop.coupon": "30 EUR off"}) == set()


def test_what_a_coupon_comes_to_may_be_named() -> None:
    coupon = {"shop.coupon": "满300减50，领券30天内有效"}

    assert _of_order("可以领满300减50元的优惠券", "taobao", **coupon) == set()
    assert _of_order("补偿您60元优惠券", "taobao", **coupon) == {"amount_above_cap"}


@pytest.mark.parametrize(
    "text",
    [
        "退您50",
        "给您退50",
        "补偿您一百五",
        "返您50",
        "赔您50",
        "退款50给您",
        "退您50.00",
        "给您转50元",
        "退您伍拾元",
        "退您50-60",
        "补您廿元并转叁佰",
    ],
)
def test_an_amount_is_held_to_the_cap_however_it_is_said_in_chinese(text: str) -> None:
    assert _of_order(text, "taobao") == {"amount_above_cap"}


@pytest.mark.parametrize(
    "text",
    [
        "退款3-5个工作日到账",
        "退款10-15天",
        "支持45天退换",
        "补50双鞋垫",
        "退一赔三",
        "补发50件",
        "退款48小时内到账",
        "退款约48小时",
        "退款10:30到账",
        "退款四十八小时内",
        "退款2026年到账",
    ],
)
def test_what_is_counted_beside_a_refund_is_no_amount(text: str) -> None:
    assert "amount_above_cap" not in _of_order(text, "taobao")


@pytest.mark.parametrize("dash", ["-", "\u2010", "\u2011", "–", " ", "－"])
def test_another_buyers_order_is_found_however_its_number_is_drawn(dash: str) -> None:
    mine, strange = "111-1111111-1111111", "222-2222222-2222222"

    assert "other_order" in _of_order(f"Your order {strange.replace('-', dash)} is late.")
    known = Known(facts={"order.id": mine}, allowed=[mine])
    found = check(f"Your order {mine.replace('-', dash)} is late.", BOOKS["amazon"], known)
    assert "other_order" not in {one.rule for one in found}
