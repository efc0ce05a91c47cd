"""Which language a buyer writes, and whether that had to be guessed."""

import re
from collections.abc import Collection
from functools import cache
from math import exp, log
from typing import Protocol, cast

from responder.drafting.scripts import script_language
from responder.drafting.telltale import evidence, telltale

LATIN = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr")
LANGUAGES = frozenset((*LATIN, "zh", "zh-Hant", "ja", "ko", "ar"))

_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
_LOOKED_AT = 2_000  # characters: more changes no answer and costs time
_FEWEST_WORDS = 3
_SURE = 0.6
# Telltale words that leave no doubt: at least so many, so much ahead of any other language's, and
# so large a part of all words.
_FEWEST_TELLTALE = 4
_FAR_AHEAD = 1.5
_LEAST_SHARE = 0.3
_EXPECTED = log(3)  # how much likelier the expected language is before anything is read
_NOTHING_EXPECTED = "en"
_HARDLY = 1e-6  # the model is never surer than this that a language is not meant
_NOT_WORDS = re.compile(
    r"(?:https?://|www\.)\S{1,500}|[\w.+-]{1,64}@\S{1,200}|\S{0,40}\d\S{0,40}"
    r"|\be[- ]?mails?\b",  # in every language; its e would be a word in some
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{1,40}(?:'[^\W\d_]{1,20})?|[¿¡]")


class _Identifier(Protocol):
    def rank(self, text: str) -> list[tuple[str, float]]: ...


def detect(text: str, default: str | None, among: Collection[str] = LANGUAGES) -> tuple[str, bool]:
    """The language of ``text``, one of ``among``, and whether it was guessed.

    ``default``, the language that is expected here, is answered as a guess where the text is too
    short or too mixed to tell. None expects nothing: then the likeliest language is the guess.
    """
    sample = text[:_LOOKED_AT]
    script = script_language(sample)
    fallback = default or _NOTHING_EXPECTED
    if script is None:
        return _latin_language(sample, default, among)
    if script == "":
        return _unmarked_han(fallback, among)
    if script == "zh-Hant" and script not in among and "zh" in among:
        return "zh", False
    return (script, False) if script in among else (fallback, True)


def is_surely(text: str, language: str) -> bool:
    """Whether telltale words alone leave no doubt that ``text`` is in ``language``.

    False says nothing: ``detect`` may find that it is.
    """
    if language not in LATIN or script_language(text) is not None:
        return False
    words = _WORD.findall(text.lower().replace("’", "'"))
    hits = telltale(words)
    most = max(count for other, count in hits.items() if other != language)
    return hits[language] >= max(_FEWEST_TELLTALE, most * _FAR_AHEAD, len(words) * _LEAST_SHARE)


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


def _latin_language(text: str, default: str | None, among: Collection[str]) -> tuple[str, bool]:
    words = _WORD.findall(_NOT_WORDS.sub(" ", text).lower().replace("’", "'"))
    choices = [language for language in LATIN if language in among]
    fallback = default or _NOTHING_EXPECTED
    if not words or not choices or (default is not None and len(words) < _FEWEST_WORDS):
        return fallback, True
    shares = _shares(words, default, choices)
    best = max(shares, key=lambda language: shares[language])
    if shares[best] >= _SURE:
        return best, len(words) < _FEWEST_WORDS
    return (best if default is None else fallback), True


def _shares(words: list[str], default: str | None, choices: Collection[str]) -> dict[str, float]:
    """How likely each language is, by the model, by telltale words and letters, by expectation."""
    told = dict(_identifier().rank(" ".join(words)))
    weights = {
        language: log(max(told[language], _HARDLY))
        + evidence(words, language)
        + (_EXPECTED if language == (default or _NOTHING_EXPECTED) else 0.0)
        for language in choices
    }
    most = max(weights.values())
    odds = {language: exp(weight - most) for language, weight in weights.items()}
    return {language: share / sum(odds.values()) for language, share in odds.items()}


@cache
def _identifier() -> _Identifier:
    # Imported here: numpy and the model cost half a second and 80 MB that a command such as
    # `check` need not pay.
    from py3langid.langid import LanguageIdentifier  # noqa: PLC0415

    identifier = LanguageIdentifier.from_model_file("data/model.npz.xz", norm_probs=True)
    identifier.set_languages(LATIN)
    return cast("_Identifier", identifier)
