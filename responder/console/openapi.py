"""The API's description, made from the list of endpoints and the bodies they take."""

import re
from functools import cache
from typing import Any

from responder import __version__
from responder.console.endpoint import Endpoint
from responder.console.endpoints import ENDPOINTS
from responder.domain.model import Intent, State

_WORDS = {
    400: "The body or the query does not fit; details name each field",
    401: "Nobody we know is asking",
    403: "The role does not allow it, or the CSRF header is missing",
    404: "There is no such conversation",
    408: "The file did not arrive in time",
    413: "The file is larger than the marketplace takes",
    409: "It does not fit how things stand now; `code` says why",
    422: "The text breaks a rule, a file is not taken, or the configuration is wrong; see details",
    503: "The store does not answer, or too much is uploaded at once; try again",
}

_TIME = {"type": "string", "format": "date-time"}
_TIME_OR_NULL = {"type": ["string", "null"], "format": "date-time"}
_TEXT = {"type": "string"}
_TEXT_OR_NULL = {"type": ["string", "null"]}
_TEXTS = {"type": "array", "items": _TEXT}

_DRAFT = {
    "type": ["object", "null"],
    "properties": {
        "version": {"type": "integer"},
        "source": _TEXT,
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "findings": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}},
    },
    "required": ["version", "source", "confidence", "findings"],
}

_ITEM: dict[str, Any] = {
    "id": _TEXT,
    "account": _TEXT,
    "marketplace": _TEXT,
    "buyer": _TEXT,
    "order_ids": _TEXTS,
    "subject": _TEXT,
    "preview": _TEXT,
    "language": _TEXT,
    "intent": {"type": "string", "enum": [str(intent) for intent in Intent]},
    "case": _TEXT,
    "state": {"type": "string", "enum": [str(state) for state in State]},
    "waiting_since": _TIME_OR_NULL,
    "due_at": _TIME_OR_NULL,
    "team_due_at": _TIME_OR_NULL,
    "risk": {"type": "string", "enum": ["none", "at_risk", "critical", "breached"]},
    "assignee": _TEXT_OR_NULL,
    "holder": _TEXT_OR_NULL,
    "tags": _TEXTS,
    "flag": _TEXT_OR_NULL,
    "escalated": _TEXT_OR_NULL,
    "snoozed_until": _TIME_OR_NULL,
    "problem": _TEXT_OR_NULL,
    "draft": _DRAFT,
    "no_reply_proposed": {"type": ["string", "null"], "enum": ["thanks", "ok", "auto_reply", None]},
    "updated_at": _TIME,
}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


