"""A labelled list of replies: some that must not be sent, and some that may.

A third of them, by the hash of the text, is *held out*: the rules were written and mended
without looking at what they do to it. A second, fresh list was written afterwards, of other shapes:
one half of it, by the same hash, was mended by, the other was only ever counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from responder.domain.ladder import Caps, Offer
from responder.domain.model import Finding, Severity
from responder.drafting.known import Known

HERE = Path(__file__).parent

# What a finding of each kind is called, and whether it has to keep the reply from being sent.
KINDS: dict[str, tuple[bool, frozenset[str]]] = {
    "contact": (
        True,
        frozenset(
            {
                "link",
                "link_in_disguise",
                "email",
                "phone",
                "phone_formatted",
                "phone_hidden",
                "link_masked",
                "messenger_masked",
                "messenger",
                "contact_asked",
                "messenger_in_disguise",
                "qq_number",
            }
        ),
    ),
    "pay": (True, frozenset({"payment_off_platform", "payment_off_platform_zh"})),
    "review": (True, frozenset({"review_pressure", "review_pressure_zh"})),
    "promo": (True, frozenset({"promotion"})),
    "invoice": (True, frozenset({"invoice_refused"})),
    "manner": (True, frozenset({"insult", "threat"})),
    "secret": (True, frozenset({"secret_request"})),
    "data": (True, frozenset({"other_order", "other_buyer"})),
    "cap": (True, frozenset({"amount_above_cap"})),
    "blank": (True, frozenset({"placeholder", "gap"})),
    "language": (False, frozenset({"language"})),
    "claim": (True, frozenset({"claim_delivered", "claim_refunded", "claim_cancelled"})),
    "promise": (False, frozenset({"promise"})),
    "emoji": (False, frozenset({"emoji"})),
}


@dataclass(frozen=True, slots=True)
class Line:
    marketplace: str
    language: str
    kind: str  # "" for a reply that may be sent
    text: str

    @property
    def is_held_out(self) -> bool:
        return sha256(self.text.encode()).digest()[0] % 3 == 0

    @property
    def is_only_counted(self) -> bool:
        """Of a line of the fresh list: nobody looked at what the rules do to it."""
        return sha256(self.text.encode()).digest()[0] % 2 == 0

    @property
    def known(self) -> Known:
        """The conversation that the reply is for: an order on its way, and caps."""
        order = ORDERS[self.marketplace]
        allowed = (order["order.id"], order["order.tracking_number"])
        return Known(
            allowed=allowed, language=self.language, facts=order, caps=CAPS[self.marketplace]
        )

    def is_found(self, findings: tuple[Finding, ...]) -> bool:
        must_block, rules = KINDS[self.kind]
        return any(
            one.rule in rules and (one.severity is Severity.BLOCK or not must_block)
            for one in findings
        )


ORDERS = {
    "amazon": {
        "order.id": "113-1234567-1234567",
        "order.status": "shipped",
        "order.total": "99.00",
        "order.currency": "EUR",
        "order.tracking_number": "1Z999AA10123456784",
        "order.refund_status": "none",
    },
    "taobao": {
        "order.id": "4123456789012345678",
        "order.status": "shipped",
        "order.total": "199.00",
        "order.currency": "CNY",
        "order.tracking_number": "YT1234567890123",
        "order.refund_status": "NO_REFUND",
    },
}


def _caps(currency: str, agent: int) -> Caps:
    return Caps(
        currency=currency,
        small=Offer(share=Decimal(10), cap=Decimal(agent) / 2),
        large=Offer(share=Decimal(20), cap=Decimal(agent)),
        goodwill=Decimal(5),
        smallest=Decimal(1),
        agent=Decimal(agent),
    )


CAPS = {"amazon": _caps("EUR", 20), "taobao": _caps("CNY", 30)}


def bad(file: str = "bad.txt") -> list[Line]:
    return [Line(*line.split("|", 3)) for line in _lines(file)]


def good(file: str = "good.txt") -> list[Line]:
    return [
        Line(marketplace, language, "", text)
        for marketplace, language, text in (line.split("|", 2) for line in _lines(file))
    ]


def fresh_bad() -> list[Line]:
    return bad("fresh_bad.txt")


def fresh_good() -> list[Line]:
    return good("fresh_good.txt")


def _lines(name: str) -> Iterator[str]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line
