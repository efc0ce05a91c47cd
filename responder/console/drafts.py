"""``/api/v1/templates``: what drafts are made of, and how a change would read."""

import asyncio
from typing import Any

from aiohttp import web

from responder.console import bodies, shapes
from responder.console.answers import answer, read
from responder.console.services import services
from responder.domain.model import Intent
from responder.drafting.liquid_text import SAMPLES, VALUES
from responder.drafting.preview import Preview, Wanted, preview
from responder.drafting.templates import Template
from responder.errors import Conflict

FILTERS = ("language", "intent", "case", "marketplace")


async def list_templates(request: web.Request) -> web.Response:
    """The templates, those of one language, intent, case or marketplace if asked."""
    wanted = {name: request.query[name] for name in FILTERS if request.query.get(name)}
    if wanted.get("intent", Intent.UNKNOWN) not in set(Intent):
        raise Conflict("invalid", f"there is no intent {wanted['intent']!r}")
    await services(request).refresh_templates()
    found = [one for one in services(request).drafting.templates if fits(one, wanted)]
    return answer({"items": [template_shape(one) for one in found], "next": None})


def fits(template: Template, wanted: dict[str, str]) -> bool:
    marketplace = wanted.get("marketplace", "")
    intent, case = wanted.get("intent"), wanted.get("case")
    return (
        wanted.get("language", template.language) == template.language
        and (intent is None or intent in {template.intent, *template.also})
        and (case is None or template.speaks_of(case))
        and (not marketplace or not template.marketplaces or marketplace in template.marketplaces)
    )


def template_shape(template: Template) -> dict[str, Any]:
    return {
        "key": template.key,
        "language": template.language,
        "name": template.name,
        "version": template.version,
        "purpose": template.purpose,
        "intent": template.intent,
        "also": sorted(template.also),
        "cases": sorted(template.cases),
        "requires": sorted(template.requires),
        "when": {name: sorted(values) for name, values in template.when.items()},
        "marketplaces": sorted(template.marketplaces),
        "tone": template.tone,
        "option": template.option,
        "text": template.source,
        "file": template.file,
    }


async def preview_template(request: web.Request) -> web.Response:
    """How a template would read; 200 also where it cannot be used: ``problems`` says why."""
    body = await read(request, bodies.Preview)
    wanted = Wanted(
        language=body.language,
        name=body.name,
        text=body.text,
        marketplace=body.marketplace,
        facts={name: value or "" for name, value in body.facts.items()},
        byte_limit=body.byte_limit,
    )
    shown = await asyncio.to_thread(preview, services(request).drafting, wanted)
    return answer(preview_shape(shown))


def preview_shape(shown: Preview) -> dict[str, Any]:
    return {
        "ok": not shown.problems,
        "text": shown.text or None,
        "version": shown.version or None,
        "facts": {name: fact.value for name, fact in (shown.facts or {}).items()},
        "gaps": list(shown.gaps),
        "findings": [shapes.finding(one) for one in shown.findings],
        "problems": [
            {
                "file": str(one.file),
                "line": one.line or None,
                "key": one.key or None,
                "what": one.what,
            }
            for one in shown.problems
        ],
    }


async def list_variables(_: web.Request) -> web.Response:
    """What a template may name, each with a sample, and the values that it may have."""
    items = [
        {"name": name, "sample": sample, "values": sorted(VALUES.get(name, ())) or None}
        for name, sample in SAMPLES.items()
    ]
    return answer({"items": items, "next": None})