_SCHEMAS: dict[str, Any] = {
    "Error": _object(
        {"error": _object({"code": _TEXT, "message": _TEXT, "details": {"type": "object"}})}
    ),
    "Finding": _object(
        {
            "rule": _TEXT,
            "severity": {"type": "string", "enum": ["block", "warn"]},
            "start": {"type": "integer"},
            "end": {"type": "integer"},
            "message": _TEXT,
            "suggestion": _TEXT,
        }
    ),
    "ConversationItem": _object(_ITEM),
    "ConversationPage": _object(
        {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/ConversationItem"}},
            "next": _TEXT_OR_NULL,
        }
    ),
    "Message": _object(
        {
            "id": _TEXT,
            "seq": {"type": "integer"},
            "author": {"type": "string", "enum": ["buyer", "seller", "platform"]},
            "kind": {"type": "string", "enum": ["chat", "notice", "refusal"]},
            "sent_at": _TIME,
            "stored_at": _TIME,
            "text": _TEXT,
            "language": _TEXT_OR_NULL,
            "attachments": {"type": "array", "items": {"type": "object"}},
            "warnings": _TEXTS,
            "approved_by": _TEXT_OR_NULL,
        }
    ),
    "File": _object(
        {
            "id": _TEXT,
            "name": _TEXT,
            "content_type": _TEXT,
            "size": {"type": "integer"},
            "sha256": _TEXT,
        }
    ),
    "Conversation": _object(
        _ITEM
        | {
            "messages": {"type": "array", "items": {"$ref": "#/components/schemas/Message"}},
            "notes": {"type": "array", "items": {"type": "object"}},
            "newest": {"type": "integer"},
            "held": _TEXT_OR_NULL,
            "asked_text": _TEXT_OR_NULL,
            "asked_files": {"type": "array", "items": {"$ref": "#/components/schemas/File"}},
            "files": {"type": "array", "items": {"$ref": "#/components/schemas/File"}},
            "takes_files": {
                "type": ["object", "null"],
                "properties": {
                    "count": {"type": "integer"},
                    "total": {"type": "integer"},
                    "types": _TEXTS,
                    "endings": _TEXTS,
                },
                "required": ["count", "total", "types", "endings"],
            },
            "ladder": {"type": ["object", "null"]},
            "reply": {"type": ["object", "null"]},
            "order": {"type": ["object", "null"]},
            "history": {"type": "array", "items": {"type": "object"}},
            "holder_until": _TIME_OR_NULL,
        }
    ),
    "AccountPage": _object(
        {"items": {"type": "array", "items": {"type": "object"}}, "next": _TEXT_OR_NULL}
    ),
    "GapPage": _object(
        {
            "items": {
                "type": "array",
                "items": _object(
                    {
                        "account": _TEXT,
                        "nobody_from": _TIME,
                        "nobody_until": _TIME,
                        "count": {"type": "integer"},
                        "first_due": _TIME_OR_NULL,
                        "conversations": _TEXTS,
                    }
                ),
            },
            "next": _TEXT_OR_NULL,
        }
    ),
    "Approved": {  # or, where a second yes is needed, {"reply_id": null, "second_yes": …}
        "type": "object",
        "properties": {
            "reply_id": _TEXT_OR_NULL,
            "undo_until": _TIME,
            "second_yes": {"type": "object"},
        },
    },
    "object": {"type": "object"},
}


@cache  # the same for every console of a process; the schemas of some forty bodies take their time
def describe() -> dict[str, Any]:
    """The OpenAPI 3.1 document; nobody changes it."""
    paths: dict[str, Any] = {}
    bodies: dict[str, Any] = {}
    for endpoint in ENDPOINTS:
        if endpoint.body is not None:
            schema = endpoint.body.model_json_schema(ref_template="#/components/schemas/{model}")
            bodies |= schema.pop("$defs", {})  # the enumerations that it names
            bodies[endpoint.body.__name__] = schema
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "marketplace-responder",
            "version": __version__,
            "description": (
                "Every list is {items, next}; every error is {error: {code, message, details}}."
            ),
        },
        "paths": paths,
        "components": {
            "schemas": _SCHEMAS | bodies,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "responder_session"},
            },
        },
        "security": [{"token": []}, {"session": []}],
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": endpoint.summary,
        "operationId": f"{endpoint.method.lower()}_{endpoint.handler.__name__}",
        "responses": {str(endpoint.status): _answer(endpoint)}
        | {str(status): _problem(status) for status in _statuses(endpoint)},
    }
    parameters = [
        {"name": name, "in": "query", "required": False, "schema": _TEXT} for name in endpoint.query
    ]
    parameters += [
        {"name": name, "in": "path", "required": True, "schema": _TEXT}
        for name in re.findall(r"{(\w+)", endpoint.path)
    ]
    if parameters:
        operation["parameters"] = parameters
    if endpoint.body is not None:
        schema = {"$ref": f"#/components/schemas/{endpoint.body.__name__}"}
        operation["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    if endpoint.takes_bytes:
        binary = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": {"*/*": binary}}
    if endpoint.public:
        operation["security"] = []
    return operation


def _statuses(endpoint: Endpoint) -> tuple[int, ...]:
    return endpoint.errors if endpoint.public else tuple(sorted({401, 503, *endpoint.errors}))


def _answer(endpoint: Endpoint) -> dict[str, Any]:
    match endpoint.answers:
        case "stream":
            content: dict[str, Any] = {"text/event-stream": {"schema": _TEXT}}
        case "text":
            content = {"text/plain": {"schema": _TEXT}}
        case name:
            content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return {"description": endpoint.summary, "content": content}


def _problem(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Error"}
    return {
        "description": _WORDS.get(status, "Error"),
        "content": {"application/json": {"schema": schema}},
    }
