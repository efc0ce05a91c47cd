"""A mail provider's tokens in a box: its token URL, and what its servers say of a token."""

import re
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult
from pysasl import SASLAuth
from pysasl.creds.server import ServerCredentials
from pysasl.mechanism import ChallengeResponse, ServerChallenge, ServerMechanism
from pysasl.mechanism.login import LoginMechanism
from pysasl.mechanism.plain import PlainMechanism

from connectors.faults import Faults
from connectors.mail.tokens import OAuth
from connectors.mail.wire.oauth import MECHANISM

PATH: Final = "/oauth/token"
CLIENT_ID: Final = "mock-client"
CLIENT_SECRET: Final = "mock-client-secret"  # noqa: S105 - a mock's
REFRESH_TOKEN: Final = "mock-refresh"  # noqa: S105
LIFE: Final = timedelta(hours=1)
OAUTH_FAULTS: Final = {
    "oauth_refused": 0.0,  # invalid_grant: somebody has revoked what was granted
    "oauth_unavailable": 0.0,  # 503 with a page of HTML
    "oauth_garbled": 0.0,  # renewed, and the answer says nothing
    "oauth_lost": 0.0,  # renewed, and the connection closes before the answer
    "oauth_once": 0.0,  # a refresh token works once; the answer brings the next
    "oauth_token_dead": 0.0,  # a mail server refuses a token before its end
}
# As Google words it; Microsoft says no without a challenge.
CHALLENGE: Final = b'{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}'
_SHOWN: Final = re.compile(rb"user=([^\x01]*)\x01auth=Bearer ([^\x01]*)\x01\x01")


class Provider:
    """Gives access tokens for ``username``. ``asked`` counts requests; ``dead`` ended early."""

    def __init__(
        self, faults: Faults, now: Callable[[], datetime], username: str, seed: int = 0
    ) -> None:
        self._faults = faults
        self._now = now
        self._username = username
        self._dice = Random(seed)  # noqa: S311 - a mock's tokens
        self._ends: dict[str, datetime] = {}
        self._refresh_tokens = {REFRESH_TOKEN}
        self.life = LIFE
        self.client_secret: str | None = CLIENT_SECRET  # None: a public client has none
        self.asked = 0
        self.dead: set[str] = set()

    def config(self, url: str) -> OAuth:
        """What an account needs to know to get tokens here; ``url`` is the root of the mock."""
        return OAuth(
            token_url=f"{url}{PATH}",
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            refresh_token=REFRESH_TOKEN,
        )

    def lets_in(self, shown: bytes) -> bool:
        """Whether a client may log in that shows this."""
        found = _SHOWN.fullmatch(shown)
        if found is None or found[1].decode("utf-8", "replace") != self._username:
            return False
        token = found[2].decode("ascii", "replace")
        if self._faults.strikes("oauth_token_dead"):
            self.dead.add(token)
        return token not in self.dead and self._now() < self._ends.get(token, self._now())

    def answer(self, form: Mapping[str, str]) -> tuple[int, Mapping[str, Any] | str]:
        """Status and body for one request at the token URL."""
        self.asked += 1
        if self._faults.strikes("oauth_unavailable"):
            return 503, "<html>busy</html>"
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, self.client_secret):
            return 401, {"error": "invalid_client"}
        if form.get("grant_type") != "refresh_token":
            return 400, {"error": "unsupported_grant_type"}
        token = form.get("refresh_token", "")
        if token not in self._refresh_tokens or self._faults.strikes("oauth_refused"):
            said = "Token has been expired or revoked."
            return 400, {"error": "invalid_grant", "error_description": said}
        given = self._given(token)
        return 200, "<html>ok</html>" if self._faults.strikes("oauth_garbled") else given

    def _given(self, used: str) -> Mapping[str, Any]:
        access = f"mock-access-{self._dice.getrandbits(64):016x}"
        self._ends[access] = self._now() + self.life
        told = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": int(self.life.total_seconds()),
            "scope": "https://mail.google.com/",
        }
        if not self._faults.strikes("oauth_once"):
            return told
        following = f"mock-refresh-{self._dice.getrandbits(64):016x}"
        self._refresh_tokens = self._refresh_tokens - {used} | {following}
        return {**told, "refresh_token": following}

    def routes(self) -> list[web.RouteDef]:
        """The token URL."""

        async def token(request: web.Request) -> web.StreamResponse:
            form = {name: str(value) for name, value in (await request.post()).items()}
            status, body = self.answer(form)
            if self._faults.strikes("oauth_lost") and request.transport is not None:
                request.transport.abort()
            if isinstance(body, str):
                return web.Response(status=status, text=body, content_type="text/html")
            return web.json_response(dict(body), status=status)

        return [web.post(PATH, token)]

    def mechanisms(self) -> SASLAuth:
        """What an IMAP server offers: the usual passwords, and tokens."""
        return SASLAuth([PlainMechanism(), LoginMechanism(), _XOAuth2(self.lets_in)])

    async def smtp_login(self, server: SMTP, arguments: list[str]) -> AuthResult:
        """``AUTH XOAUTH2`` of an SMTP server."""
        shown = _decoded(arguments[1]) if len(arguments) > 1 else await server.challenge_auth("")
        if isinstance(shown, bytes) and self.lets_in(shown):
            return AuthResult(success=True)
        heard = await server.challenge_auth(CHALLENGE.decode())
        said = None if heard == b"" else "501 5.5.4 a refused token is answered with nothing"
        return AuthResult(success=False, handled=False, message=said)


def _decoded(argument: str) -> bytes:
    try:
        return b64decode(argument, validate=True)
    except ValueError:
        return b""


class _Shown(ServerCredentials):
    """A token that was looked at already."""

    def __init__(self, username: str, *, good: bool) -> None:
        self._username = username
        self._good = good

    @property
    def authcid(self) -> str:
        return self._username

    @property
    def authzid(self) -> str:
        return self._username

    def verify(self, identity: object) -> bool:  # noqa: ARG002 - the library's
        return self._good


class _XOAuth2(ServerMechanism):
    """The library's own mechanism sends no challenge where it refuses a token."""

    def __init__(self, lets_in: Callable[[bytes], bool]) -> None:
        super().__init__(MECHANISM.encode())
        self._lets_in = lets_in

    def server_attempt(
        self, responses: Sequence[ChallengeResponse]
    ) -> tuple[ServerCredentials, None]:
        if not responses:
            raise ServerChallenge(b"")
        shown = responses[0].response
        good = len(responses) == 1 and self._lets_in(shown)
        if not good and len(responses) == 1:
            raise ServerChallenge(CHALLENGE)
        found = _SHOWN.fullmatch(shown)
        return _Shown(found[1].decode("utf-8", "replace") if found else "", good=good), None
