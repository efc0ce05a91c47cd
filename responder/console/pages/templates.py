"""The page of templates: what drafts are made of, edited with a live preview, and its versions."""

from collections.abc import Iterable, Mapping

from aiohttp import web

from responder.console.auth import is_at_least, who
from responder.console.pages.language import language_of
from responder.console.pages.render import page
from responder.console.services import AccountCard, services
from responder.domain.model import Intent
from responder.drafting.liquid_text import SAMPLES
from responder.drafting.templates import Template
from responder.store.template_edits import TemplateEdits
from responder.store.users import Role


async def templates(request: web.Request) -> web.Response:
    """The templates of one language, and one of them to try changes on."""
    given = services(request)
    await given.refresh_templates()
    every = given.drafting.templates
    languages = sorted({one.language for one in every})
    language = request.query.get("language") or _usual(languages, language_of(request))
    listed = [one for one in every if one.language == language]
    name = request.query.get("name")
    chosen = next((one for one in listed if name in {None, one.name}), None)
    edits = TemplateEdits(given.database)
    return page(
        request,
        "templates.html",
        template_languages=languages,
        shown_language=language,
        groups=_by_intent(listed),
        chosen=chosen,
        marketplaces=_marketplaces(every, given.accounts),
        marketplace=min(chosen.marketplaces, default="amazon") if chosen else "",
        samples=_samples(chosen),
        number=await edits.number(chosen.key) if chosen else 0,
        versions=await edits.versions(chosen.key) if chosen else [],
        may_edit=is_at_least(who(request), Role.SUPERVISOR),
    )


def _usual(languages: list[str], spoken: str) -> str:
    """The set that is shown first: that of the console's language, else English."""
    return next((one for one in (spoken, "en", *languages) if one in languages), spoken)


def _marketplaces(every: Iterable[Template], accounts: Iterable[AccountCard]) -> list[str]:
    """Where a template can be tried: what templates name, and where the seller has a shop."""
    named = {name for one in every for name in one.marketplaces}
    return sorted(named | {card.marketplace for card in accounts})


def _by_intent(listed: list[Template]) -> Mapping[Intent, list[Template]]:
    groups: dict[Intent, list[Template]] = {}
    for one in sorted(listed, key=lambda template: template.name):
        groups.setdefault(one.intent, []).append(one)
    return groups


def _samples(template: Template | None) -> Mapping[str, str]:
    """A sample of each fact, those first that ``template`` asks for, as it asks for them."""
    if template is None:
        return {}
    wanted = {name: min(values) for name, values in template.when.items() if name in SAMPLES}
    needed = {name: wanted.get(name, SAMPLES[name]) for name in sorted(template.needs)}
    return {**needed, **{name: SAMPLES[name] for name in SAMPLES if name not in needed}}
