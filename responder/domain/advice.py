"""What the program tells a person: sentences that pages can say in any language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Says(StrEnum):
    """Every sentence of the drafter itself; ``%(intent)s`` and the like are filled in."""

    UNKNOWN = "intent unknown: read before approving"
    NOTHING_RECOGNIZED = "nothing was recognized"
    TIE = "it may be %(intent)s or %(other)s"
    UNSURE = "it may be %(intent)s, which is not sure"
    FOR_A_PERSON = "it is about %(case)s, for a person"
    NO_TEXT = "the buyer wrote no text"
    LEARNED = "by what this shop's agents confirmed"
    NOTHING_LIKE_IT = "the shop's experience knows nothing like it"
    OTHER_LANGUAGE = (
        "the buyer writes %(buyer)s, for which there are no templates: this text is %(text)s"
    )
    ABOVE_CAP = "the step %(step)s is above the cap: a supervisor decides"
    LADDER_ENDS = "no further step of the ladder is due: a person decides"
    NO_TEMPLATE = "no template for %(intent)s in %(language)s fits the facts that are known"
    FAILED = "drafting failed (%(error)s)"


class Trial(StrEnum):
    """What trying an account says; ``%(key)s`` is where in the table to look."""

    WORKED = "it answers: %(said)s"
    NO_TABLE = "nothing to try yet: choose an example above, and fill it in"
    NOT_TOML = "this cannot be read as TOML: %(why)s"
    SECRETS = "write the secrets in plain here; they are forgotten at once"
    EMPTY = "%(key)s: fill this in, it is empty"
    MISSING = "%(key)s: this key is missing"
    UNKNOWN_KEY = "%(key)s: this key is not known"
    PORT = "%(key)s: write the server's port, usually 993 for IMAP and 465 for SMTP"
    WRONG = "%(key)s: %(why)s"
    HOST = "the host name cannot be found: check %(key)s"
    SHOP_HOST = "the shop's address cannot be found: check this machine's network and its DNS"
    CLOSED = "nobody answers there: check %(key)s"
    TLS = "no secure connection is possible: check %(key)s"
    SILENT = "no answer came in time: check %(key)s, and whether a firewall is in between"
    UNAUTHORIZED = "the shop does not accept these credentials: %(why)s"
    REJECTED = "the shop answers, and says no: %(why)s"
    WAIT = "the shop asks us to wait before the next try: %(why)s"
    UNAVAILABLE = "the shop cannot be reached: %(why)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One sentence: ``says`` in English, one of ours or a seller's own, and what fills it in.

    ``about`` holds names as the store has them ("cancel_order"): a page says its own word.
    """

    says: str
    about: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return filled(self.says, self.about)


def filled(sentence: str, about: Mapping[str, str]) -> str:
    """``sentence`` with its places filled in; one that has none may hold a percent sign."""
    return sentence % about if about else sentence
