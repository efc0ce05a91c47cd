"""Errors as the API tells them, and reading bodies."""

import json
from typing import Any, TypeVar
from urllib.parse import quote

import structlog
from aiohttp import ClientConnectionResetError, web
from pydantic import ValidationError

from responder.console.auth import Forbidden, Handler, Unauthenticated, Unenrolled
from responder.console.bodies import Body
from responder.console.services import services
from responder.errors import Conflict, Unknown
from responder.store.away import STORE_AWAY

log = structlog.get_logger()

GONE = 499  # whoever asked has left; nobody reads this

BodyType = TypeVar("BodyType", bound=Body)


def error(status: int, code: str, message: str, /, **details: Any) -> web.Response:
    """``{"error": {"code", "message", "details"}}``; details may have these names too."""
    body = {"error": {"code": code, "message": message, "details": details}}
    return web.json_response(body, status=status, dumps=_dumps)


def answer(body: Any, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, dumps=_dumps)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


async def read(request: web.Request, body: type[BodyType]) -> BodyType:
    """The request's body; an empty one counts as ``{}``. ``ValidationError`` says what is wrong."""
    return body.model_validate_json(await request.read() or b"{}")


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what goes wrong into an answer that says what to do."""
    try:
        return await handler(request)
    except (Conflict, Unknown, Forbidden, ValidationError) as refused:
        return _refusal(request, refused)
    except Unauthenticated:
        return _ask_for_login(request)
    except Unenrolled:
        return _ask_for_enrolment(request)
    except ClientConnectionResetError:
        return web.Response(status=GONE)
    except STORE_AWAY:
        log.warning("api.store_unavailable", path=_place(request))
        return error(503, "store_unavailable", "the store does not answer; try again in a moment")
    except web.HTTPException as http:
        if http.status >= 400:
            return error(http.status, http.reason.lower().replace(" ", "_"), http.reason)
        raise
    except Exception:
        log.exception("api.failed", path=_place(request))
        return error(500, "internal", "that is our fault, and it is in the log; try again")


def _place(request: web.Request) -> str:
    """The address without what stands in it: some carry a secret."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "?"


def _refusal(
    request: web.Request, refused: Conflict | Unknown | Forbidden | ValidationError
) -> web.Response:
    """What does not fit, or may not be."""
    match refused:
        case Conflict(code="invalid"):
            return error(400, "invalid", str(refused), **refused.details)
        case Conflict(code="not_yours"):
            return error(403, refused.code, str(refused), **refused.details)
        case Conflict():
            if refused.code in {"already_claimed", "not_claimed", "stale_draft", "newer_message"}:
                services(request).metrics.claim_conflicts.inc()
            return error(409, refused.code, str(refused), **refused.details)
        case Unknown():
            return error(404, "not_found", str(refused))
        case ValidationError():
            problems = {
                ".".join(map(str, one["loc"])) or "body": one["msg"] for one in refused.errors()
            }
            return error(400, "invalid", "the request does not fit: see details", **problems)
        case Forbidden():
            return error(403, "forbidden", str(refused))


def _ask_for_login(request: web.Request) -> web.Response:
    for_a_program = request.path.startswith("/api/") or request.path == "/metrics"
    if for_a_program or request.method not in {"GET", "HEAD"}:
        return error(401, "unauthenticated", "send a bearer token, or log in")
    if "HX-Request" in request.headers:  # a part of a page: the page itself must go
        return web.Response(status=401, headers={"HX-Redirect": "/login"})
    to = "" if request.path == "/" else f"?to={quote(str(request.rel_url), safe='')}"
    return web.Response(status=303, headers={"Location": f"/login{to}"})


def _ask_for_enrolment(request: web.Request) -> web.Response:
    if request.path.startswith("/api/"):
        return error(403, "second_factor_needed", "set up a second factor first, at /me")
    if "HX-Request" in request.headers:
        return web.Response(status=403, headers={"HX-Redirect": "/me"})
    return web.Response(status=303, headers={"Location": "/me"})
