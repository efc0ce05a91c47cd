"""What a shop promises: read from its file, said with its source, and never guessed."""

from datetime import date
from pathlib import Path

import pytest

from responder.domain.model import Fact
from responder.drafting.liquid_text import FACTS
from responder.drafting.problems import Collector
from responder.drafting.shop_files import PLACES, read_shops
from responder.drafting.shops import NO_SHOP, Shops, shop_amounts

CONFIG = Path(__file__).parents[2] / "config"
FULL = """
accounts = ["amazon-us", "taobao-main"]
name = "Corner Shop"
currency = "JPY"
[returns]
window_days = 30
restocking_fee = 400
condition = { en = "unused", zh = "未使用" }
[shipping]
carriers = ["Yamato", "Sagawa"]
[prices]
coupons_stack = false
[[notice]]
kind = "holiday"
since = 2026-12-24
until = 2027-01-02
[[notice]]
kind = "customs"
since = 2026-12-20
until = 2026-12-25
[caps]
small = { share = 15, cap = 1000 }
large = { share = 30, cap = 2500 }
agent = 2000
"""

FALLING = """
currency = "EUR"
[caps]
agent = 5
small = { share = 30, cap = 9 }
large = { share = 20, cap = 9 }
"""


def read(folder: Path, text: str, name: str = "corner.toml") -> tuple[Shops, list[str]]:
    (folder / name).write_text(text, encoding="utf-8")
    problems = Collector()
    return read_shops(folder, problems), [str(one) for one in problems.problems]


def test_each_fact_names_the_file_and_the_key(tmp_path: Path) -> None:
    shops, problems = read(tmp_path, FULL)

    facts = shops.of("taobao-main").facts("en")

    assert problems == []
    assert facts["shop.return_days"] == Fact(
        value="30", source="shops/corner.toml: returns.window_days"
    )
    assert facts["shop.carriers"].value == "Yamato, Sagawa"
    assert facts["shop.coupons_stack"].value == "no"
    assert facts["shop.name"].source == "shops/corner.toml: name"


def test_amounts_are_said_in_the_shops_currency_and_no_finer(tmp_path: Path) -> None:
    shops, _ = read(tmp_path, FULL)

    assert shops.of("amazon-us").facts("en")["shop.restocking_fee"].value == "400 JPY"


@pytest.mark.parametrize(
    ("language", "said"), [("en", "unused"), ("zh", "未使用"), ("zh-Hant", "未使用"), ("de", None)]
)
def test_words_are_known_only_in_their_own_language(
    tmp_path: Path, language: str, said: str | None
) -> None:
    shops, _ = read(tmp_path, FULL)

    fact = shops.of("amazon-us").facts(language).get("shop.return_condition")

    assert (fact.value if fact else None) == said


def test_an_account_without_a_shop_knows_nothing(tmp_path: Path) -> None:
    shops, _ = read(tmp_path, FULL)

    assert shops.of("amazon-de") is NO_SHOP
    assert NO_SHOP.facts("en", date(2026, 1, 1)) == {}


@pytest.mark.parametrize(
    ("today", "delay"),
    [
        (date(2026, 12, 19), None),
        (date(2026, 12, 20), "customs"),
        (date(2026, 12, 24), "holiday"),
        (date(2027, 1, 2), "holiday"),
        (date(2027, 1, 3), None),
        (None, None),
    ],
)
def test_a_notice_holds_on_its_days_and_the_longest_is_told(
    tmp_path: Path, today: date | None, delay: str | None
) -> None:
    shops, _ = read(tmp_path, FULL)

    facts = shops.of("amazon-us").facts("en", today)

    assert (facts["shop.delay"].value if "shop.delay" in facts else None) == delay


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[returns]\nwindow = 30\n", "returns.window: unknown key; known are address, condition"),
        ('[returns]\nfreight = "nobody"\n', "returns.freight"),
        ("[shipping]\nfee = 4.9\n", 'currency: amounts need a currency, such as "EUR"'),
        ('[[notice]]\nkind = "storm"\nsince = 2026-01-01\nuntil = 2026-01-02\n', "notice.0.kind"),
        (
            '[[notice]]\nkind = "stock"\nsince = 2026-01-02\nuntil = 2026-01-01\n',
            "notice 1: it ends before it begins",
        ),
        (
            FALLING,
            "caps: the large offer must be above the small one",
        ),
        ("accounts = [\n", "is not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    _, problems = read(tmp_path, text)

    assert len(problems) == 1
    assert problems[0].startswith(str(tmp_path / "corner.toml"))
    assert said in problems[0]


def test_one_account_has_one_shop(tmp_path: Path) -> None:
    read(tmp_path, 'accounts = ["a"]\n', "one.toml")

    _, problems = read(tmp_path, 'accounts = ["a"]\n', "two.toml")

    assert ["account 'a' is in one.toml already" in one for one in problems] == [True]


def test_the_example_is_sound_and_belongs_to_nobody() -> None:
    problems = Collector()

    [shop] = read_shops(CONFIG / "shops", problems).all

    assert [str(one) for one in problems.problems] == []
    assert shop.accounts == frozenset()
    assert shop.caps is not None
    assert len(shop.faq.all) == 5


def test_every_fact_of_a_shop_may_be_named_by_a_template() -> None:
    noticed = {"shop.delay", "shop.delay_from", "shop.delay_until"}
    assert {name for name in FACTS if name.startswith("shop.")} == set(PLACES) | noticed


def test_fees_and_what_was_refunded_are_nobodys_gift() -> None:
    facts = {"shop.free_from": "49 EUR", "order.refund_amount": "9", "order.total": "99"}

    assert set(shop_amounts(facts)) == {"49 EUR", "9"}
