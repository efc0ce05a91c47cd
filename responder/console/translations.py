"""``/conversations/{id}/translate``: what a buyer wrote, or a draft, in the agent's language."""

from aiohttp import web

from responder.console import bodies
from responder.console.answers import answer, error, read
from responder.console.services import conversation_of, services
from responder.drafting.language import known_language
from responder.drafting.llm.port import LlmFailure
from responder.errors import Conflict, Unknown
from responder.store import conversations as store
from responder.store.threads import messages


async def translate(request: web.Request) -> web.Response:
    """The text in the language ``to``; null where it is in that language already."""
    body = await read(request, bodies.Translate)
    one = await store.read(services(request).database, conversation_of(request))
    translator = services(request).translator_of(one.account)
    if translator is None:
        raise Conflict("no_llm", "nothing is translated: no [llm] is configured for this account")
    language = known_language(body.to)
    if language is None:
        raise Conflict("invalid", f"the language {body.to!r} is not known")
    text = body.text
    if text is None:
        thread = await messages(services(request).database, one.id)
        text = next((each.text for each in thread if each.seq == body.seq), None)
        if text is None:
            raise Unknown(f"there is no message {body.seq} in this conversation")
    try:
        translated = await translator.translate(text, language, [one.buyer])
    except LlmFailure as failure:
        return error(503, "not_translated", "there is no translation now", reason=failure.why.value)
    return answer({"text": translated, "to": language})
