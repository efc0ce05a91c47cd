"""What is kept of a buyer's words to learn from: nothing that tells who they are.

Lessons stay when the conversation is removed. So they are held to what may leave the house.
"""

from responder.domain.masking import masked
from responder.drafting.llm.masking import STAND_IN, Mask

_READ = 4_000  # characters: the last ones, of which fewer are kept
_CALLED = {"EMAIL": "mail", "IBAN": "number"}


def kept(text: str, *names: str) -> str:
    """``text`` without names and parts of them, postal and mail addresses, links, long numbers."""
    hidden = Mask(names).hide(text[-_READ:])
    told = STAND_IN.sub(lambda found: f"({_CALLED.get(found[1], found[1].lower())})", hidden)
    return masked(told, *names)
