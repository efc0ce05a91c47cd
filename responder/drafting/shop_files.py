"""Reads `config/shops/*.toml` and the FAQ beside each; says everything that is wrong with them."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from responder.domain.ladder import Caps, Offer, decimals
from responder.domain.model import AccountId, Fact
from responder.drafting.faq import Faq
from responder.drafting.faq_files import read_faq
from responder.drafting.problems import Collector
from responder.drafting.shops import ANY_LANGUAGE, Notice, Shop, Shops

Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Za-z]{2,4})?$")]
Text = Annotated[str, Field(min_length=1, max_length=300)]
Words = Text | dict[Language, Text]  # the same in every language, or one text for each
Amount = Annotated[Decimal, Field(ge=0, le=1_000_000, max_digits=12)]
Days = Annotated[int, Field(ge=0, le=1_000)]
Range = Annotated[str, Field(pattern=r"^\d{1,3}(-\d{1,3})?$")]  # "3" or "3-5"
Payer = Literal["buyer", "seller"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Returns(_Table):
    window_days: Days | None = None
    freight: Payer | None = None  # of a change of mind
    fault_freight: Payer | None = None  # of a fault of quality
    restocking_fee: Amount | None = None
    condition: Words | None = None
    address: Words | None = None
    refund_days: Range | None = None  # until the bank shows it


class _Shipping(_Table):
    carriers: tuple[Text, ...] = ()
    premium_carrier: Text | None = None
    premium_fee: Amount | None = None
    dispatch_hours: Days | None = None
    delivery_days: Range | None = None
    fee: Amount | None = None
    free_from: Amount | None = None
    ships_to: Words | None = None
    ships_from: Words | None = None


class _Prices(_Table):
    coupon: Words | None = None  # what holds now
    coupons_stack: bool | None = None
    protection_days: Days | None = None
    bulk_from: Days | None = None  # pieces
    bulk_offer: Words | None = None
    payment_methods: Words | None = None


class _Service(_Table):
    hours: Words | None = None
    invoice: Words | None = None  # which kind, and how it comes
    invoice_days: Range | None = None
    warranty_months: Days | None = None
    size_advice: Words | None = None


class _NoticeTable(_Table):
    kind: Literal["holiday", "weather", "customs", "stock"]
    since: date
    until: date


class _OfferTable(_Table):
    share: Annotated[Decimal, Field(gt=0, le=100)]  # percent of the order's value
    cap: Amount


class _Caps(_Table):
    small: _OfferTable
    large: _OfferTable
    goodwill: Amount = Decimal(0)  # where the fault is not ours
    smallest: Amount = Decimal(1)  # what is less than this is not offered
    agent: Amount  # what an agent may give away alone; above it a supervisor says yes
    freight_back: Amount | None = None
    replacement: bool = True


class _ShopFile(_Table):
    TABLES: ClassVar[Mapping[str, type[BaseModel]]] = {
        "returns": _Returns,
        "shipping": _Shipping,
        "prices": _Prices,
        "service": _Service,
        "notice": _NoticeTable,
        "caps": _Caps,
    }

    accounts: tuple[str, ...] = ()
    name: Words | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    returns: _Returns = _Returns()
    shipping: _Shipping = _Shipping()
    prices: _Prices = _Prices()
    service: _Service = _Service()
    notice: tuple[_NoticeTable, ...] = ()
    caps: _Caps | None = None


# Where each fact is written: fact -> table and key.
PLACES = {
    "shop.name": ("", "name"),
    "shop.return_days": ("returns", "window_days"),
    "shop.return_payer": ("returns", "freight"),
    "shop.fault_payer": ("returns", "fault_freight"),
    "shop.restocking_fee": ("returns", "restocking_fee"),
    "shop.return_condition": ("returns", "condition"),
    "shop.return_address": ("returns", "address"),
    "shop.refund_days": ("returns", "refund_days"),
    "shop.carriers": ("shipping", "carriers"),
    "shop.premium_carrier": ("shipping", "premium_carrier"),
    "shop.premium_fee": ("shipping", "premium_fee"),
    "shop.dispatch_hours": ("shipping", "dispatch_hours"),
    "shop.delivery_days": ("shipping", "delivery_days"),
    "shop.shipping_fee": ("shipping", "fee"),
    "shop.free_from": ("shipping", "free_from"),
    "shop.ships_to": ("shipping", "ships_to"),
    "shop.ships_from": ("shipping", "ships_from"),
    "shop.coupon": ("prices", "coupon"),
    "shop.coupons_stack": ("prices", "coupons_stack"),
    "shop.protection_days": ("prices", "protection_days"),
    "shop.bulk_from": ("prices", "bulk_from"),
    "shop.bulk_offer": ("prices", "bulk_offer"),
    "shop.payment_methods": ("prices", "payment_methods"),
    "shop.hours": ("service", "hours"),
    "shop.invoice": ("service", "invoice"),
    "shop.invoice_days": ("service", "invoice_days"),
    "shop.warranty_months": ("service", "warranty_months"),
    "shop.size_advice": ("service", "size_advice"),
}


def read_shops(directory: Path, problems: Collector) -> Shops:
    """Every shop under ``directory`` (which need not exist); problems name file and key."""
    shops: list[Shop] = []
    taken: dict[str, Path] = {}
    for file in sorted(directory.glob("*.toml")):
        text = problems.read(file)
        parsed = None if text is None else problems.parse(file, text, _ShopFile)
        if parsed is None:
            continue
        for account in parsed.accounts:
            if account in taken:
                what = f"account {account!r} is in {taken[account].name} already"
                problems.add(file, f"{what}: one account has one shop", key="accounts")
            taken.setdefault(account, file)
        shops.append(_shop(file, parsed, read_faq(directory / file.stem, problems), problems))
    return Shops(shops)


def _shop(file: Path, parsed: _ShopFile, faq: Faq, problems: Collector) -> Shop:
    words = dict(_words(file, parsed))
    amounts = any(isinstance(_value(parsed, *place), Decimal) for place in PLACES.values())
    if parsed.currency is None and (amounts or parsed.caps is not None):
        problems.add(file, 'amounts need a currency, such as "EUR"', key="currency")
    return Shop(
        id=file.stem,
        accounts=frozenset(map(AccountId, parsed.accounts)),
        words=words,
        notices=tuple(_notices(file, parsed, problems)),
        caps=_caps(file, parsed, problems),
        caps_source=_source(file, "caps"),
        faq=faq,
    )


def _source(file: Path, key: str) -> str:
    return f"shops/{file.name}: {key}"


def _value(parsed: _ShopFile, table: str, key: str) -> object:
    return getattr(getattr(parsed, table) if table else parsed, key)


def _words(file: Path, parsed: _ShopFile) -> Iterator[tuple[str, Mapping[str, Fact]]]:
    for name, (table, key) in PLACES.items():
        said = _said(_value(parsed, table, key), parsed.currency or "")
        if said:
            source = _source(file, f"{table}.{key}" if table else key)
            yield name, {one: Fact(value=text, source=source) for one, text in said.items()}


def _said(value: object, currency: str) -> Mapping[str, str]:
    """A value as texts by language; nothing where it is not given."""
    match value:
        case None | ():
            return {}
        case dict():
            return value
        case bool():
            return {ANY_LANGUAGE: "yes" if value else "no"}
        case Decimal():
            return {ANY_LANGUAGE: f"{value:.{decimals(currency)}f} {currency}"}
        case tuple():
            return {ANY_LANGUAGE: ", ".join(value)}
        case _:
            return {ANY_LANGUAGE: str(value)}


def _notices(file: Path, parsed: _ShopFile, problems: Collector) -> Iterator[Notice]:
    for number, table in enumerate(parsed.notice, start=1):
        key = f"notice {number}"
        if table.until < table.since:
            problems.add(file, "it ends before it begins", key=key)
        yield Notice(
            kind=table.kind, since=table.since, until=table.until, source=_source(file, key)
        )


def _caps(file: Path, parsed: _ShopFile, problems: Collector) -> Caps | None:
    table = parsed.caps
    if table is None or parsed.currency is None:
        return None
    made: list[Caps] = []

    def build() -> None:
        made.append(
            Caps(
                currency=parsed.currency or "",
                small=Offer(share=table.small.share, cap=table.small.cap),
                large=Offer(share=table.large.share, cap=table.large.cap),
                goodwill=table.goodwill,
                smallest=table.smallest,
                agent=table.agent,
                freight_back=table.freight_back,
                replacement=table.replacement,
            )
        )

    problems.attempt(file, build, key="caps")
    return made[0] if made else None
