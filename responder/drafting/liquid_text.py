"""Liquid as a seller may use it: bounded, strict about what is missing, and without a clock."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import ClassVar

from liquid import BoundTemplate, Environment, FalsyStrictUndefined
from liquid.exceptions import LiquidError, UndefinedError

from responder.domain.model import Fact

# What a template may name. A fact that the marketplace does not tell is absent, never empty.
SAMPLES = {
    "buyer.name": "Kim",
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
    "shop.name": "Corner Shop",
}
FACTS = tuple(SAMPLES)
STATUS = "order.status"
STATUSES = frozenset({"unpaid", "unshipped", "shipped", "delivered", "cancelled"})
MARKETPLACE = "marketplace"
BODY = "body"  # in layout.liquid only: the text of the template inside of it

# No other files, no counters that outlive a render; and "date" knows "now", which is a clock.
_BANNED_TAGS = ("include", "render", "increment", "decrement")
_BANNED_FILTERS = ("date", "safe", "escapejs")
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
    for name in _BANNED_FILTERS:
        made.filters.pop(name, None)
    made.add_filter("day", lambda value: day(str(value), language))
    return made


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
    groups = {prefix: _Group(prefix, facts, used) for prefix in ("order", "buyer", "shop")}
    try:
        text = template.render({**groups, **extra})
    except UndefinedError as error:
        raise MissingFact(str(error.message)) from None
    except LiquidError as error:
        raise MissingFact(f"it cannot be filled in: {error.message}") from None
    return _MANY_BREAKS.sub("\n\n", text.strip()), frozenset(used)


def known_names(*, layout: bool) -> Sequence[str]:
    return (*FACTS, MARKETPLACE, BODY) if layout else (*FACTS, MARKETPLACE)
