"""The mock's ``/router/rest``: lets a request in as TOP does, or refuses it as TOP does."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from connectors.faults import Faults
from connectors.taobao import mock_methods as methods
from connectors.taobao import mock_trades as trades
from connectors.taobao.mock_answers import Answer, Manner, outer_name, write
from connectors.taobao.mock_books import Books
from connectors.taobao.mock_faults import manner
from connectors.taobao.mock_methods import Asked, Method, Refusal
from connectors.taobao.sign import SignMethod, sign
from connectors.taobao.values import GMT8

CLOCK_TOLERANCE = timedelta(minutes=10)
METHODS: Mapping[str, Method] = {
    "taobao.tmc.messages.consume": methods.tmc_consume,
    "taobao.tmc.messages.confirm": methods.tmc_confirm,
    "taobao.tmc.queue.get": methods.tmc_queue,
    "taobao.tmc.user.permit": methods.tmc_permit,
    "taobao.tmc.user.get": methods.tmc_user,
    "taobao.tmc.group.add": methods.tmc_group_add,
    "taobao.refund.messages.get": methods.refund_messages,
    "taobao.refund.message.add": methods.refund_message_add,
    "taobao.refund.get": methods.refund_get,
    "taobao.refunds.receive.get": methods.refunds_receive,
    "taobao.trade.fullinfo.get": trades.fullinfo,
    "taobao.trades.sold.increment.get": trades.increment,
    "taobao.trade.memo.add": trades.memo_add,
    "taobao.trade.memo.update": trades.memo_update,
    "responder.chat.messages.get": methods.chat_messages,
    "responder.chat.message.send": methods.chat_send,
}
WRITES = frozenset(
    {
        "taobao.refund.message.add",
        "taobao.trade.memo.add",
        "taobao.trade.memo.update",
        "responder.chat.message.send",
    }
)
BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body>tengine</body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The one app and shop that the mock knows."""

    app_key: str = "12345678"
    app_secret: str = "helloworld"  # noqa: S105 - of the mock; the secret of TOP's own example
    session: str = "mock-session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An answer as bytes. ``dropped``: the connection closes and the caller never sees it."""

    status: int
    content_type: str
    body: bytes
    dropped: bool = False


class Gateway:
    def __init__(
        self,
        books: Books,
        faults: Faults,
        keys: Keys,
        *,
        now: Callable[[], datetime],
        dice: Random,
        daily_quota: int | None,
    ) -> None:
        self._books = books
        self._faults = faults
        self._keys = keys
        self._now = now
        self._dice = dice
        self.daily_quota = daily_quota
        self._calls: dict[str, int] = {}  # by day in GMT+8
        self._asked = 0

    def answer(self, params: Mapping[str, str], image: bytes | None) -> Written:
        """The answer to one request: status 200 for good and bad, as TOP does."""
        self._asked += 1
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
            asked = Asked(params=params, image=image, now=self._now())
            told = METHODS[method](self._books, self._faults, asked)
            if method in WRITES:
                self._lose()
                dropped = self._faults.strikes("drop_after_store")
        except Refusal as refusal:
            return self._written("error_response", refusal.answer, how)
        return self._written(outer_name(method), told, how, dropped=dropped)

    def _lose(self) -> None:
        if self._faults.strikes("isp_timeout_after_store"):
            sub_code = "isp.top-remote-connection-timeout"
            raise Refusal(15, "Remote service error", sub_code, "服务超时")

    def _written(self, name: str, told: Answer, how: Manner, *, dropped: bool = False) -> Written:
        body = write(name, {**told, "request_id": f"mock{self._asked:010d}"}, how)
        return Written(status=200, content_type=how.content_type, body=body, dropped=dropped)

    def _let_in(self, params: Mapping[str, str]) -> None:
        self._check_limits()
        if not params.get("method"):
            raise Refusal(21, "Missing method")
        if params["method"] not in METHODS:
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
        now = self._now().astimezone(GMT8)
        day = f"{now:%Y-%m-%d}"
        self._calls = {day: self._calls.get(day, 0) + 1}
        if self.daily_quota is not None and self._calls[day] > self.daily_quota:
            turn = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
            seconds = (turn - now) // timedelta(seconds=1) + 1
            raise _ban("accesscontrol.limited-by-app-access-count", seconds)

    def _check_app(self, params: Mapping[str, str]) -> None:
        if not params.get("app_key"):
            raise Refusal(28, "Missing app key")
        if params["app_key"] != self._keys.app_key:
            raise Refusal(29, "Invalid app key")

    def _check_time(self, params: Mapping[str, str]) -> None:
        if not params.get("timestamp"):
            raise Refusal(30, "Missing timestamp")
        try:
            told = datetime.strptime(params["timestamp"], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007
        except ValueError:
            raise Refusal(31, "Invalid timestamp") from None
        if abs(told.replace(tzinfo=GMT8) - self._now()) > CLOCK_TOLERANCE:
            raise Refusal(31, "Invalid timestamp")

    def _check_signature(self, params: Mapping[str, str]) -> None:
        if not params.get("sign"):
            raise Refusal(24, "Missing signature")
        known = {one.value: one for one in SignMethod}
        kind = known.get(params.get("sign_method", ""))
        if kind is None or self._faults.strikes("bad_signature"):
            raise Refusal(25, "Invalid signature")
        right = sign(params, self._keys.app_secret, kind)
        if not hmac.compare_digest(right.encode(), params["sign"].encode()):
            raise Refusal(25, "Invalid signature")

    def _check_session(self, params: Mapping[str, str]) -> None:
        if not params.get("session"):
            raise Refusal(26, "Missing session")
        good = params["session"] == self._keys.session or params["session"] in self._books.sessions
        if not good or self._faults.strikes("session_expired"):
            raise Refusal(27, "Invalid session", "session-expired", "SessionKey非法")


def _ban(sub_code: str, seconds: int) -> Refusal:
    return Refusal(
        7, "App Call Limited", sub_code, f"This ban will last for {seconds} more seconds"
    )
