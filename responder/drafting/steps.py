"""The ladder of a conversation: where it stands, and the facts that templates of its steps need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from responder.domain.ladder import Answer, Case, Rung, Step, goodwill, next_rung, rungs
from responder.domain.model import Fact, Intent, Message
from responder.drafting.intent import Guess
from responder.drafting.said import told
from responder.drafting.shops import Shop

AFTER_SALE = frozenset({Intent.DAMAGED_DEFECTIVE, Intent.WRONG_MISSING})
# What a buyer may seem to want who in truth answers an offer.
_MAY_ANSWER = frozenset(
    {
        Intent.UNKNOWN,
        Intent.THANKS_FEEDBACK,
        Intent.REFUND_STATUS,
        Intent.RETURN_EXCHANGE,
        Intent.PRICE_DISCOUNT,
        *AFTER_SALE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The last step that was made, kept with the conversation: "small_refund intent order"."""

    step: Step
    intent: Intent
    order: str = ""

    def __str__(self) -> str:
        return f"{self.step} {self.intent} {self.order}".strip()

    @classmethod
    def parse(cls, text: str) -> "Made | None":
        """What ``str`` wrote; None for nothing, and for what another version may have written."""
        step, _, rest = text.partition(" ")
        intent, _, order = rest.partition(" ")
        try:
            return cls(step=Step(step), intent=Intent(intent), order=order)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the case of a conversation stands, and the step to make now (None: none is due)."""

    guess: Guess
    case: Case
    rung: Rung | None

    def facts(self, shop: Shop) -> dict[str, Fact]:
        """What templates of the ladder may say."""
        source = shop.caps_source or "the ladder"
        values = {"ladder.step": self.rung.step.value if self.rung else ""}
        if self.rung and self.rung.amount is not None and self.case.caps:
            values["ladder.amount"] = self.case.caps.said(self.rung.amount)
        if self.rung:
            values["ladder.keeps_item"] = "yes" if self.rung.keeps_item else "no"
        if self.case.answer is not Answer.UNCLEAR and self.case.reached not in {None, Step.PHOTOS}:
            values["ladder.answer"] = self.case.answer.value
        offered = goodwill(self.case)
        if offered is not None and self.case.caps:
            values["ladder.goodwill"] = self.case.caps.said(offered)
        return {name: Fact(value=value, source=source) for name, value in values.items() if value}

    def shown(self) -> Mapping[str, object]:
        """The ladder as people see it, with its caps."""
        caps = self.case.caps
        return {
            "reached": self.case.reached,
            "next": self.rung.step if self.rung else None,
            "answer": self.case.answer,
            "photos": self.case.photos,
            "needs_supervisor": bool(self.rung and self.rung.needs_supervisor),
            "agent_cap": caps.said(caps.agent) if caps else None,
            "steps": [
                {
                    "step": rung.step,
                    "amount": str(rung.amount) if rung.amount is not None else None,
                    "currency": caps.currency if caps and rung.amount is not None else None,
                    "needs_supervisor": rung.needs_supervisor,
                    "keeps_item": rung.keeps_item,
                }
                for rung in rungs(self.case)
            ],
        }


def standing(
    guess: Guess,
    messages: Sequence[Message],
    newest: Sequence[Message],
    *,
    made: Made | None,
    shop: Shop,
    facts: Mapping[str, Fact],
) -> Standing | None:
    """Where an after-sale case stands; None for a conversation that is none."""
    order = facts["order.id"].value if "order.id" in facts else ""
    if made is not None and made.order and order and made.order != order:
        made = None
    seen = told(messages, newest)
    goes_on = made is not None and guess.intent in _MAY_ANSWER
    if not goes_on and guess.intent not in AFTER_SALE:
        return None
    case = Case(
        value=_value(facts, shop),
        caps=shop.caps,
        reached=max((made.step if made else None, seen.reached), key=_height),
        photos=seen.photos,
        answer=seen.answer,
    )
    rung = next_rung(case)
    if made is not None and goes_on and guess.intent not in AFTER_SALE:
        if rung is None and case.answer is Answer.UNCLEAR:
            return None
        guess = Guess(intent=made.intent, case=made.intent.value, score=0.7)
    return Standing(guess=guess, case=case, rung=rung)


def _height(step: Step | None) -> int:
    return -1 if step is None else step.place


def _value(facts: Mapping[str, Fact], shop: Shop) -> Decimal | None:
    """What the order was worth, where that is known in the currency of the shop's caps."""
    total, currency = facts.get("order.total"), facts.get("order.currency")
    if total is None or shop.caps is None:
        return None
    if currency is None or currency.value != shop.caps.currency:
        return None
    try:
        value = Decimal(total.value)
    except InvalidOperation:
        return None
    return value if value.is_finite() and value >= 0 else None
