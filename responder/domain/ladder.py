"""The resolution ladder of an after-sale case: which step comes next, and what may be offered.

Photos first, then a small partial refund, a larger one, a replacement, and at last the return
with a full refund, or the refund alone where sending it back costs more than it is worth. Each
step has a cap. Nothing here decides whose fault it was: a person does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

_WHOLE = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF"})  # ISO 4217
_THOUSANDTHS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_HUNDRED = Decimal(100)
NOT_WORTH_RETURNING = Decimal("0.5")  # freight back, as a share of the value, from which it is kept


class Step(StrEnum):
    """The steps, in their order."""

    PHOTOS = "photos"
    SMALL_REFUND = "small_refund"
    LARGE_REFUND = "large_refund"
    REPLACEMENT = "replacement"
    RETURN = "return"

    @property
    def place(self) -> int:
        return tuple(Step).index(self)


class Answer(StrEnum):
    """What the buyer said to the last offer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A partial refund: ``share`` percent of the value, and never more than ``cap``."""

    share: Decimal
    cap: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What a shop gives away, in ``currency``. ``ValueError`` where the steps do not rise."""

    currency: str
    small: Offer
    large: Offer
    goodwill: Decimal  # at most, where the fault is not ours
    smallest: Decimal  # what is less is not offered
    agent: Decimal  # what an agent may give away alone
    freight_back: Decimal | None = None  # what a return costs
    replacement: bool = True

    def __post_init__(self) -> None:
        if not (self.small.share < self.large.share and self.small.cap <= self.large.cap):
            raise ValueError("the large offer must be above the small one, in share and in cap")

    def said(self, amount: Decimal) -> str:
        """An amount with its currency, as facts and people have it."""
        return f"{rounded(amount, self.currency)} {self.currency}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Where a case stands."""

    value: Decimal | None  # of the order; None where it is not known in the currency of the caps
    caps: Caps | None
    reached: Step | None = None  # the last step that was made
    photos: bool = False  # whether the buyer has shown the fault
    answer: Answer = Answer.UNCLEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step as this case has it. ``amount`` is None where it is not known."""

    step: Step
    amount: Decimal | None = None
    needs_supervisor: bool = False
    keeps_item: bool = True


def rungs(case: Case) -> tuple[Rung, ...]:
    """All steps of ``case``, in order; offers that would be nothing, or no more, are left out."""
    return (Rung(step=Step.PHOTOS), *_offers(case), *_replacement(case), _return(case))


def next_rung(case: Case) -> Rung | None:
    """The step to make now: the first one, or the one right after ``reached``.

    None where the buyer's answer does not call for another step, or there is none left: a
    person decides. Photos are asked for until they have come.
    """
    if not case.photos and case.reached in {None, Step.PHOTOS}:
        return Rung(step=Step.PHOTOS)
    made = Step.PHOTOS if case.reached is None else case.reached
    if made is not Step.PHOTOS and case.answer is not Answer.DECLINED:
        return None
    return next((rung for rung in rungs(case) if rung.step.place > made.place), None)


def goodwill(case: Case) -> Decimal | None:
    """What may be offered out of goodwill where the fault is not ours; None for nothing."""
    if case.caps is None or case.value is None:
        return None
    amount = rounded(min(case.caps.goodwill, case.value), case.caps.currency)
    return amount if amount > 0 and amount >= case.caps.smallest else None


def decimals(currency: str) -> int:
    """How many decimal places amounts in ``currency`` have."""
    if currency in _WHOLE:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


def rounded(amount: Decimal, currency: str) -> Decimal:
    """``amount`` as it can be paid, rounded down so that no cap is passed."""
    return amount.quantize(Decimal(1).scaleb(-decimals(currency)), rounding=ROUND_DOWN)


def _offers(case: Case) -> Iterator[Rung]:
    caps, least = case.caps, Decimal(0)
    if caps is None or case.value is None:
        yield Rung(step=Step.SMALL_REFUND)
        yield Rung(step=Step.LARGE_REFUND)
        return
    for step, offer in ((Step.SMALL_REFUND, caps.small), (Step.LARGE_REFUND, caps.large)):
        wanted = min(case.value * offer.share / _HUNDRED, offer.cap, case.value)
        amount = rounded(wanted, caps.currency)
        if amount >= caps.smallest and amount > least:
            least = amount
            yield Rung(step=step, amount=amount, needs_supervisor=amount > caps.agent)


def _replacement(case: Case) -> Iterator[Rung]:
    if case.caps is None or case.caps.replacement:
        yield Rung(
            step=Step.REPLACEMENT,
            needs_supervisor=_is_above(case, case.value),
        )


def _return(case: Case) -> Rung:
    freight = case.caps.freight_back if case.caps else None
    known = case.value is not None and freight is not None
    keeps = known and freight >= case.value * NOT_WORTH_RETURNING  # type: ignore[operator]
    cost = case.value if keeps or not known else case.value + freight  # type: ignore[operator]
    amount = None
    if case.value is not None and case.caps is not None:
        amount = rounded(case.value, case.caps.currency)
    return Rung(
        step=Step.RETURN, amount=amount, needs_supervisor=_is_above(case, cost), keeps_item=keeps
    )


def _is_above(case: Case, cost: Decimal | None) -> bool:
    """Whether ``cost`` is more than an agent may give; what is not known may be."""
    return case.caps is not None and (cost is None or cost > case.caps.agent)
