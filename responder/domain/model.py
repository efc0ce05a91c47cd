"""The values that the service talks about. One word a thing; see the glossary in README.md."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType

from responder.domain.advice import Advice
from responder.domain.reading import NOTHING, Observed

AccountId = NewType("AccountId", str)
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)  # the marketplace's own, unique within an account
ReplyId = NewType("ReplyId", str)
Token = NewType("Token", str)  # fencing: proves that a lease is still ours


class Author(StrEnum):
    BUYER = "buyer"
    SELLER = "seller"
    PLATFORM = "platform"


class Kind(StrEnum):
    """What a message is for. Only ``CHAT`` by a buyer starts the reply clock."""

    CHAT = "chat"
    NOTICE = "notice"
    REFUSAL = "refusal"
    NOTE = "note"  # colleagues to each other; never leaves the house


class State(StrEnum):
    """Where a conversation stands. Snooze, tags, assignee are attributes, not states."""

    WAITING = "waiting"
    APPROVED = "approved"
    UNCERTAIN = "uncertain"
    ANSWERED = "answered"
    NO_REPLY_NEEDED = "no_reply_needed"


class Risk(IntEnum):
    """How near a promise is to being broken. Ordered: ``risk >= Risk.CRITICAL``."""

    NONE = 0
    AT_RISK = 1
    CRITICAL = 2
    BREACHED = 3

    @property
    def label(self) -> str:
        return self.name.lower()

    @classmethod
    def labelled(cls, label: str) -> "Risk":
        return cls[label.upper()]


class Severity(StrEnum):
    BLOCK = "block"  # not sent unless somebody who may overrides it with a reason
    WARN = "warn"


class Intent(StrEnum):
    """What a buyer wants, as the outside sees it; ``case`` is finer."""

    ORDER_STATUS = "order_status"
    CANCEL_ORDER = "cancel_order"
    CHANGE_ORDER = "change_order"
    RETURN_EXCHANGE = "return_exchange"
    REFUND_STATUS = "refund_status"
    DAMAGED_DEFECTIVE = "damaged_defective"
    WRONG_MISSING = "wrong_missing"
    PRODUCT_QUESTION = "product_question"
    SHIPPING_INFO = "shipping_info"
    INVOICE = "invoice"
    PRICE_DISCOUNT = "price_discount"
    PAYMENT = "payment"
    COMPLAINT = "complaint"
    THANKS_FEEDBACK = "thanks_feedback"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One stored message of a conversation. ``seq`` is its place in it, from 1, by arrival."""

    id: MessageId
    seq: int
    author: Author
    kind: Kind
    sent_at: datetime  # the marketplace's time
    stored_at: datetime
    text: str
    language: str | None = None
    attachments: tuple[Mapping[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    approved_by: str = ""  # for a reply of ours: who approved it


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyFile:
    """A file that goes out with a reply; its bytes lie in the store until that is settled."""

    id: str
    name: str
    content_type: str
    size: int  # bytes
    sha256: str

    @property
    def told(self) -> Mapping[str, str]:
        """What stays of it in the thread."""
        return {
            "name": self.name,
            "content_type": self.content_type,
            "size": str(self.size),
            "sha256": self.sha256,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something a draft may say, and where it is known from."""

    value: str
    source: str  # e.g. "order 123-1234567-1234567"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that a text breaks, and where: ``text[start:end]``."""

    rule: str
    severity: Severity
    start: int
    end: int
    message: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the drafter has to say to a conversation, before it is stored as a ``Draft``.

    ``text`` is empty where the drafter does not know: then ``advice`` says why and
    a person writes. ``facts`` are those that ``text`` uses, by name
    ("order.tracking_number"). ``no_reply`` says why none may be needed (thanks, ok,
    auto_reply): a person confirms it, nothing closes by itself.
    """

    text: str
    language: str
    intent: Intent
    case: str
    confidence: float  # 0 to 1
    source: str  # e.g. "template:en/order_status"
    language_guessed: bool = False
    facts: Mapping[str, Fact]
    findings: tuple[Finding, ...] = ()
    options: tuple[str, ...] = ()  # other texts an agent may take instead
    option_sources: tuple[str, ...] = ()  # where each of them is from
    advice: tuple[Advice, ...] = ()  # what an agent should know before approving
    no_reply: str = ""
    observed: Observed = NOTHING  # of the buyer's message; for people to see
    template_version: str = ""  # which words of the template these are; "" where there is none
    step: str = ""  # the step of the resolution ladder that ``text`` makes
    ladder: Mapping[str, object] = field(default_factory=dict)  # where the case stands, as shown

    @property
    def note(self) -> str:
        """The advice in English, in one line."""
        return "; ".join(str(one) for one in self.advice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A stored, versioned proposal. ``answers`` is the seq of the newest message it has seen."""

    version: int
    answers: int
    made_at: datetime
    proposal: Proposal
