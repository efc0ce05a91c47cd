"""What a shop promises its buyers: facts by name, each with the file and key that say so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from responder.domain.ladder import Caps
from responder.domain.model import AccountId, Fact
from responder.drafting.faq import Faq

ANY_LANGUAGE = ""  # of a fact that reads the same in all of them: a number, a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that holds parcels up for some days, both ends included."""

    kind: str  # holiday, weather, customs or stock
    since: date
    until: date
    source: str

    def holds(self, today: date) -> bool:
        return self.since <= today <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """One file of ``config/shops/``, with its answers to frequent questions."""

    id: str
    accounts: frozenset[AccountId] = frozenset()
    words: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)  # name -> language -> …
    notices: Sequence[Notice] = ()
    caps: Caps | None = None
    caps_source: str = ""
    faq: Faq = field(default_factory=Faq)

    def facts(self, language: str, today: date | None = None) -> dict[str, Fact]:
        """What is known and can be said in ``language``, by name."""
        spoken = (language, language.partition("-")[0], ANY_LANGUAGE)
        found = {
            name: fact
            for name, said in self.words.items()
            if (fact := next((said[one] for one in spoken if one in said), None)) is not None
        }
        return found | self._delay(today)

    def _delay(self, today: date | None) -> dict[str, Fact]:
        held = [one for one in self.notices if today is not None and one.holds(today)]
        if not held:
            return {}
        longest = max(held, key=lambda one: one.until)
        values = {
            "shop.delay": longest.kind,
            "shop.delay_from": longest.since.isoformat(),
            "shop.delay_until": longest.until.isoformat(),
        }
        return {name: Fact(value=value, source=longest.source) for name, value in values.items()}


def shop_amounts(facts: Mapping[str, str]) -> tuple[str, ...]:
    """The facts whose amounts are nobody's gift: fees, coupons, what was refunded already.

    A count (of days, of pieces) is a plain number too, and no amount.
    """
    return tuple(
        value
        for name, value in facts.items()
        if name == "order.refund_amount" or (name.startswith("shop.") and not value.isdecimal())
    )


NO_SHOP = Shop(id="")


class Shops:
    """All shops; each account has at most one."""

    def __init__(self, shops: Iterable[Shop] = ()) -> None:
        self.all = tuple(shops)
        self._of = {account: shop for shop in self.all for account in shop.accounts}

    def of(self, account: str) -> Shop:
        """The shop of ``account``; one that knows nothing where none names it."""
        return self._of.get(AccountId(account), NO_SHOP)
