"""Which language a page speaks, and its words: gettext catalogs, read when first needed.

English is in the code; ``locale/<language>/LC_MESSAGES/console.po`` has the others.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from aiohttp import web
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"en": "English", "zh": "中文"}
COOKIE = "responder_language"
LOCALE = Path(__file__).parent.parent / "locale"


def language_of(request: web.Request) -> str:
    """What was chosen here before, else what the browser prefers, else English."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    return preferred(request.headers.get("Accept-Language", ""))


def preferred(header: str) -> str:
    """The first of our languages in an ``Accept-Language`` header, the most wanted first."""
    wanted = sorted((_wish(part) for part in header.split(",")), reverse=True, key=lambda w: w[0])
    found = (tag.partition("-")[0].lower() for weight, tag in wanted if weight > 0)
    return next((language for language in found if language in LANGUAGES), "en")


def _wish(part: str) -> tuple[float, str]:
    tag, _, weight = part.strip().partition(";q=")
    try:
        return float(weight or 1), tag
    except ValueError:
        return 0.0, tag


@cache
def called(code: str, language: str) -> str:
    """What a buyer's language is called in that of the page; its code where it has no name."""
    names = Locale(language).languages
    known = (code.replace("-", "_"), code.partition("-")[0])
    return next((str(names[one]) for one in known if one in names), code)


@cache
def catalog(language: str) -> NullTranslations:
    """The words of a language."""
    compiled = BytesIO()
    write_mo(compiled, _read(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def rules_in(language: str) -> dict[str, str]:
    """What the rules that come with the program say, by their English words (context "rule")."""
    return {
        str(entry.id): str(entry.string) for entry in _read(language) if entry.context == "rule"
    }


def _read(language: str) -> Catalog:
    path = LOCALE / language / "LC_MESSAGES" / "console.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)
