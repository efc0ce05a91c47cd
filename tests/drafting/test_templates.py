"""The texts that ship: each with every combination of facts, on every marketplace."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain, combinations

import pytest

from responder.domain.model import Fact, Intent, Severity
from responder.drafting import Drafting
from responder.drafting.known import Known
from responder.drafting.liquid_text import SAMPLES, MissingFact, day
from responder.drafting.rules import GAP_RULE
from responder.drafting.templates import Template, Templates, first_rendered

LANGUAGES = ("en", "zh", "ja", "de", "fr", "es", "it")
MARKETPLACES = ("amazon", "taobao", "tmall")
STATUSES = ("unpaid", "unshipped", "shipped", "delivered", "cancelled")
LONGEST = {
    "order.carrier": "圆通速递",
    "order.tracking_number": "YT1234567890123456",
    "order.id": "4123456789012345678",
    "order.deliver_by": "2024-12-31",
    "order.shipped_at": "2024-12-28",
    "order.refund_amount": "12345.67",
    "order.currency": "CNY",
}
# Cases of product.md in which we speak first: no buyer asks for these.
WE_SPEAK_FIRST = {
    *("large_quantity", "unpaid_reminder", "follow_up", "follow_up_visit"),
    *("first_word", "out_of_hours"),
}
# How a text asks for the number of an order, and which texts do where it is not known.
ASKS = {
    "en": re.compile(r"order number|number of (?:the|your) order|order[^.]*\bits number"),
    "zh": re.compile("订单号|订单编号"),
    "ja": re.compile("注文番号"),
    "de": re.compile(r"Bestellnummer|Nummer der Bestellung|Bestellung[^.]*\bihre Nummer"),
    "fr": re.compile(r"numéro de (?:la |votre )?commande|commande[^.]*\bson numéro"),
    "es": re.compile(r"número del? (?:su )?pedido|pedido[^.]*\bsu número"),
    "it": re.compile(r"numero d(?:el Suo |ell'|')ordine|ordine[^.]*\bil numero(?! di)"),
}
ASKING = {
    *("cancel_order", "change_order", "complaint", "complaint.abuse", "damaged_defective.repair"),
    *("invoice", "invoice.policy", "order_status", "payment.failed"),
    *("price_discount.protection", "price_discount.protection_known"),
    *("product_question.warranty", "product_question.warranty_known"),
    *("refund_status", "refund_status.stopped"),
    *("return_exchange", "return_exchange.exchange", "return_exchange.stopped"),
    *("unknown", "unknown.first_word", "unknown.human_agent", "unknown.photo_only"),
}
MEASURES = re.compile(
    "measurements|usual size|身高|寸法|Ihre Maße|vos mesures|sus medidas|Sue misure"
)
# What a text must not look like: markup, doubled or lonely signs and spaces.
UGLY = re.compile(
    r"\{\{|\}\}|\{%|%\}|  | [,.;:!)](?!\w)|[,;] ?\.|\( |[，。：；！]{2}|\n{3}|\.\.|  "
)
FRENCH = re.compile(r" (?=[;:!?])")


def _named(template: Template) -> set[str]:
    found = template.body.analyze(include_partials=False).globals
    return {str(variable) for variables in found.values() for variable in variables} & set(SAMPLES)


def _combinations(template: Template) -> Iterator[Mapping[str, Fact]]:
    """Each set of the facts that the template may use, with those that it requires."""
    optional = sorted((_named(template) | {"shop.name"}) - template.needs)
    subsets = chain.from_iterable(combinations(optional, n) for n in range(len(optional) + 1))
    for subset in subsets:
        for values in ({}, LONGEST):
            samples = {**SAMPLES, **values}
            chosen = {name: samples[name] for name in (*subset, *template.needs)}
            for name, allowed in template.when.items():
                chosen[name] = min(allowed)
            yield {name: Fact(value=value, source="order") for name, value in chosen.items()}


def _is_used_on(template: Template, marketplace: str) -> bool:
    return not template.marketplaces or marketplace in template.marketplaces


def _texts(shipped: Drafting, language: str) -> Iterator[tuple[Template, str, str, dict[str, str]]]:
    for template in shipped.templates:
        if template.language != language:
            continue
        for marketplace in filter(lambda name: _is_used_on(template, name), MARKETPLACES):
            for facts in _combinations(template):
                text = template.render(facts, marketplace).text
                yield template, marketplace, text, {name: one.value for name, one in facts.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_reads_well_with_any_facts(shipped: Drafting, language: str) -> None:
    for template, _marketplace, text, _values in _texts(shipped, language):
        plain = FRENCH.sub("", text) if language == "fr" else text
        assert not UGLY.search(plain), (template.key, text)
        assert text == text.strip(), template.key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_breaks_a_rule(shipped: Drafting, language: str) -> None:
    for template, marketplace, text, values in _texts(shipped, language):
        found = shipped.check(text, marketplace, Known(allowed=values.values(), facts=values))
        broken = [one for one in found if one.rule != GAP_RULE]
        assert not broken, (template.key, marketplace, found, text)


def test_chinese_texts_fit_into_a_refund_thread(shipped: Drafting) -> None:
    for template, marketplace, text, _values in _texts(shipped, "zh"):
        if "amazon" not in template.marketplaces and marketplace != "amazon":
            assert len(text.encode()) <= 400, (template.key, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_number_of_an_order_is_asked_for_exactly_where_it_is_not_known(
    shipped: Drafting, language: str
) -> None:
    asks, is_silent = set(), set()
    for template, _marketplace, text, values in _texts(shipped, language):
        knows = "thread.order" in values
        if ASKS[language].search(text):
            assert not knows, (template.key, text)
            asks.add(template.name)
        elif not knows:
            is_silent.add(template.name)

    assert asks == ASKING
    assert not asks & is_silent, "with other facts they ask, too"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["product_question.size", "product_question.size_advice"])
def test_measures_are_asked_for_once(shipped: Drafting, language: str, name: str) -> None:
    template = shipped.template(f"{language}/{name}")
    assert template is not None
    facts = {one: Fact(value=SAMPLES[one], source="shop") for one in template.needs}
    given = {**facts, "thread.measures": Fact(value="yes", source="conversation")}

    asked, thanked = (template.render(one, "taobao").text for one in (facts, given))

    assert MEASURES.search(asked)
    assert not MEASURES.search(thanked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_intent_can_be_answered_when_nothing_is_known(
    shipped: Drafting, language: str
) -> None:
    for intent in Intent:
        for marketplace in MARKETPLACES:
            found = shipped._templates.fitting(
                language, intent, "", marketplace=marketplace, facts={}
            )
            assert first_rendered(found, {}, marketplace) is not None, (intent, marketplace)


def test_each_language_has_the_same_templates(shipped: Drafting) -> None:
    names = {
        language: {one.name for one in shipped.templates if one.language == language}
        for language in LANGUAGES
    }

    assert all(names[language] == names["en"] for language in LANGUAGES)


def test_each_case_that_a_template_names_exists(shipped: Drafting) -> None:
    known = {rule.case for rules in shipped._intents._rules.values() for rule in rules}

    for template in shipped.templates:
        assert template.cases <= known | {"photo_only"} | WE_SPEAK_FIRST, template.key


def test_the_facts_that_a_text_rests_on_are_told(shipped: Drafting) -> None:
    [template] = [one for one in shipped.templates if one.key == "en/order_status.tracked"]
    facts = {
        name: Fact(value=SAMPLES[name], source="order 1")
        for name in (
            "order.status",
            "order.tracking_number",
            "order.total",
            "order.carrier",
            "shop.name",
        )
    }

    rendered = template.render(facts, "amazon")

    assert set(rendered.facts) == set(facts) - {"order.total"}
    assert facts["order.tracking_number"].value in rendered.text


@pytest.mark.parametrize("status", STATUSES)
def test_the_state_of_the_order_chooses_the_text(shipped: Drafting, status: str) -> None:
    facts = {"order.status": Fact(value=status, source="order 1")}

    found = shipped._templates.fitting(
        "en", Intent.ORDER_STATUS, "", marketplace="amazon", facts=facts
    )

    assert found[0].when == {"order.status": frozenset({status})}


def test_a_template_without_its_facts_is_not_used(shipped: Drafting) -> None:
    facts = {"order.status": Fact(value="shipped", source="order 1")}

    names = [
        one.name
        for one in shipped._templates.fitting(
            "en", Intent.ORDER_STATUS, "", marketplace="amazon", facts=facts
        )
    ]

    assert "order_status.shipped" in names
    assert "order_status.tracked" not in names


def test_a_template_of_one_marketplace_stays_there(shipped: Drafting) -> None:
    def names(marketplace: str) -> list[str]:
        found = shipped._templates.fitting(
            "en",
            Intent.CANCEL_ORDER,
            "",
            marketplace=marketplace,
            facts={"order.status": Fact(value="unshipped", source="order 1")},
        )
        return [template.name for template in found]

    assert names("amazon")[0] == "cancel_order.unshipped_amazon"
    assert names("taobao")[0] == "cancel_order.unshipped"
    assert "cancel_order.unshipped_amazon" not in names("taobao")


def test_an_empty_fact_is_an_absent_one(shipped: Drafting) -> None:
    [template] = [one for one in shipped.templates if one.key == "en/order_status.tracked"]
    facts = {"order.status": Fact(value="shipped", source="o")}
    facts["order.tracking_number"] = Fact(value="", source="o")

    assert not template.fits(facts, "amazon")
    with pytest.raises(MissingFact):
        template.render(facts, "amazon")


def test_what_cannot_be_rendered_is_passed_over() -> None:
    assert first_rendered([], {}, "amazon") is None
    assert Templates([]).fitting("en", Intent.INVOICE, "", marketplace="x", facts={}) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "May 3"),
        ("de", "3. Mai"),
        ("fr", "3 mai"),
        ("es", "3 de mayo"),
        ("it", "3 maggio"),
        ("zh", "5月3日"),
        ("zh-Hant", "5月3日"),
        ("ja", "5月3日"),
        ("pl", "3 May"),
    ],
)
def test_a_day_is_written_as_its_language_writes_it(language: str, said: str) -> None:
    assert day("2024-05-03", language) == said
    assert day("2024-05-03T23:59:59+00:00", language) == said


def test_the_first_of_a_month_is_special_in_french() -> None:
    assert day("2024-05-01", "fr") == "1er mai"


@pytest.mark.parametrize("value", ["tomorrow", "2024-13-45", "", "2024-05-031"])
def test_what_is_no_day_stays_as_it_is(value: str) -> None:
    assert day(value, "en") == value


def test_a_text_that_breaks_a_rule_would_have_been_seen(shipped: Drafting) -> None:
    assert any(one.severity is Severity.BLOCK for one in shipped.check("加微信吧", "taobao"))
