"""Which language a buyer writes, and whether that had to be guessed."""

import re
from collections.abc import Collection
from functools import cache
from typing import Protocol, cast

from responder.drafting.scripts import script_language

LATIN = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr")
LANGUAGES = frozenset((*LATIN, "zh", "zh-Hant", "ja", "ko", "ar"))

_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
_LOOKED_AT = 2_000  # characters: more changes no answer and costs time
_FEWEST_WORDS = 3
_SURE = 0.6
_EXPECTED = 3.0  # how much likelier the expected language is before anything is read
_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S{1,500}|[\w.+-]{1,64}@\S{1,200}|\S{0,40}\d\S{0,40}")
_WORD = re.compile(r"[^\W\d_]{2,40}")


class _Identifier(Protocol):
    def rank(self, text: str) -> list[tuple[str, float]]: ...


def detect(text: str, default: str, among: Collection[str] = LANGUAGES) -> tuple[str, bool]:
    """The language of ``text``, one of ``among``, and whether it was guessed.

    ``default`` is answered, as a guess, where the text is too short or too mixed to tell.
    """
    sample = text[:_LOOKED_AT]
    script = script_language(sample)
    if script is None:
        return _latin_language(sample, default, among)
    if script == "":
        return _unmarked_han(default, among)
    if script == "zh-Hant" and script not in among and "zh" in among:
        return "zh", False
    return (script, False) if script in among else (default, True)


def known_language(tag: str | None) -> str | None:
    """The one of ``LANGUAGES`` that a BCP 47 ``tag`` means ("de-AT" is "de"); None for others."""
    base, *rest = (tag or "").replace("_", "-").split("-")
    if base.lower() == "zh":
        return "zh-Hant" if _TRADITIONAL & {part.lower() for part in rest} else "zh"
    return base.lower() if base.lower() in LANGUAGES else None


def warm_up() -> None:
    """Load the model now (about half a second) rather than at the first message."""
    _identifier()


def _unmarked_han(default: str, among: Collection[str]) -> tuple[str, bool]:
    if default in {"zh-Hant", "ja"}:
        return default, True
    return ("zh", False) if "zh" in among else (default, True)


def _latin_language(text: str, default: str, among: Collection[str]) -> tuple[str, bool]:
    words = _WORD.findall(_NOT_WORDS.sub(" ", text))
    if len(words) < _FEWEST_WORDS:
        return default, True
    ranked = _identifier().rank(" ".join(words).lower())
    weights = {
        language: share * (_EXPECTED if language == default else 1.0)
        for language, share in ranked
        if language in among
    }
    best = max(weights, key=lambda language: weights[language], default=default)
    if weights.get(best, 0.0) < _SURE * sum(weights.values()) or best not in weights:
        return default, True
    return best, False


@cache
def _identifier() -> _Identifier:
    # Imported here: numpy and the model cost half a second and 80 MB that a command such as
    # `check` need not pay.
    from py3langid.langid import LanguageIdentifier  # noqa: PLC0415

    identifier = LanguageIdentifier.from_model_file("data/model.npz.xz", norm_probs=True)
    identifier.set_languages(LATIN)
    return cast("_Identifier", identifier)
