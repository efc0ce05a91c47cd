"""The console's words for what a draft knows: facts and their values, and advice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from gettext import NullTranslations

from responder.alerts.reasons import said
from responder.console.pages.words import INTENTS, N_, STEPS
from responder.console.pages.words_of_cases import CASES
from responder.domain.advice import Advice, filled
from responder.drafting.templates import Template

# By the name that templates use.
FACTS = {
    "buyer.name": N_("Name"),
    "faq.answer": N_("Answer"),
    "ladder.amount": N_("Amount"),
    "ladder.answer": N_("Answer of the buyer"),
    "ladder.goodwill": N_("Goodwill"),
    "ladder.keeps_item": N_("Keeps the item"),
    "ladder.step": N_("Step"),
    "order.carrier": N_("Carrier"),
    "order.currency": N_("Currency"),
    "order.deliver_by": N_("Deliver by"),
    "order.id": N_("Order"),
    "order.items": N_("Items"),
    "order.ordered_at": N_("Ordered"),
    "order.refund_amount": N_("Refunded"),
    "order.refund_status": N_("Refund"),
    "order.shipped_at": N_("Shipped"),
    "order.status": N_("Status"),
    "order.total": N_("Total"),
    "order.tracking_number": N_("Tracking number"),
    "shop.bulk_from": N_("Bulk price from (pieces)"),
    "shop.bulk_offer": N_("Bulk offer"),
    "shop.carriers": N_("Carriers"),
    "shop.coupon": N_("Coupon"),
    "shop.coupons_stack": N_("Coupons add up"),
    "shop.delay": N_("Delayed by"),
    "shop.delay_from": N_("Delayed from"),
    "shop.delay_until": N_("Delayed until"),
    "shop.delivery_days": N_("Days of delivery"),
    "shop.dispatch_hours": N_("Hours until dispatch"),
    "shop.fault_payer": N_("Return freight, if faulty, paid by"),
    "shop.free_from": N_("Free shipping from"),
    "shop.hours": N_("Service hours"),
    "shop.invoice": N_("How to get the invoice"),
    "shop.invoice_days": N_("Days until the invoice"),
    "shop.name": N_("Shop"),
    "shop.payment_methods": N_("Ways to pay"),
    "shop.premium_carrier": N_("Faster carrier"),
    "shop.premium_fee": N_("Fee for the faster carrier"),
    "shop.protection_days": N_("Days of price protection"),
    "shop.refund_days": N_("Days until the refund"),
    "shop.restocking_fee": N_("Restocking fee"),
    "shop.return_address": N_("Return address"),
    "shop.return_condition": N_("Condition for a return"),
    "shop.return_days": N_("Days for a return"),
    "shop.return_payer": N_("Return freight paid by"),
    "shop.shipping_fee": N_("Shipping fee"),
    "shop.ships_from": N_("Ships from"),
    "shop.ships_to": N_("Ships to"),
    "shop.size_advice": N_("Size advice"),
    "shop.warranty_months": N_("Months of warranty"),
    "thread.measures": N_("Measurements given"),
    "thread.order": N_("Order known"),
    "thread.photos": N_("Photos"),
    "thread.tone": N_("Tone"),
}

# What stands in a fact that has one of a few values. A refund has the marketplace's own word.
VALUES: Mapping[str, Mapping[str, str]] = {
    "order.status": {
        "unpaid": N_("not paid yet"),
        "unshipped": N_("not shipped yet"),
        "shipped": N_("shipped"),
        "delivered": N_("delivered"),
        "cancelled": N_("cancelled"),
        "unknown": N_("not known"),
    },
    "order.refund_status": {
        "WAIT_SELLER_AGREE": N_("waits for the seller to agree"),
        "WAIT_BUYER_RETURN_GOODS": N_("waits for the buyer to send it back"),
        "WAIT_SELLER_CONFIRM_GOODS": N_("waits for the seller to receive it"),
        "SELLER_REFUSE_BUYER": N_("refused by the seller"),
        "CLOSED": N_("closed"),
        "SUCCESS": N_("refunded"),
        "REFUNDED": N_("refunded"),
        "PENDING": N_("on its way"),
        "FAILED": N_("failed"),
    },
    "ladder.answer": {
        "accepted": N_("accepted"),
        "declined": N_("declined"),
    },
    "ladder.keeps_item": {
        "yes": N_("yes"),
        "no": N_("no"),
    },
    "shop.coupons_stack": {
        "yes": N_("yes"),
        "no": N_("no"),
    },
    "thread.measures": {
        "yes": N_("yes"),
    },
    "thread.order": {
        "yes": N_("yes"),
    },
    "thread.photos": {
        "yes": N_("yes"),
        "no": N_("no"),
    },
    "shop.delay": {
        "holiday": N_("holiday"),
        "weather": N_("weather"),
        "customs": N_("customs"),
        "stock": N_("out of stock"),
    },
    "shop.fault_payer": {
        "buyer": N_("the buyer"),
        "seller": N_("the seller"),
    },
    "shop.return_payer": {
        "buyer": N_("the buyer"),
        "seller": N_("the seller"),
    },
    "thread.tone": {
        "first": N_("first answer"),
        "follow_up": N_("follow-up"),
        "apology": N_("apology"),
    },
    "ladder.step": STEPS,
}

_INTENTS = {str(intent): name for intent, name in INTENTS.items()}
# What the names in an advice are called, by the place that they fill in.
_PLACES: Mapping[str, Mapping[str, str]] = {
    "intent": _INTENTS,
    "other": _INTENTS,
    "case": CASES,
    "step": STEPS,
}
_REASONS = {"why", "said"}  # places of what a shop or a connector says, in whole sentences
_BETWEEN = N_("; ")
CONTEXT = "advice"  # in the catalogs: what the drafter and the shipped intents say
PURPOSE = "purpose"  # and what each shipped template is for


@dataclass(frozen=True, slots=True)
class Drafted:
    """Says what a draft knows in the language of ``speak``, and what it has no word for as it is.

    Pages ask here rather than by ``_``, which is for words of ours: it trusts what it is given.
    """

    speak: NullTranslations
    language: str = "en"

    def case(self, case: str, intent: str) -> str:
        """The word for a case; "" for one that says no more than its intent."""
        if case in {"", intent}:
            return ""
        return self._word(CASES, case, case.replace("_", " "))

    def fact(self, name: str) -> str:
        return self._word(FACTS, name, name)

    def value(self, fact: str, value: str) -> str:
        """What a fact says; a text of the shop or the marketplace as it is."""
        return self._word(VALUES.get(fact, {}), value, value)

    def advice(self, given: Sequence[Advice]) -> str:
        """What an agent should know, in one line; a seller's own caution as it was written."""
        return self.speak.gettext(_BETWEEN).join(map(self._advice, given))

    def purpose(self, template: Template) -> str:
        """What a template is for; a seller's own as it was written."""
        return self.speak.pgettext(PURPOSE, template.purpose)

    def source(self, source: str, template_named: Callable[[str], Template | None]) -> str:
        """Where a text is from: what its template is for, and anything else as it is."""
        kind, _, key = source.partition(":")
        template = template_named(key) if kind == "template" else None
        return self.purpose(template) if template else source

    def lines(self, given: Sequence[Advice]) -> str:
        """What to do, a line for each thing."""
        return "\n".join(map(self._advice, given))

    def _advice(self, one: Advice) -> str:
        named = {place: self._name(place, name) for place, name in one.about.items()}
        return filled(self.speak.pgettext(CONTEXT, one.says), named)

    def _name(self, place: str, name: str) -> str:
        if place in _REASONS:
            return said(name, self.language)
        words = _PLACES.get(place)
        return name if words is None else f"“{self._word(words, name, name)}”"

    def _word(self, words: Mapping[str, str], name: str, otherwise: str) -> str:
        return self.speak.gettext(words[name]) if name in words else otherwise
