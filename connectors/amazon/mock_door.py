"""The mock's door: Login with Amazon, and what Amazon's gateway does before every operation."""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from json import JSONDecodeError
from random import Random
from typing import Any, Final
from uuid import UUID

from aiohttp import web

from connectors.amazon.wire import plans
from connectors.budget import NO_WAIT, Rate, take
from connectors.faults import Faults

Answer = Callable[[web.Request], Awaitable[web.Response]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
CLIENT_ID: Final = "amzn1.application-oa2-client.mock"
CLIENT_SECRET: Final = "mock-client-secret"  # noqa: S105 - a mock's
REFRESH_TOKEN: Final = "Atzr|mock-refresh-token"  # noqa: S105
TOKEN_LIFE: Final = timedelta(hours=1)
NOTIFICATIONS: Final = "sellingpartnerapi::notifications"
_SCOPES: Final = frozenset({NOTIFICATIONS, "sellingpartnerapi::migration"})
_LONGEST_AGENT: Final = 500
_TOLD_WITH: Final = frozenset({200, 201, 400, 404})  # answers that may name the rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """An access token: until when it opens what. ``paths``: a restricted one, for those alone."""

    until: datetime
    scope: str = ""  # "": of the seller; else of the application alone ("grantless")
    paths: frozenset[str] = frozenset()


class Door:
    """Lets a request in as Amazon does, or refuses it as Amazon does.

    ``rates`` differ from the published plans for single operations, as Amazon may set them for
    one seller. ``asked`` and ``throttled`` count requests by operation.
    """

    def __init__(
        self,
        faults: Faults,
        *,
        now: Callable[[], datetime],
        dice: Random,
        rates: Mapping[str, Rate] | None = None,
    ) -> None:
        self._faults = faults
        self._now = now
        self._dice = dice
        self._rates = {**plans.PLANS, **(rates or {})}
        self._passes: dict[str, Pass] = {}
        self._full_at: dict[str, datetime] = {}
        self.asked: Counter[str] = Counter()
        self.throttled: Counter[str] = Counter()

    def guarded(self, operation: str, answer: Answer, *, scope: str = "") -> Handler:
        """``answer`` behind the gateway: faults, quota, token, headers.

        With ``scope`` only a token of the application itself opens it.
        """

        async def handler(request: web.Request) -> web.StreamResponse:
            self.asked[operation] += 1
            refused = self._refused(request, operation, scope)
            response = refused or await answer(request)
            response.headers["x-amzn-RequestId"] = str(UUID(int=self._dice.getrandbits(128)))
            is_told = response.status in _TOLD_WITH and operation not in plans.UNTOLD
            if is_told and not self._faults.strikes("rate_header_missing"):
                response.headers[plans.TOLD] = f"{self._rates[operation].per_second}"
            return response

        return handler

    def restricted(self, paths: frozenset[str]) -> str:
        """A new token that also opens what is private under ``paths``."""
        return self._issue("Atz.sprdt|", Pass(until=self._now() + TOKEN_LIFE, paths=paths))

    def opens(self, request: web.Request, path: str) -> bool:
        """Whether the request's token is a restricted one for ``path``."""
        found = self._passes.get(request.headers.get("x-amz-access-token", ""))
        return found is not None and path in found.paths

    def told(self) -> dict[str, dict[str, int]]:
        """How often each operation was asked, and how often that was too often."""
        return {
            name: {"asked": count, "throttled": self.throttled[name]}
            for name, count in sorted(self.asked.items())
        }

    async def token(self, request: web.Request) -> web.Response:
        """Login with Amazon. Form or JSON: Amazon's own clients send both."""
        if self._faults.strikes("http_503"):
            return unavailable()
        asked = await fields(request)
        refused = self._faults.strikes("login_refused")
        if refused or (asked.get("client_id"), asked.get("client_secret")) != (
            CLIENT_ID,
            CLIENT_SECRET,
        ):
            return _lwa_error(401, "invalid_client", "Client authentication failed")
        until = self._now() + TOKEN_LIFE
        match asked.get("grant_type"):
            case "refresh_token":
                dead = self._faults.strikes("token_dead")
                if asked.get("refresh_token") != REFRESH_TOKEN or dead:
                    said = "The request has an invalid grant parameter"
                    return _lwa_error(400, "invalid_grant", said)
                return self._told(Pass(until=until), refresh_token=REFRESH_TOKEN)
            case "client_credentials":
                if asked.get("scope") not in _SCOPES:
                    return _lwa_error(400, "invalid_scope", "The scope is not valid")
                return self._told(Pass(until=until, scope=str(asked["scope"])))
            case _:
                said = "The grant type is not supported"
                return _lwa_error(400, "unsupported_grant_type", said)

    def _told(self, opened: Pass, **more: str) -> web.Response:
        told = {
            "access_token": self._issue("Atza|", opened),
            "token_type": "bearer",
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            **more,
        }
        headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
        return web.json_response(told, headers=headers)

    def _issue(self, kind: str, opened: Pass) -> str:
        name = f"{kind}{self._dice.getrandbits(128):032x}"
        self._passes[name] = opened
        return name

    def _refused(self, request: web.Request, operation: str, scope: str) -> web.Response | None:
        if self._faults.strikes("http_503"):
            return unavailable()
        if self._faults.strikes("http_500_empty"):
            return web.Response(status=500)
        if not 0 < len(request.headers.get("user-agent", "")) <= _LONGEST_AGENT:
            return error(400, "InvalidInput", "A user agent of up to 500 characters is required.")
        denied = self._denied(request, scope)
        if denied is not None:
            return denied
        return self._throttle(operation)

    def _denied(self, request: web.Request, scope: str) -> web.Response | None:
        name = request.headers.get("x-amz-access-token")
        if not name:
            return denied("Access token is missing in the request header.")
        found = self._passes.get(name)
        if found is None:
            return denied("The access token you provided is revoked, malformed or invalid.")
        if found.scope != scope or self._faults.strikes("http_403"):
            return denied("")
        if found.until <= self._now() or self._faults.strikes("token_dead"):
            return denied("The access token you provided has expired.")
        return None

    def _throttle(self, operation: str) -> web.Response | None:
        """One bucket for each operation: the mock is one seller, and one application asks."""
        rate, full_at = self._rates[operation], self._full_at.get(operation)
        self._full_at[operation], wait = take(full_at, rate, self._now())
        if wait == NO_WAIT and not self._faults.strikes("http_429"):
            return None
        self.throttled[operation] += 1
        quota = "You exceeded your quota for the requested resource."
        return error(429, "QuotaExceeded", quota, kind="TooManyRequestsException")


async def fields(request: web.Request) -> dict[str, Any]:
    """A form's or a JSON object's fields; none of what is neither."""
    if request.content_type == "application/x-www-form-urlencoded":
        return {name: str(value) for name, value in (await request.post()).items()}
    try:
        content = json.loads(await request.read() or b"{}")
    except (JSONDecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def error(status: int, code: str, message: str, *, kind: str = "") -> web.Response:
    """An answer in the form that all operations share."""
    body = {"errors": [{"code": code, "message": message, "details": ""}]}
    headers = {"x-amzn-ErrorType": kind} if kind else None
    return web.json_response(body, status=status, headers=headers)


def denied(details: str) -> web.Response:
    """403, as Amazon says it also where the token is what is wrong."""
    said = "Access to requested resource is denied."
    body = {"errors": [{"code": "Unauthorized", "message": said, "details": details}]}
    headers = {"x-amzn-ErrorType": "AccessDeniedException"}
    return web.json_response(body, status=403, headers=headers)


def unavailable() -> web.Response:
    page = "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"
    return web.Response(status=503, text=page, content_type="text/html")


def _lwa_error(status: int, code: str, said: str) -> web.Response:
    return web.json_response({"error": code, "error_description": said}, status=status)
