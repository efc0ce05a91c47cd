"""The resolution ladder climbs one step at a time, within its caps."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.domain.ladder import (
    Answer,
    Caps,
    Case,
    Offer,
    Rung,
    Step,
    decimals,
    goodwill,
    next_rung,
    rounded,
    rungs,
)

CAPS = Caps(
    currency="EUR",
    small=Offer(share=Decimal(15), cap=Decimal(10)),
    large=Offer(share=Decimal(30), cap=Decimal(25)),
    goodwill=Decimal(5),
    smallest=Decimal(1),
    agent=Decimal(20),
    freight_back=Decimal("6.50"),
)
CASE = Case(value=Decimal("39.99"), caps=CAPS)

money = st.decimals(min_value=0, max_value=10_000, places=3)


@st.composite
def all_caps(draw: st.DrawFn) -> Caps:
    shares = sorted(draw(st.lists(st.integers(1, 100), min_size=2, max_size=2, unique=True)))
    amounts = sorted(draw(st.lists(money, min_size=2, max_size=2)))
    return Caps(
        currency=draw(st.sampled_from(["EUR", "USD", "CNY", "JPY", "KRW", "KWD"])),
        small=Offer(share=Decimal(shares[0]), cap=amounts[0]),
        large=Offer(share=Decimal(shares[1]), cap=amounts[1]),
        goodwill=draw(money),
        smallest=draw(money),
        agent=draw(money),
        freight_back=draw(st.none() | money),
        replacement=draw(st.booleans()),
    )


cases = st.builds(
    Case,
    value=st.none() | money,
    caps=st.none() | all_caps(),
    reached=st.none() | st.sampled_from(Step),
    photos=st.booleans(),
    answer=st.sampled_from(Answer),
)


def test_photos_come_first() -> None:
    assert next_rung(CASE) == Rung(step=Step.PHOTOS)


def test_photos_that_were_not_sent_are_asked_for_again() -> None:
    asked = replace(CASE, reached=Step.PHOTOS)

    assert next_rung(asked) == Rung(step=Step.PHOTOS)


def test_photos_that_came_by_themselves_need_not_be_asked_for() -> None:
    shown = replace(CASE, photos=True)

    assert next_rung(shown) == Rung(step=Step.SMALL_REFUND, amount=Decimal("5.99"))


def test_each_refusal_leads_one_step_further() -> None:
    case = replace(CASE, photos=True, answer=Answer.DECLINED)

    climbed = []
    while (rung := next_rung(case)) is not None:
        climbed.append(rung)
        case = replace(case, reached=rung.step)

    assert climbed == [
        Rung(step=Step.SMALL_REFUND, amount=Decimal("5.99")),
        Rung(step=Step.LARGE_REFUND, amount=Decimal("11.99")),
        Rung(step=Step.REPLACEMENT, needs_supervisor=True),
        Rung(
            step=Step.RETURN,
            amount=Decimal("39.99"),
            needs_supervisor=True,
            keeps_item=False,
        ),
    ]


@pytest.mark.parametrize("answer", [Answer.ACCEPTED, Answer.UNCLEAR])
def test_an_offer_that_was_not_refused_is_not_raised(answer: Answer) -> None:
    assert next_rung(replace(CASE, reached=Step.SMALL_REFUND, answer=answer)) is None


def test_what_costs_more_to_send_back_than_it_is_worth_is_kept() -> None:
    cheap = replace(CASE, value=Decimal("9.99"))

    last = rungs(cheap)[-1]

    assert last == Rung(step=Step.RETURN, amount=Decimal("9.99"), keeps_item=True)


def test_an_offer_of_next_to_nothing_is_left_out() -> None:
    cheap = replace(CASE, value=Decimal("4.00"))

    assert [rung.step for rung in rungs(cheap)] == [
        Step.PHOTOS,
        Step.LARGE_REFUND,
        Step.REPLACEMENT,
        Step.RETURN,
    ]


def test_a_shop_without_caps_has_steps_without_amounts() -> None:
    steps = rungs(Case(value=Decimal(10), caps=None))

    assert [(rung.step, rung.amount) for rung in steps] == [(step, None) for step in Step]


def test_what_it_costs_unknown_to_us_is_for_the_supervisor() -> None:
    unknown = rungs(replace(CASE, value=None))

    assert [rung.needs_supervisor for rung in unknown] == [False, False, False, True, True]


def test_caps_must_rise() -> None:
    with pytest.raises(ValueError, match="large offer"):
        replace(CAPS, large=CAPS.small)


@pytest.mark.parametrize(
    ("value", "offered"), [("39.99", "5.00"), ("3.00", "3.00"), ("0.50", None)]
)
def test_goodwill_is_never_more_than_the_order(value: str, offered: str | None) -> None:
    case = replace(CASE, value=Decimal(value))

    assert goodwill(case) == (None if offered is None else Decimal(offered))


def test_a_shop_without_caps_has_no_goodwill_to_offer() -> None:
    assert goodwill(Case(value=Decimal(10), caps=None)) is None


@pytest.mark.parametrize(("currency", "paid"), [("EUR", "1.23"), ("JPY", "1"), ("KWD", "1.239")])
def test_amounts_are_rounded_down_to_what_can_be_paid(currency: str, paid: str) -> None:
    assert rounded(Decimal("1.2399"), currency) == Decimal(paid)


@given(case=cases)
def test_no_step_is_skipped(case: Case) -> None:
    rung = next_rung(case)

    if rung is not None and rung.step is not Step.PHOTOS:
        reached = case.reached or Step.PHOTOS
        between = [one for one in rungs(case) if reached.place < one.step.place < rung.step.place]
        assert between == []
        assert rung.step.place > reached.place
        assert rung in rungs(case)


@given(case=cases)
def test_nothing_is_offered_before_photos_were_shown_or_asked_for(case: Case) -> None:
    rung = next_rung(case)

    if case.reached is None and not case.photos:
        assert rung == Rung(step=Step.PHOTOS)


@given(case=cases)
def test_no_amount_is_above_its_cap_or_the_value(case: Case) -> None:
    caps = case.caps
    for rung in rungs(case):
        if rung.amount is None:
            continue
        assert caps is not None
        assert case.value is not None
        cap = {Step.SMALL_REFUND: caps.small.cap, Step.LARGE_REFUND: caps.large.cap}
        assert rung.amount <= cap.get(rung.step, case.value)
        assert rung.amount <= case.value
        assert rung.needs_supervisor or rung.amount <= caps.agent


@given(case=cases)
def test_amounts_rise_and_can_be_paid(case: Case) -> None:
    offers = [rung.amount for rung in rungs(case)[:-1] if rung.amount is not None]

    assert offers == sorted(set(offers))
    for rung in rungs(case):
        if rung.amount is not None:
            assert case.caps is not None
            exponent = rung.amount.as_tuple().exponent
            assert exponent == -decimals(case.caps.currency)


@given(case=cases)
def test_goodwill_stays_within_its_cap(case: Case) -> None:
    amount = goodwill(case)

    if amount is not None:
        assert case.caps is not None
        assert case.value is not None
        assert case.caps.smallest <= amount <= min(case.caps.goodwill, case.value)
