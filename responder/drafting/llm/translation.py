"""Messages and drafts in the reader's language. Shown beside the original, never sent.

A translation that changes a link, an id or an amount, or that is in another language than
asked for, is not shown: a buyer's order to the machine must not show an agent what the buyer
did not write.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from hashlib import blake2b

from responder.drafting.language import detect, known_language
from responder.drafting.llm.answers import translated
from responder.drafting.llm.grounding import Known, Sort
from responder.drafting.llm.masking import STAND_IN, Mask
from responder.drafting.llm.port import LlmFailure, Port, Why
from responder.drafting.llm.prompt import translate_ask

TRANSLATION = "translation"  # the purpose, for the metrics
MOST_CHARACTERS = 6_000
_KEPT = {Sort.LINK, Sort.CONTACT, Sort.ID, Sort.AMOUNT}  # what no language writes otherwise
_LONGEST = 8  # times as long as the original: from Chinese it is four or five


class Translator:
    """Translates, and remembers the last ones: several agents read the same message."""

    def __init__(
        self,
        port: Port,
        *,
        deadline: float,
        mask: bool,
        new_nonce: Callable[[], str],
        remembers: int = 2_000,
    ) -> None:
        self._port = port
        self._deadline = deadline
        self._mask = mask
        self._new_nonce = new_nonce
        self._remembers = remembers
        self._known: OrderedDict[tuple[str, bytes], str] = OrderedDict()

    async def translate(self, text: str, language: str, names: Iterable[str] = ()) -> str | None:
        """``text`` in ``language``; None where it is in that language already.

        Within the deadline. Raises ``LlmFailure``; OBJECTED where the answer changes things.
        """
        text = text.strip()[:MOST_CHARACTERS]
        if not text or is_in(text, language):
            return None
        key = (language, blake2b(text.encode("utf-8", "replace"), digest_size=16).digest())
        if key not in self._known:
            try:
                async with asyncio.timeout(self._deadline):
                    self._known[key] = await self._ask(text, language, names)
            except TimeoutError:
                raise LlmFailure(Why.DEADLINE) from None
            while len(self._known) > self._remembers:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]

    async def _ask(self, text: str, language: str, names: Iterable[str]) -> str:
        mask = Mask(names, on=self._mask)
        hidden = mask.hide(text)
        most_tokens = min(max(len(hidden.encode("utf-8", "replace")), 200), 8_000)
        ask = translate_ask(hidden, language, self._new_nonce(), most_tokens=most_tokens)
        answer = translated(await self._port.ask(ask, TRANSLATION))
        if _stand_ins(answer) - _stand_ins(hidden):
            raise LlmFailure(Why.OBJECTED)
        shown = mask.show(answer)
        if not _is_faithful(shown, text, language):
            raise LlmFailure(Why.OBJECTED)
        return shown


def is_in(text: str, language: str) -> bool:
    """Whether ``text`` is surely in ``language``, Chinese in either script."""
    found, guessed = detect(text, language)
    return not guessed and _base(found) == _base(language)


def _is_faithful(shown: str, text: str, language: str) -> bool:
    found, guessed = detect(shown, language)
    if not guessed and _base(found) != _base(language):
        return False
    if len(shown) > _LONGEST * len(text) + 100:
        return False
    return not any(item.sort in _KEPT for item in Known({}, [text]).unknown_in(shown))


def _base(language: str) -> str:
    return (known_language(language) or language).partition("-")[0]


def _stand_ins(text: str) -> set[str]:
    return {found[0] for found in STAND_IN.finditer(text)}
