"""TOP's signature against vectors that were computed elsewhere."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

import connectors.taobao
from connectors.taobao.account import TopAccount
from connectors.top.sign import SignMethod, sign
from connectors.top.wire import Call, form, parameters

SAMPLES = Path(connectors.taobao.__file__).parent / "samples"
VECTORS: list[dict[str, Any]] = json.loads((SAMPLES / "signatures.json").read_text("utf-8"))
NOON_IN_CHINA = datetime(2016, 1, 1, 4, 0, 0, tzinfo=UTC)


def account(method: SignMethod) -> TopAccount:
    return TopAccount(
        app_key="12345678", app_secret="helloworld", session="test", sign_method=method
    )


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_vector_is_signed_as_top_signs_it(vector: dict[str, Any]) -> None:
    params = vector["params"]

    signed = sign(params, vector["secret"], SignMethod(params["sign_method"]))

    assert signed == vector["sign"]


def test_the_old_scheme_with_one_secret_is_not_ours() -> None:
    params = {"fields": "nick,sex", "nick": "winwindg"}

    signed = sign(params, "carver", SignMethod.MD5)

    old = hashlib.md5(b"carverfieldsnick,sexnickwinwindg").hexdigest().upper()
    assert old == "E780A69E04E438846FAF25AD28047415"
    assert signed != old


def test_empty_values_and_the_sign_itself_take_no_part() -> None:
    params = {"b": "2", "a": "1"}

    with_more = sign({**params, "empty": "", "sign": "X"}, "s", SignMethod.HMAC)

    assert with_more == sign(params, "s", SignMethod.HMAC)


def test_a_whole_request_is_vector_five_and_says_noon_in_china() -> None:
    call = Call(
        method="taobao.refund.messages.get",
        params={
            "fields": "id,content,created,owner_role",
            "refund_id": "1234567890",
            "refund_phase": "aftersale",
            "page_no": "1",
            "page_size": "40",
            "left_out": "",
        },
    )

    params = parameters(call, account(SignMethod.HMAC_SHA256), NOON_IN_CHINA)

    assert params["timestamp"] == "2016-01-01 12:00:00"
    assert params["sign"] == VECTORS[4]["sign"]
    assert "left_out" not in params


def test_a_file_is_not_signed() -> None:
    words = {"refund_id": "1234567890", "content": "亲，您好😀 100% ok&=+"}
    call = Call(method="taobao.refund.message.add", params=words, image=b"GIF89a")

    params = parameters(call, account(SignMethod.MD5), NOON_IN_CHINA)

    assert params["sign"] == VECTORS[5]["sign"]


def test_a_form_is_ascii_whatever_the_text() -> None:
    body = form({"content": "亲😀&=+ %", "half": "\ud83d"})

    assert body == b"content=%E4%BA%B2%F0%9F%98%80%26%3D%2B+%25&half=%3F"


@given(st.dictionaries(st.text(), st.text(alphabet=st.characters())))
def test_a_form_is_written_as_the_standard_library_writes_it(params: dict[str, str]) -> None:
    assert form(params) == urlencode(params, encoding="utf-8", errors="replace").encode("ascii")


def test_secrets_do_not_show_in_repr() -> None:
    shown = repr(
        TopAccount(app_key="k", app_secret="sec-ret", session="ses-sion", proxy="http://u:p@x")
    )

    assert not any(word in shown for word in ("sec-ret", "ses-sion", "u:p"))
