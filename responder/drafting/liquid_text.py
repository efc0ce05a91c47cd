"""Liquid as a seller may use it: bounded, strict about what is missing, and without a clock."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import ClassVar

from liquid import BoundTemplate, Environment, FalsyStrictUndefined, Undefined
from liquid.exceptions import LiquidError, UndefinedError

from responder.domain.model import Fact

# What a template may name. A fact that the marketplace does not tell is absent, never empty.
SAMPLES = {
    "buyer.name": "Kim",
    "ladder.amount": "5.99 EUR",
    "ladder.answer": "accepted",
    "ladder.goodwill": "5.00 EUR",
    "ladder.keeps_item": "yes",
    "ladder.step": "photos",
    "order.carrier": "DHL",
    "order.currency": "EUR",
    "order.deliver_by": "2024-05-10T00:00:00+00:00",
    "order.id": "123-1234567-1234567",
    "order.items": "T-shirt, blue, M",
    "order.ordered_at": "2024-05-01T09:30:00+00:00",
    "order.refund_amount": "19.99",
    "order.refund_status": "SUCCESS",
    "order.shipped_at": "2024-05-03T16:00:00+00:00",
    "order.status": "shipped",
    "order.total": "19.99",
    "order.tracking_number": "JD014600006821234567",
    "shop.bulk_from": "10",
    "shop.bulk_offer": "5 % off from 10 pieces",
    "shop.carriers": "DHL, UPS",
    "shop.coupon": "3 EUR off from 30 EUR",
    "shop.coupons_stack": "no",
    "shop.delay": "holiday",
    "shop.delay_from": "2024-05-01",
    "shop.delay_until": "2024-05-05",
    "shop.delivery_days": "3-5",
    "shop.dispatch_hours": "24",
    "shop.fault_payer": "seller",
    "shop.free_from": "49.00 EUR",
    "shop.hours": "Mon-Fri 9:00-18:00",
    "shop.invoice": "as a PDF in the order details",
    "shop.invoice_days": "1-3",
    "shop.name": "Corner Shop",
    "shop.payment_methods": "Visa, Mastercard",
    "shop.premium_carrier": "DHL Express",
    "shop.premium_fee": "9.90 EUR",
    "shop.protection_days": "15",
    "shop.refund_days": "2-3",
    "shop.restocking_fee": "4.00 EUR",
    "shop.return_address": "Warehouse 3, 20095 Hamburg",
    "shop.return_condition": "unused, with its tags",
    "shop.return_days": "30",
    "shop.return_payer": "buyer",
    "shop.shipping_fee": "4.90 EUR",
    "shop.ships_from": "Hamburg",
    "shop.ships_to": "Germany, Austria",
    "shop.size_advice": "between two sizes, take the larger one",
    "shop.warranty_months": "24",
    "thread.measures": "yes",
    "thread.order": "yes",
    "thread.photos": "yes",
    "thread.tone": "first",
}
FACTS = tuple(SAMPLES)
STATUS = "order.status"
STATUSES = frozenset({"unpaid", "unshipped", "shipped", "delivered", "cancelled"})
# Facts that have one of a few values: a template that asks for another one would never be used.
VALUES = {
    STATUS: STATUSES,
    "ladder.answer": frozenset({"accepted", "declined"}),
    "ladder.keeps_item": frozenset({"yes", "no"}),
    "ladder.step": frozenset({"photos", "small_refund", "large_refund", "replacement", "return"}),
    "shop.coupons_stack": frozenset({"yes", "no"}),
    "shop.delay": frozenset({"holiday", "weather", "customs", "stock"}),
    "shop.fault_payer": frozenset({"buyer", "seller"}),
    "shop.return_payer": frozenset({"buyer", "seller"}),
    "thread.measures": frozenset({"yes"}),  # absent where it is not so
    "thread.order": frozenset({"yes"}),
    "thread.photos": frozenset({"yes", "no"}),
    "thread.tone": frozenset({"first", "follow_up", "apology"}),
}
GROUPS = tuple(sorted({name.partition(".")[0] for name in FACTS}))
GAP = re.compile(
    r"⟦[^⟦⟧]{0,2000}⟧?|⟧"  # half a one too
)  # what an agent must fill in: nothing is sent while one is left
MARKETPLACE = "marketplace"
BODY = "body"  # in layout.liquid only: the text of the template inside of it

# No other files, no counters that outlive a render; and "date" knows "now", which is a clock.
_BANNED_TAGS = ("include", "render", "increment", "decrement")
# None whose answer may be far larger than what it is given, and none that raises errors of its own.
_FILTERS = {
    *("append", "capitalize", "default", "downcase", "escape", "first", "last", "lstrip"),
    *("prepend", "rstrip", "size", "strip", "upcase"),
}
_MANY_BREAKS = re.compile(r"\n[ \t]{0,40}\n[ \t\n]{1,400}")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:$|[T ])")
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
    " diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre"
    " dicembre",
}
_DAY = {"en": "{month} {day}", "de": "{day}. {month}", "es": "{day} de {month}"}


_MOST_DIGITS = 15  # more is no amount of money
_UNITS = {("zh", "CNY"): "元", ("ja", "JPY"): "円"}


class MissingFact(Exception):  # it is what happened, and no fault
    """A text needs a fact that is not known."""


class _Bounded(Environment):
    loop_iteration_limit: ClassVar[int | None] = 200
    output_stream_limit: ClassVar[int | None] = 10_000
    local_namespace_limit: ClassVar[int | None] = 10_000
    block_nesting_limit: ClassVar[int] = 8
    context_depth_limit: ClassVar[int] = 8


def environment(language: str) -> Environment:
    """Where templates of ``language`` are parsed; ``| day`` writes dates its way."""
    made = _Bounded(undefined=FalsyStrictUndefined, strict_filters=True)
    for tag in _BANNED_TAGS:
        made.tags.pop(tag, None)
    for name in made.filters.keys() - _FILTERS:
        del made.filters[name]
    made.add_filter("day", lambda value: day(str(value), language))
    made.add_filter("money", lambda value: money(str(value), language))
    made.add_filter("gap", _gap)
    return made


def _gap(value: object, what: object = "?") -> object:
    """``value``, or a marked place for the agent to fill in where it is not known."""
    return f"⟦{what}⟧" if isinstance(value, Undefined) else value


def money(value: str, language: str) -> str:
    """An amount as ``language`` says it ("20.00 CNY" is "20元"); anything else as it stands."""
    number, _, currency = value.partition(" ")
    unit = _UNITS.get((language.partition("-")[0], currency))
    try:
        amount = Decimal(number) if unit else Decimal(0)
    except InvalidOperation:
        return value
    if unit is None or not amount.is_finite() or amount.adjusted() > _MOST_DIGITS:
        return value
    return f"{amount.quantize(Decimal(1)) if amount == amount.to_integral() else amount}{unit}"


def day(value: str, language: str) -> str:
    """The day of an ISO date or moment as ``language`` says it; anything else as it stands."""
    match = _ISO_DAY.match(value)
    try:
        found = date(*map(int, match.groups())) if match else None
    except ValueError:
        found = None
    return value if found is None else _said(found, language)


def _said(found: date, language: str) -> str:
    if language.partition("-")[0] in {"zh", "ja"}:
        return f"{found.month}月{found.day}日"
    number = "1er" if language == "fr" and found.day == 1 else str(found.day)
    month = _MONTHS.get(language, _MONTHS["en"]).split()[found.month - 1]
    return _DAY.get(language, "{day} {month}").format(day=number, month=month)


class _Group(Mapping[str, str]):
    """The facts of one prefix ("order"); it notes in ``used`` which of them were read."""

    def __init__(self, prefix: str, facts: Mapping[str, Fact], used: set[str]) -> None:
        self._prefix = prefix
        self._facts = facts
        self._used = used

    def __getitem__(self, name: str) -> str:
        full = f"{self._prefix}.{name}"
        value = self._facts[full].value
        if not value:
            raise KeyError(full)
        self._used.add(full)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(())  # a template names its facts, it does not list them

    def __len__(self) -> int:
        return 0


def render(
    template: BoundTemplate, facts: Mapping[str, Fact], extra: Mapping[str, str]
) -> tuple[str, frozenset[str]]:
    """The text of ``template`` and the names of the facts that it read.

    ``MissingFact`` where it writes a fact that is not known, or grows beyond its limits.
    """
    used: set[str] = set()
    groups = {prefix: _Group(prefix, facts, used) for prefix in GROUPS}
    try:
        text = template.render({**groups, **extra})
    except UndefinedError as error:
        raise MissingFact(str(error.message)) from None
    except LiquidError as error:
        raise MissingFact(f"it cannot be filled in: {error.message}") from None
    return _MANY_BREAKS.sub("\n\n", text.strip()), frozenset(used)


def known_names(*, layout: bool) -> Sequence[str]:
    return (*FACTS, MARKETPLACE, BODY) if layout else (*FACTS, MARKETPLACE)
