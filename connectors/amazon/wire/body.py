"""The buyer's own words, cut out of what Amazon wraps around them."""

import re
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from connectors.amazon.wire.tables import BEGIN_WORDS, END_WORDS
from connectors.mail.wire import text
from connectors.mail.wire.html import node_text, page_text
from connectors.mail.wire.mime import Mail

_PRE_STYLE: Final = "-o-pre-wrap"
_LANGUAGE: Final = re.compile(r"[?&;]lc=([a-z]{2})[_-]([A-Z]{2})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The buyer's words, and Amazon's around them (order, item, footer).

    ``frame`` never holds anything the buyer wrote: only from there may an order
    id or a language be believed.
    """

    words: str
    frame: str
    language: str | None = None
    warnings: tuple[str, ...] = ()


def found(mail: Mail) -> Body:
    """The buyer's words in ``mail``. Warns where the cut had to be guessed.

    Both markers in the text part are best: the first begin and the last end,
    since a buyer may quote a marker. Then the one ``<pre>`` of the HTML part,
    then whatever is left.
    """
    whole = _cut(mail.plain)
    if whole is not None and not whole.warnings:
        return whole
    page = LexborHTMLParser(mail.html) if mail.html else None
    if page is not None and (framed := _in_pre(page)) is not None:
        return framed
    if whole is not None:
        return whole
    shown = mail.plain.strip() or (page_text(page) if page is not None else "")
    return _cut(shown) or Body(words=shown.strip(), frame="", warnings=_no_frame(shown))


def _cut(shown: str) -> Body | None:
    """Cut at the markers; None where there are none."""
    begin = _BEGIN.search(shown)
    ends = list(_END.finditer(shown, begin.end() if begin else 0))
    if begin is None and not ends:
        return None
    start, stop = begin.end() if begin else 0, ends[-1].start() if ends else len(shown)
    before = shown[: begin.start()] if begin else ""
    after = shown[ends[-1].end() :] if ends else ""
    words, warnings = shown[start:stop].strip(), []
    if begin is None:
        before, words = _after_preamble(words)
        warnings.append("the begin marker is missing")
    if not ends:
        warnings.append("the end marker is missing")
    return Body(
        words=words,
        frame=f"{before}\n{after}",
        language=_language(after),
        warnings=tuple(warnings),
    )


def _after_preamble(shown: str) -> tuple[str, str]:
    """Split off Amazon's lines at the top: all up to the item line or the order line."""
    lines = shown.split("\n")
    last = max((n for n, line in enumerate(lines[:12]) if _PREAMBLE.match(line)), default=-1)
    return "\n".join(lines[: last + 1]), "\n".join(lines[last + 1 :]).strip()


def _in_pre(page: LexborHTMLParser) -> Body | None:
    """The one ``<pre>`` that holds the buyer's words in mails of any language."""
    boxes = [box for box in page.css("pre") if _PRE_STYLE in (box.attributes.get("style") or "")]
    if len(boxes) != 1:
        return None
    words = node_text(boxes[0]).strip("\n")
    links = " ".join(link.attributes.get("href") or "" for link in page.css("a"))
    boxes[0].decompose()
    return Body(words=words.strip(), frame=page_text(page), language=_language(links))


def _language(footer: str) -> str | None:
    named = _LANGUAGE.search(footer)
    return f"{named[1]}-{named[2]}" if named else None


def _no_frame(shown: str) -> tuple[str, ...]:
    return ("no markers: the whole text is shown",) if shown.strip() else ()


def _marker(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Hyphens, one of ``phrases``, hyphens; also where UTF-8 was read as a Western charset.

    Possessive and bounded, so that a megabyte of hyphens takes no longer than
    a megabyte of anything else.
    """
    spelled = {
        re.escape(spelling).replace(r"\ ", r"[ \t\xa0]{1,9}")
        for phrase in phrases
        for spelling in (phrase, *_mojibake(phrase))
    }
    longest_first = "|".join(sorted(spelled, key=len, reverse=True))
    pattern = (
        rf"(?<!-)-{{3,}}+[ \t\xa0]{{0,9}}(?:{longest_first})[ \t\xa0]{{0,9}}:?[ \t]{{0,9}}-{{3,}}+"
    )
    return re.compile(pattern, re.IGNORECASE)


def _mojibake(phrase: str) -> list[str]:
    if phrase.isascii():
        return []
    garbled = phrase.encode().decode("latin-1")
    return [text.clean(garbled), phrase.encode().decode("cp1252", "replace")]


_BEGIN: Final = _marker(BEGIN_WORDS)
_END: Final = _marker(END_WORDS)
_PREAMBLE: Final = re.compile(
    r"\s*(?:\d+ (?:/|of) .*\bASIN:|.*\[ASIN: ?\w{10}\]|#? ?[^:]{0,20}\d{3}-\d{7}-\d{7}:?\s*$)"
)
