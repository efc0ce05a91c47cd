"""What one address of the API is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from responder.console import bodies

PREFIX = "/api/v1"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One method of one address."""

    method: str
    path: str
    handler: Handler
    summary: str
    body: type[bodies.Body] | None = None
    status: int = 200
    errors: tuple[int, ...] = ()
    query: tuple[str, ...] = ()
    answers: str = "object"  # the schema of the answer, by name
    public: bool = False
    takes_bytes: bool = False  # the body is a file as it is


def show(
    name: str,
    handler: Handler,
    summary: str,
    query: tuple[str, ...] = (),
    errors: tuple[int, ...] = (),
) -> Endpoint:
    """Something that is only looked at."""
    return Endpoint(
        method="GET",
        path=f"{PREFIX}/{name}",
        handler=handler,
        summary=summary,
        query=query,
        errors=errors,
    )


def do(
    name: str,
    handler: Handler,
    summary: str,
    body: type[bodies.Body] | None,
    status: int = 200,
    *,
    errors: tuple[int, ...] = (400, 403, 404, 409),
) -> Endpoint:
    """Something that is done."""
    return Endpoint(
        method="POST",
        path=f"{PREFIX}/{name}",
        handler=handler,
        summary=summary,
        body=body,
        status=status,
        errors=errors,
    )


def act(
    name: str,
    handler: Handler,
    summary: str,
    body: type[bodies.Body] | None,
    status: int = 200,
) -> Endpoint:
    """Something an agent does to one conversation."""
    return do(f"conversations/{{id}}/{name}", handler, summary, body, status)
