"""What the drafter tells an agent about a draft: sentences that pages can say in any language."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One sentence: ``says`` in English, one of ``Says`` or a seller's own, and what fills it in.

    ``about`` holds names as the store has them ("cancel_order"): a page says its own word.
    """

    says: str
    about: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return filled(self.says, self.about)


def filled(sentence: str, about: Mapping[str, str]) -> str:
    """``sentence`` with its places filled in; one that has none may hold a percent sign."""
    return sentence % about if about else sentence
