"""Damaged copies of real answers and mails, the same for the same seed."""

import copy
import json
from collections.abc import Sequence
from random import Random
from typing import Any

# What parsers stumble over: structure, charsets, numbers, ids, controls, half characters.
TOKENS = (
    b"\r\n", b"\r\n\r\n", b"--", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"=?utf-8?q?=ff?=",
    b"=?x?b?", b"boundary=", b'Content-Type: multipart/mixed; boundary="b"\r\n',
    b"Content-Type: message/rfc822\r\n", b"Content-Transfer-Encoding: base64\r\n",
    b"charset=idna", b'charset="\xe2\x80\xa8"', b"Date: Fri, 99 Foo 99999 99:99:99 +9999\r\n",
    b"{", b"}", b"[", b"]", b'"', b":", b",", b"null", b"true", b"-1", b"1e999", b"NaN",
    b"99999999999999999999", b"\\ud800", b"\\u0000", b"<", b">",
    b'<!DOCTYPE a [<!ENTITY b "c">]>', b"<!--", b"]]>", b"&#0;", b"&amp;", b"error_response",
    b"_response", b"is_success", b"2026-02-30 25:61:61", b"0000-00-00", b"9999-12-31T23:59:59Z",
    b"-------------", b"Begin message", b"End message", b"111-2223334-5556667",
    b"marketplace.amazon.com",
)  # fmt: skip
MOST_EDITS = 6
# What no field expects: of another kind, too large, half a character, no character, no moment.
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 1e308, 10**40, "", " ", "a", "0", "-1", "1e999", "true", "null",
    "\ud800", "\x00", "\u2028", "9" * 5_000, "2026-02-30 25:61:61", "0000-00-00",
    [], {}, [[]], [None], [{}], {"a": 1}, "{", "[]", '{"a":',
    "9999-12-31T23:59:59Z", "https://[::1/x", "<a>", "&#0;",
)  # fmt: skip


def mutated(samples: Sequence[bytes], dice: Random) -> bytes:
    """One of ``samples`` with up to six edits."""
    data = bytearray(dice.choice(samples))
    for _ in range(dice.randint(1, MOST_EDITS)):
        _edit(data, samples, dice)
    return bytes(data)


def reshaped(samples: Sequence[bytes], dice: Random) -> bytes:
    """One of the JSON ``samples`` with up to six of its values changed: still JSON.

    Bytes that are changed blindly rarely are, and then only show that what is no JSON is refused.
    """
    try:
        told = {"": json.loads(dice.choice(samples))}
    except ValueError:
        return mutated(samples, dice)
    for _ in range(dice.randint(1, MOST_EDITS)):
        _bend(told, dice)
    return json.dumps(told[""]).encode()


def _bend(told: Any, dice: Random) -> None:
    places = _places(told)
    holder, key = dice.choice(places)
    other = dice.choice(places)
    value = holder[key]
    match dice.randrange(6):
        case 0 if key != "":
            del holder[key]
        case 1:
            holder[key] = copy.deepcopy(other[0][other[1]])
        case 2:
            holder[key] = [value] if dice.random() < 0.5 else {"a": value}
        case 3 if isinstance(value, str):
            at = dice.randrange(len(value) + 1)
            holder[key] = value[:at] + dice.choice(TOKENS).decode("latin-1") + value[at:]
        case 4 if isinstance(value, list) and value:
            holder[key] = value[0] if dice.random() < 0.5 else value * 3
        case _:
            holder[key] = dice.choice(ODD)


def inflated(samples: Sequence[bytes], dice: Random, size: int) -> bytes:
    """A mutated sample blown up to ``size`` bytes: by its own parts, by one token, at one place."""
    data = bytearray(mutated(samples, dice))
    at = dice.randrange(len(data) + 1)
    part = bytes(data[at : at + dice.choice((1, 7, 60, 900))]) or b"a"
    filling = dice.choice((part, dice.choice(TOKENS), b"a", b" ", b"\n", b"=", b"-" * 13 + b"\n"))
    data[at:at] = filling * ((size - len(data)) // len(filling) + 1)
    return bytes(data[:size])


def swollen(sample: bytes, dice: Random, size: int) -> bytes:
    """A good JSON answer of about ``size`` bytes: one of its lists, or one of its texts, grown."""
    try:
        told = json.loads(sample)
    except ValueError:
        return sample
    growing = [place for place in _places(told) if isinstance(place[0][place[1]], list | str)]
    if not growing:
        return sample
    holder, key = dice.choice(growing)
    grown = holder[key]
    once = max(len(json.dumps(grown)), 1)
    holder[key] = (grown or ["a"]) * (size // once + 1)
    return json.dumps(told).encode()


def _places(told: Any) -> list[tuple[Any, Any]]:
    """Every holder and key of what a JSON value holds, however deep."""
    keys = told.keys() if isinstance(told, dict) else range(len(told))
    found: list[tuple[Any, Any]] = []
    for key in keys if isinstance(told, dict | list) else ():
        found.append((told, key))
        if isinstance(told[key], dict | list):
            found += _places(told[key])
    return found


def _edit(data: bytearray, samples: Sequence[bytes], dice: Random) -> None:
    at = dice.randrange(len(data) + 1)
    until = min(len(data), at + dice.choice((1, 2, 5, 20, 200)))
    match dice.randrange(7):
        case 0:
            data[at:at] = dice.choice(TOKENS)
        case 1:
            data[at:until] = dice.choice(TOKENS)
        case 2:
            del data[at:until]
        case 3:
            data[at:at] = data[at:until] * dice.choice((1, 2, 40))
        case 4:
            data[at:until] = bytes(dice.getrandbits(8) for _ in range(until - at))
        case 5:
            other = dice.choice(samples)
            start = dice.randrange(len(other) + 1)
            data[at:until] = other[start : start + 200]
        case _:
            del data[at:]
