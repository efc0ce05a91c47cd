"""Amazon's static sandbox in a box: it answers with the examples of Amazon's own models.

The sandbox matches the parameters that an example names, and gives the answer that goes with them;
what an example does not name may be anything.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.connectors.amazon import models


@dataclass(frozen=True, slots=True)
class Example:
    """A request that the sandbox knows, and its answer."""

    model: str
    method: str
    template: str
    status: int
    parameters: Mapping[str, Any]
    answer: Any
    declared: tuple[Mapping[str, Any], ...]

    @property
    def name(self) -> str:
        return f"{self.method} {self.template} {self.status}"

    @property
    def path(self) -> str:
        """The path and query of a request for it; what it leaves open is filled in."""
        path = re.sub(
            r"\{([^}]+)\}", lambda found: str(self.parameters.get(found[1], "any")), self.template
        )
        named = {one["name"]: one for one in self.declared if one["in"] == "query"}
        asked = {name: self.parameters[name] for name in named if name in self.parameters}
        for name, one in named.items():
            if one.get("required") and name not in asked:
                asked[name] = one.get("items", one).get("enum", ["any"])[0]
        flat = {k: ",".join(v) if isinstance(v, list) else str(v) for k, v in asked.items()}
        return f"{path}?{urlencode(flat)}" if flat else path

    @property
    def body(self) -> Any:
        return self.parameters.get("body")


def examples() -> Iterator[Example]:
    """Every example of every model."""
    for name in models.FILES if models.ARE_HERE else ():
        for template, methods in models.model(name)["paths"].items():
            shared = methods.get("parameters", [])
            for method, told in methods.items():
                if not isinstance(told, dict) or "operationId" not in told:
                    continue
                declared = (*shared, *told["parameters"])
                for status, response in told["responses"].items():
                    static = response.get("x-amzn-api-sandbox") or {}
                    for one in static.get("static", []):
                        asked = one["request"]["parameters"]
                        yield Example(
                            model=name,
                            method=method.upper(),
                            template=template,
                            status=int(status),
                            parameters={key: value["value"] for key, value in asked.items()},
                            answer=one.get("response"),
                            declared=declared,
                        )


def server() -> TestServer:
    """The sandbox, and a login that takes everybody."""
    app = web.Application()
    app.router.add_post("/auth/o2/token", _token)
    app.router.add_route("*", "/{path:.*}", _answer)
    return TestServer(app)


async def _token(_: web.Request) -> web.Response:
    token = {"access_token": "Atza|sandbox", "token_type": "bearer", "expires_in": 3600}
    return web.json_response(token)


async def _answer(request: web.Request) -> web.Response:
    body = await request.json() if request.can_read_body else None
    fitting = [one for one in examples() if _fits(one, request, body)]
    if not fitting:
        error = {"errors": [{"code": "InvalidInput", "message": "Invalid Input"}]}
        return web.json_response(error, status=400)
    best = max(fitting, key=lambda one: len(one.parameters))
    if best.status == 204:
        return web.Response(status=204)
    return web.json_response(best.answer, status=best.status)


def _fits(example: Example, request: web.Request, body: Any) -> bool:
    form = re.sub(r"\{([^}]+)\}", r"(?P<\1>[^/]+)", example.template)
    found = re.fullmatch(form, request.path)
    if found is None or request.method != example.method:
        return False
    told: dict[str, Any] = {**request.query, **found.groupdict(), "body": body}
    return all(_same(value, told.get(name)) for name, value in example.parameters.items())


def _same(value: Any, told: Any) -> bool:
    if isinstance(value, list) and isinstance(told, str):
        return sorted(map(str, value)) == sorted(told.split(","))
    return json.dumps(value, sort_keys=True) == json.dumps(told, sort_keys=True)
