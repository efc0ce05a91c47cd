"""Why something went wrong, in the language of whoever reads it.

Connectors and workers say it in English, in whole sentences, because it is logged, stored and given
to programs as it is. Here each sentence is known again, with what fills it in, and said in another
language. What nobody has translated stays as it was written; so does what fills it in, unless it is
a sentence too.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from string import Formatter

from responder.alerts.reasons_zh import ZH
from responder.alerts.reasons_zh_inbox import WORK_ZH, ZH_INBOX

SENTENCES: Mapping[str, Mapping[str, str]] = {"zh": {**ZH, **ZH_INBOX}}
_WORK: Mapping[str, Mapping[str, str]] = {"zh": WORK_ZH}  # what fills the place "work"
# How several are written one after the other: translated where each of them is known.
_LISTS = {"zh": (("; ", "；"), (", ", "，"))}
LONGEST = 500  # characters; nothing of ours is longer


@lru_cache(maxsize=1000)
def said(reason: str, language: str) -> str:
    """``reason`` in ``language``; as it is where that, or the sentence, is not known."""
    if language not in SENTENCES or len(reason) > LONGEST:
        return reason
    return _list(reason, language) or _sentence(reason, language) or reason


def _sentence(reason: str, language: str) -> str:
    for pattern, other in _patterns(language):
        found = pattern.fullmatch(reason)
        if found is not None:
            named = {
                name: _WORK[language].get(part, part) if name == "work" else said(part, language)
                for name, part in found.groupdict().items()
            }
            return other.format(**named)
    return ""


def _list(reason: str, language: str) -> str:
    for between, other in _LISTS[language]:
        parts = reason.split(between)
        if len(parts) > 1:
            told = [_list(part, language) or _sentence(part, language) for part in parts]
            if all(told):
                return other.join(told)
    return ""


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    sentences = SENTENCES[language].items()
    return tuple((re.compile("".join(_expression(one))), other) for one, other in sentences)


def _expression(sentence: str) -> Iterator[str]:
    for before, place, _, _ in Formatter().parse(sentence):
        yield re.escape(before)
        if place is not None:
            yield f"(?P<{place}>.+?)"
