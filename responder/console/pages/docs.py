"""The API's description, for people."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from responder.console.auth import Handler
from responder.console.pages.render import page


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one address."""

    id: str
    method: str
    path: str
    summary: str
    public: bool
    parameters: list[str]
    body: str
    answers: list[tuple[str, str, str]]  # status, what it means, schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    name: str
    type: str
    required: bool


def page_for(description: dict[str, Any]) -> Handler:
    """The handler of ``/api/docs``, which few ever read: it is made when somebody does."""

    async def docs(request: web.Request) -> web.Response:
        operations = list(_operations(description))
        schemas = {
            name: list(_fields(schema))
            for name, schema in sorted(description["components"]["schemas"].items())
            if schema.get("properties")
        }
        info = description["info"]
        return page(request, "docs.html", info=info, operations=operations, schemas=schemas)

    return docs


def _operations(description: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            yield Operation(
                id=operation["operationId"],
                method=method.upper(),
                path=path,
                summary=operation["summary"],
                public=operation.get("security") == [],
                parameters=[one["name"] for one in operation.get("parameters", ())],
                body=_schema(content),
                answers=[
                    (status, answer["description"], _schema(answer.get("content", {})))
                    for status, answer in operation["responses"].items()
                ],
            )


def _schema(content: dict[str, Any]) -> str:
    """The name of the schema of a body, where it has one."""
    return next((_type(media["schema"]) for media in content.values()), "")


def _fields(schema: dict[str, Any]) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, field in schema["properties"].items():
        yield Field(name=name, type=_type(field), required=name in required)


def _type(field: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "enum" in field or "const" in field:
        return " | ".join(str(value) for value in field.get("enum", [field.get("const")]))
    if "anyOf" in field:
        return " | ".join(_type(one) for one in field["anyOf"])
    kind = field.get("type", "any")
    if kind == "array":
        return f"[{_type(field.get('items', {}))}]"
    if field.get("format"):
        kind = [field["format"], *(one for one in kind if one == "null")]
    return " | ".join(kind) if isinstance(kind, list) else str(kind)
