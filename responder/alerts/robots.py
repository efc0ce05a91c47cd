"""The group robots of DingTalk, WeCom and Feishu, in their published form. Pure.

They say that a message was refused with HTTP 200 and a number in the body, which
apprise takes for success, and apprise 2.2 signs for DingTalk with an encoding too
many; so these three are our own.

DingTalk: https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages
WeCom: https://developer.work.weixin.qq.com/document/path/91770
Feishu: https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
"""

import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, quote_plus, unquote, urlencode, urlsplit

DINGTALK = "https://oapi.dingtalk.com/robot/send"
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook"
LARK = "https://open.larksuite.com/open-apis/bot/v2/hook"
_SCHEMES = {
    "dingtalk": ("dingtalk", DINGTALK),
    "wecombot": ("wecom", WECOM),
    "feishu": ("feishu", FEISHU),
    "lark": ("feishu", LARK),
}
_LONGEST = {"dingtalk": 20_000, "wecom": 2_048, "feishu": 18_000}  # bytes of text


@dataclass(frozen=True, slots=True)
class Robot:
    """A robot of a group. ``secret`` is for those that want their messages signed."""

    service: str
    endpoint: str
    token: str = field(repr=False)
    secret: str = field(default="", repr=False)


def robot_of(url: str) -> Robot | None:
    """The robot that ``url`` names; None where it names none.

    apprise's forms (``dingtalk://SECRET@TOKEN``, ``wecombot://KEY``,
    ``feishu://SECRET@TOKEN``, ``lark://…``) or the address as the service shows it,
    with ``&secret=…`` where messages are to be signed. ``?endpoint=`` names a relay
    of one's own in front of the service.
    """
    parts = urlsplit(url)
    given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme in _SCHEMES:
        service, endpoint = _SCHEMES[parts.scheme]
        user, _, host = parts.netloc.rpartition("@")
        token, secret = unquote(host), unquote(user)
    elif parts.scheme == "https":
        service, endpoint, token = _pasted(url, given)
        secret = ""
    else:
        return None
    if not service or not _plain(token):
        return None
    relay = given.get("endpoint", "").rstrip("/")
    return Robot(service, relay or endpoint, token, given.get("secret", secret))


def _pasted(url: str, given: Mapping[str, str]) -> tuple[str, str, str]:
    bare = url.split("?", 1)[0].rstrip("/")
    if bare == DINGTALK:
        return "dingtalk", DINGTALK, given.get("access_token", "")
    if bare == WECOM:
        return "wecom", WECOM, given.get("key", "")
    for endpoint in (FEISHU, LARK):
        if bare.startswith(f"{endpoint}/"):
            return "feishu", endpoint, bare.removeprefix(f"{endpoint}/")
    return "", "", ""


def _plain(token: str) -> bool:
    return bool(token) and token.isascii() and token.replace("-", "").replace("_", "").isalnum()


def request(robot: Robot, text: str, now: datetime) -> tuple[str, Mapping[str, Any]]:
    """The address and the JSON of a message."""
    text = _cut(text, _LONGEST[robot.service])
    match robot.service:
        case "dingtalk":
            query = {"access_token": robot.token}
            if robot.secret:
                at = str(int(now.timestamp() * 1000))
                query |= {"timestamp": at, "sign": _dingtalk_sign(robot.secret, at)}
            body: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
            return f"{robot.endpoint}?{urlencode(query, quote_via=quote_plus)}", body
        case "wecom":
            body = {"msgtype": "text", "text": {"content": text}}
            return f"{robot.endpoint}?{urlencode({'key': robot.token})}", body
        case _:
            body = {"msg_type": "text", "content": {"text": text}}
            if robot.secret:
                at = str(int(now.timestamp()))
                body |= {"timestamp": at, "sign": _feishu_sign(robot.secret, at)}
            return f"{robot.endpoint}/{robot.token}", body


def refusal(status: int, body: bytes) -> str:
    """Why a robot's service did not take the message; "" when it did."""
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return f"HTTP {status}, and no answer of a robot"
    for number, words in (("errcode", "errmsg"), ("code", "msg"), ("StatusCode", "StatusMessage")):
        if number in said:
            taken = status == 200 and said[number] == 0
            return "" if taken else f"{number} {said[number]}: {str(said.get(words, ''))[:200]}"
    return f"HTTP {status}, and no answer of a robot"


def _dingtalk_sign(secret: str, at: str) -> str:
    words = f"{at}\n{secret}".encode()
    return b64encode(hmac.new(secret.encode(), words, sha256).digest()).decode()


def _feishu_sign(secret: str, at: str) -> str:
    key = f"{at}\n{secret}".encode()
    return b64encode(hmac.new(key, b"", sha256).digest()).decode()


def _cut(text: str, most: int) -> str:
    """At most so many bytes of ``text``; the last line, which has the link, is kept."""
    if len(text.encode()) <= most:
        return text
    head, _, last = text.rpartition("\n")
    room = most - len(last.encode()) - len("…\n".encode())
    return head.encode()[: max(room, 0)].decode(errors="ignore") + "…\n" + last
