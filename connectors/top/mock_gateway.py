"""A mock's ``/router/rest``: lets a request in as TOP does, or refuses it as TOP does."""

import hmac
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from connectors.budget import NO_WAIT, Rate, take
from connectors.faults import Faults
from connectors.top.mock_answers import Answer, Manner, outer_name, write
from connectors.top.sign import SignMethod, sign
from connectors.top.values import GMT8

CLOCK_TOLERANCE = timedelta(minutes=10)
STAMP = re.compile(r"[0-9]{4}(-[0-9]{2}){2} [0-9]{2}(:[0-9]{2}){2}")
BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body>tengine</body></html>"
GATEWAY_FAULTS: Final = {
    # the request is refused, nothing is done
    "code_7_ban": 0.0,  # "This ban will last for N more seconds"
    "bad_signature": 0.0,  # code 25 for a good signature
    "session_expired": 0.0,  # code 27
    "write_level_lapsed": 0.0,  # code 27 for what acts; reading still works
    "permission_missing": 0.0,  # code 11
    "clock_skew": 0.0,  # code 31: TOP's clock and ours are too far apart
    "platform_closed": 0.0,  # code 10, as in big promotions
    "http_502_html": 0.0,
    "text_refused": 0.0,  # an answer within the limits is refused all the same (C25)
    # a write is done, its answer is lost
    "isp_timeout_after_store": 0.0,  # code 15, isp.top-remote-connection-timeout
    "drop_after_store": 0.0,  # the connection is closed before the answer
    # the answer is written oddly
    "xml_instead_of_json": 0.0,
    "single_as_object": 0.0,
    "numbers_as_strings": 0.0,
    "trailing_comment": 0.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The one app and shop that the mock knows."""

    app_key: str = "12345678"
    app_secret: str = "helloworld"  # noqa: S105 - of the mock; the secret of TOP's own example
    session: str = "mock-session"
    refresh_token: str = "mock-refresh"  # noqa: S105 - of the mock


class Refusal(Exception):
    """An ``error_response``: code, TOP's word for it, and the sub code."""

    def __init__(self, code: int, msg: str, sub_code: str = "", sub_msg: str = "") -> None:
        super().__init__(f"{code} {sub_code}")
        self.answer: Answer = {
            "code": code,
            "msg": msg,
            "sub_code": sub_code or None,
            "sub_msg": sub_msg or None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that was let in."""

    params: Mapping[str, str]
    image: bytes | None
    now: datetime

    def required(self, name: str) -> str:
        value = self.params.get(name, "")
        if not value:
            raise Refusal(40, "Missing required arguments", f"isv.missing-parameter:{name}")
        return value

    def integer(self, name: str, default: int, most: int) -> int:
        value = self.params.get(name, "") or str(default)
        if not value.isdecimal() or not 1 <= int(value) <= most:
            raise Refusal(41, "Invalid arguments", f"isv.invalid-parameter:{name}")
        return int(value)

    def moment(self, name: str) -> datetime:
        try:
            told = datetime.fromisoformat(self.required(name))
        except ValueError:
            raise Refusal(41, "Invalid arguments", f"isv.invalid-parameter:{name}") from None
        return told.replace(tzinfo=GMT8)


Method = Callable[[Asked], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An answer as bytes. ``dropped``: the connection closes and the caller never sees it."""

    status: int
    content_type: str
    body: bytes
    dropped: bool = False


_KINDS = {one.value: one for one in SignMethod}


class TopGateway:
    """TOP's door before ``methods``, of which ``writes`` act.

    ``faults`` knows at least ``GATEWAY_FAULTS``; ``is_session`` tells which sessions are
    good (None: that of ``keys``); ``daily_quota`` is the number of calls a day in GMT+8, and
    ``rate`` how fast they may come. ``asked`` counts calls, ``limited`` those that were too many.
    """

    def __init__(
        self,
        methods: Mapping[str, Method],
        faults: Faults,
        keys: Keys,
        *,
        writes: Collection[str],
        now: Callable[[], datetime],
        dice: Random,
        daily_quota: int | None = None,
        rate: Rate | None = None,
        is_session: Callable[[str], bool] | None = None,
    ) -> None:
        self._methods = methods
        self._writes = writes
        self._faults = faults
        self._keys = keys
        self._now = now
        self._dice = dice
        self._is_session = is_session or keys.session.__eq__
        self.daily_quota = daily_quota
        self._rate = rate
        self._full_at: datetime | None = None
        self._calls: dict[str, int] = {}  # by day in GMT+8
        self.asked = 0
        self.limited = 0
        self.forbidden: set[str] = set()  # methods that the app was not granted

    def answer(self, params: Mapping[str, str], image: bytes | None) -> Written:
        """The answer to one request: status 200 for good and bad, as TOP does."""
        self.asked += 1
        if self._faults.strikes("http_502_html"):
            return Written(status=502, content_type="text/html", body=BAD_GATEWAY)
        how = manner(
            self._faults,
            xml=params.get("format") != "json",
            simplify=params.get("simplify") == "true",
        )
        method = params.get("method", "")
        dropped = False
        try:
            self._let_in(params)
            self._read(method)
            told = self._methods[method](Asked(params=params, image=image, now=self._now()))
            if method in self._writes:
                self._lose()
                dropped = self._faults.strikes("drop_after_store")
        except Refusal as refusal:
            return self._written("error_response", refusal.answer, how)
        return self._written(outer_name(method), told, how, dropped=dropped)

    def _read(self, method: str) -> None:
        if method in self._writes and self._faults.strikes("text_refused"):
            raise Refusal(41, "Invalid arguments", "isv.invalid-parameter:content")

    def _lose(self) -> None:
        if self._faults.strikes("isp_timeout_after_store"):
            sub_code = "isp.top-remote-connection-timeout"
            raise Refusal(15, "Remote service error", sub_code, "服务超时")

    def _written(self, name: str, told: Answer, how: Manner, *, dropped: bool = False) -> Written:
        body = write(name, {**told, "request_id": f"mock{self.asked:010d}"}, how)
        return Written(status=200, content_type=how.content_type, body=body, dropped=dropped)

    def _let_in(self, params: Mapping[str, str]) -> None:
        self._check_limits()
        if not params.get("method"):
            raise Refusal(21, "Missing method")
        if params["method"] not in self._methods:
            raise Refusal(22, "Invalid method")
        if params.get("v") != "2.0":
            raise Refusal(33, "Invalid version")
        self._check_app(params)
        self._check_time(params)
        self._check_signature(params)
        self._check_session(params)

    def _check_limits(self) -> None:
        if self._faults.strikes("code_7_ban"):
            raise _ban("accesscontrol.limited-by-api-access-count", self._dice.randint(1, 71))
        if self._faults.strikes("platform_closed"):
            sub_code = "isp.top-remote-service-unavailable"
            raise Refusal(10, "Service Currently Unavailable", sub_code)
        now = self._now().astimezone(GMT8)
        day = now.date().isoformat()
        self._calls = {day: self._calls.get(day, 0) + 1}
        if self.daily_quota is not None and self._calls[day] > self.daily_quota:
            turn = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
            seconds = (turn - now) // timedelta(seconds=1) + 1
            self.limited += 1
            raise _ban("accesscontrol.limited-by-app-access-count", seconds)
        self._check_rate(now)

    def _check_rate(self, now: datetime) -> None:
        if self._rate is None:
            return
        self._full_at, wait = take(self._full_at, self._rate, now)
        if wait > NO_WAIT:
            self.limited += 1
            seconds = wait // timedelta(seconds=1) + 1
            raise _ban("accesscontrol.limited-by-app-api-access-count", seconds)

    def _check_app(self, params: Mapping[str, str]) -> None:
        if not params.get("app_key"):
            raise Refusal(28, "Missing app key")
        if params["app_key"] != self._keys.app_key:
            raise Refusal(29, "Invalid app key")

    def _check_time(self, params: Mapping[str, str]) -> None:
        if not params.get("timestamp"):
            raise Refusal(30, "Missing timestamp")
        try:
            told = _moment(params["timestamp"])
        except ValueError:
            raise Refusal(31, "Invalid timestamp") from None
        apart = abs(told.replace(tzinfo=GMT8) - self._now())
        if apart > CLOCK_TOLERANCE or self._faults.strikes("clock_skew"):
            raise Refusal(31, "Invalid timestamp")

    def _check_signature(self, params: Mapping[str, str]) -> None:
        if not params.get("sign"):
            raise Refusal(24, "Missing signature")
        kind = _KINDS.get(params.get("sign_method", ""))
        if kind is None or self._faults.strikes("bad_signature"):
            raise Refusal(25, "Invalid signature")
        right = sign(params, self._keys.app_secret, kind)
        if not hmac.compare_digest(right.encode(), params["sign"].encode()):
            raise Refusal(25, "Invalid signature")

    def _check_session(self, params: Mapping[str, str]) -> None:
        if not params.get("session"):
            raise Refusal(26, "Missing session")
        session = params["session"]
        good = self._is_session(session)
        if not good or self._faults.strikes("session_expired"):
            raise Refusal(27, "Invalid session", "session-expired", "SessionKey非法")
        if params["method"] in self._writes and self._faults.strikes("write_level_lapsed"):
            raise Refusal(27, "Invalid session", "session-expired", "SessionKey非法")
        if params["method"] in self.forbidden or self._faults.strikes("permission_missing"):
            sub_code = "isv.permission-api-package-limit"
            raise Refusal(11, "Insufficient isv permissions", sub_code)


def manner(faults: Faults, *, xml: bool, simplify: bool) -> Manner:
    """How to write the next answer, given what the caller asked for."""
    return Manner(
        xml=xml or faults.strikes("xml_instead_of_json"),
        simplify=simplify,
        single_as_object=faults.strikes("single_as_object"),
        numbers_as_strings=faults.strikes("numbers_as_strings"),
        trailing_comment=faults.strikes("trailing_comment"),
    )


def _ban(sub_code: str, seconds: int) -> Refusal:
    return Refusal(
        7, "App Call Limited", sub_code, f"This ban will last for {seconds} more seconds"
    )


def _moment(stamp: str) -> datetime:
    """As ``strptime`` reads it, at a tenth of its cost."""
    if STAMP.fullmatch(stamp) is None:
        raise ValueError(stamp)
    return datetime.fromisoformat(stamp)
