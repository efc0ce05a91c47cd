"""Signed calls to the mock's gateway, as any client of TOP makes them."""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from connectors.taobao.mock import TaobaoMock
from connectors.top import wire
from connectors.top.sign import SignMethod, sign
from responder.testing import FakeClock


def signed(mock: TaobaoMock, clock: FakeClock, method: str, **params: str) -> dict[str, str]:
    call = wire.Call(method=method, params=params)
    return wire.parameters(call, mock.account(), clock.now())


def resigned(params: Mapping[str, str], **changed: str) -> dict[str, str]:
    """``params`` with changes, and a signature that fits them."""
    told = {name: value for name, value in {**params, **changed}.items() if value}
    told["sign"] = sign(told, "helloworld", SignMethod(told.get("sign_method", "md5")))
    return told


async def ask(http: aiohttp.ClientSession, mock: TaobaoMock, params: dict[str, str]) -> Any:
    async with http.post(f"{mock.url}/router/rest", data=params) as answer:
        assert answer.status == 200
        return json.loads(await answer.read())


async def code(http: aiohttp.ClientSession, mock: TaobaoMock, params: dict[str, str]) -> int:
    told = await ask(http, mock, params)
    error = told["error_response"]
    assert error["request_id"]
    number: int = error["code"]
    return number
