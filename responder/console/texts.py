"""``/api/v1/templates/…``: editing a template where it is read, and going back."""

import asyncio
from typing import Any

from aiohttp import web

from responder.console import bodies
from responder.console.answers import answer, error, read
from responder.console.auth import at_least
from responder.console.services import Services, services
from responder.drafting.edited import checked
from responder.drafting.problems import DraftingConfigError
from responder.drafting.templates import Template
from responder.errors import Conflict, Unknown
from responder.store.template_edits import TemplateEdits, TemplateVersion
from responder.store.users import Role


async def list_versions(request: web.Request) -> web.Response:
    """Who changed a template, when, and what it said since; ``number`` is its last change."""
    language, name = (request.query.get(each, "") for each in ("language", "name"))
    given = services(request)
    template = file_of(given, language, name)
    edits = TemplateEdits(given.database)
    number = await edits.number(template.key)
    items = [version_shape(one, template) for one in await edits.versions(template.key)]
    return answer({"items": items, "next": None, "number": number, "file": template.file})


async def save_template(request: web.Request) -> web.Response:
    """Draft by these words from now on, if the loader would take them."""
    session = at_least(request, Role.SUPERVISOR)
    body = await read(request, bodies.SaveTemplate)
    given = services(request)
    template = file_of(given, body.language, body.name)
    text = body.text.replace("\r\n", "\n")
    if (refused := await _refused(given, template, text)) is not None:
        return refused
    edits = TemplateEdits(given.database)
    number = await edits.save(template.key, text, seen=body.number, by=session.name)
    return await _changed(given, template, number)


async def restore_template(request: web.Request) -> web.Response:
    """Say again what an earlier version said; ``to`` 0 is the file."""
    session = at_least(request, Role.SUPERVISOR)
    body = await read(request, bodies.RestoreTemplate)
    given = services(request)
    template = file_of(given, body.language, body.name)
    edits = TemplateEdits(given.database)
    text = await edits.text_of(template.key, body.to) if body.to else ""
    if text and (refused := await _refused(given, template, text)) is not None:
        return refused
    number = await edits.go_back(template.key, body.to, seen=body.number, by=session.name)
    return await _changed(given, template, number)


def file_of(given: Services, language: str, name: str) -> Template:
    """The template of that name as its file has it; ``Unknown`` where there is none."""
    for one in given.drafting.files.all:
        if (one.language, one.name) == (language, name):
            return one
    raise Unknown(f"there is no template {language}/{name}")


def version_shape(one: TemplateVersion, template: Template) -> dict[str, Any]:
    return {
        "number": one.number,
        "by": one.by,
        "at": one.at.isoformat(),
        "back_to": one.back_to,
        "is_the_file": not one.text,
        "text": one.text or template.file,
    }


async def _refused(given: Services, template: Template, text: str) -> web.Response | None:
    """Why ``text`` cannot be used, as ``responder check`` would say it; None where it can."""
    try:
        new = await asyncio.to_thread(
            checked, given.drafting, template.language, template.name, text
        )
    except DraftingConfigError as wrong:
        problems = [
            {"key": each.key, "line": each.line, "what": each.what} for each in wrong.problems
        ]
        return error(422, "bad_template", "that makes no usable template", problems=problems)
    if new.intent is not template.intent:
        raise Conflict(
            "other_intent",
            f"this template answers {template.intent}: what answers {new.intent} is another file",
        )
    return None


async def _changed(given: Services, template: Template, number: int) -> web.Response:
    await given.refresh_templates()
    used = next(one for one in given.drafting.templates if one.key == template.key)
    return answer({"number": number, "version": used.version, "in_use": "now"})
