"""A mock's ``/token``: gives sessions, and renews them as TOP does, or fails to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web

from connectors.faults import Faults
from connectors.top.mock_gateway import Keys
from connectors.top.values import milliseconds

PATH: Final = "/token"
SESSION_LIFE = timedelta(days=30)
TOKEN_FAULTS: Final = {
    "token_refused": 0.0,  # invalid_grant: the refresh token is dead
    "token_unavailable": 0.0,  # 503 with a page of HTML
    "token_garbled": 0.0,  # renewed, and the answer says nothing
    "token_lost": 0.0,  # renewed, and the connection closes before the answer
    "token_last": 0.0,  # re_expires_in 0: this session cannot be renewed
    "token_once": 0.0,  # renewing ends the session before it, and the token that did it
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer to a request for a token. ``dropped``: the caller never sees it."""

    status: int
    body: Mapping[str, object] | str
    dropped: bool = False


class Tokens:
    """The sessions of one mock shop. Any code is good; a refresh token must be one that it gave.

    ``add`` is told of each new session. ``dead`` holds sessions and refresh tokens that have
    ended early. ``life`` is how long a new session lasts, ``levels`` its parts.
    """

    def __init__(
        self,
        keys: Keys,
        faults: Faults,
        now: Callable[[], datetime],
        *,
        add: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._keys = keys
        self._faults = faults
        self._now = now
        self._add = add
        self._ends: dict[str, datetime] = {}
        self.dead: set[str] = set()
        self.life = SESSION_LIFE
        self.levels = {"r1": SESSION_LIFE, "r2": timedelta(days=1), "w1": SESSION_LIFE} | {
            "w2": timedelta(minutes=5)
        }
        self.asked = 0

    def is_good(self, session: str) -> bool:
        """Whether a session that was given is still good."""
        ends = self._ends.get(session)
        return session not in self.dead and (ends is None or self._now() < ends)

    def answer(self, form: Mapping[str, str]) -> Told:
        """One request to ``/token``."""
        self.asked += 1
        if self._faults.strikes("token_unavailable"):
            return Told(status=503, body="<html>busy</html>")
        if form.get("client_id") != self._keys.app_key or (
            form.get("client_secret") != self._keys.app_secret
        ):
            return Told(status=400, body={"error": "invalid_client"})
        match form.get("grant_type"):
            case "authorization_code":
                return Told(status=200, body=self._given())
            case "refresh_token":
                return self._renewed(form.get("refresh_token", ""))
            case _:
                return Told(status=400, body={"error": "unsupported_grant_type"})

    def _renewed(self, token: str) -> Told:
        before = self._session_of(token)
        if before is None or token in self.dead or self._faults.strikes("token_refused"):
            return Told(status=400, body={"error": "invalid_grant"})
        if self._faults.strikes("token_once"):
            self.dead |= {token, before}
        given = self._given()
        if self._faults.strikes("token_garbled"):
            return Told(status=200, body="<html>ok</html>")
        return Told(status=200, body=given, dropped=self._faults.strikes("token_lost"))

    def _session_of(self, token: str) -> str | None:
        if token == self._keys.refresh_token:
            return self._keys.session
        session = token.removeprefix("refresh-")
        return session if session in self._ends else None

    def _given(self) -> Mapping[str, object]:
        now, life = self._now(), int(self.life.total_seconds())
        session = f"mock-session-{milliseconds(now)}-{len(self._ends)}"
        self._ends[session] = now + self.life
        self._add(session)
        last = self._faults.strikes("token_last")
        return {
            "access_token": session,
            "token_type": "Bearer",
            "expires_in": life,
            "refresh_token": "" if last else f"refresh-{session}",
            "re_expires_in": 0 if last else life,
            **{
                f"{name}_expires_in": int(left.total_seconds())
                for name, left in self.levels.items()
            },
            "expire_time": int(milliseconds(now + self.life)),
            "taobao_user_id": "123456789",
            "taobao_user_nick": "%E6%A8%A1%E6%8B%9F",
            "taobao_open_uid": "AAGmockshop",
        }


def token_routes(tokens: Tokens) -> list[web.RouteDef]:
    """Where sessions are given and renewed."""

    async def token(request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        told = tokens.answer(form)
        if told.dropped and request.transport is not None:
            request.transport.abort()
        if isinstance(told.body, str):
            return web.Response(status=told.status, text=told.body, content_type="text/html")
        return web.json_response(dict(told.body), status=told.status)

    return [web.post(PATH, token)]
