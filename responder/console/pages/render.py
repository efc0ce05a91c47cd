"""From templates to answers."""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from responder.alerts.reasons import said
from responder.console import shapes
from responder.console.auth import WHO, is_at_least
from responder.console.pages import figures, marks, words
from responder.console.pages.language import LANGUAGES, called, catalog, language_of
from responder.console.pages.static import address
from responder.console.pages.words_of_drafts import Drafted
from responder.console.pages.words_of_scripts import for_scripts
from responder.store.conversations import Conversation
from responder.store.users import Session

TEMPLATES = Path(__file__).parent.parent / "templates"


@cache
def environment(language: str) -> Environment:
    """The templates, speaking ``language``. What is filled in is always escaped."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    speak = catalog(language)
    made.install_gettext_translations(speak, newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(ms=figures.ms, percent=figures.percent, size=figures.size)
    made.globals.update(
        called=partial(called, language=language),
        drafted=Drafted(speak, language),
        findings_of=_findings,
        in_zone=figures.in_zone,
        language=language,
        languages=LANGUAGES,
        left=figures.left_in(speak),
        mark_of=marks.mark_of,
        pages_for=_pages,
        query_of=_query,
        reason=partial(said, language=language),
        span=figures.span_in(speak),
        static=address,
        words=words,
    )
    return made


def _pages(session: Session) -> dict[str, str]:
    """The pages that somebody may see, with their names."""
    return {
        address: label
        for address, (role, label) in words.PAGES.items()
        if is_at_least(session, role)
    }


def _query(view: str, filters: Mapping[str, str]) -> dict[str, str]:
    """What names a list in an address."""
    return {"view": view} | {name: value for name, value in filters.items() if value}


def _findings(one: Conversation) -> list[dict[str, Any]]:
    """What the rules say to a conversation's draft."""
    proposed = one.draft.proposal.findings if one.draft else ()
    return [shapes.finding(finding) for finding in proposed]


def render(request: web.Request, template: str, **given: Any) -> str:
    """A template, filled in with what every page knows and ``given``."""
    language = language_of(request)
    known = {
        "session": request.get(WHO),
        "here": request.rel_url,
        "script_words": for_scripts(language),
    }
    return environment(language).get_template(template).render(known | given)


def page(request: web.Request, template: str, status: int = 200, **given: Any) -> web.Response:
    """An HTML answer."""
    response = web.Response(
        text=render(request, template, **given), status=status, content_type="text/html"
    )
    response.headers["Content-Language"] = language_of(request)
    response.headers["Vary"] = "HX-Request, HX-Target, Accept-Language, Cookie"
    return response


def wants(request: web.Request, part: str) -> bool:
    """Whether htmx asks only for the ``part`` of the page with that id."""
    return request.headers.get("HX-Target") == part
