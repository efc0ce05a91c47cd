"""Codes that change every half minute, as apps make them (RFC 6238, SHA-1, six digits)."""

import base64
import hmac
import secrets
import struct
from datetime import datetime, timedelta
from urllib.parse import quote

STEP = timedelta(seconds=30)
DRIFT = 1  # steps that a telephone's clock may be off, either way


def new_secret() -> str:
    """160 bits, as apps take them: base32 without padding."""
    return base64.b32encode(secrets.token_bytes(20)).decode().rstrip("=")


def address(secret: str, name: str) -> str:
    """What an app reads from a link or a QR code."""
    label = quote(f"marketplace-responder:{name}")
    return f"otpauth://totp/{label}?secret={secret}&issuer=marketplace-responder"


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // int(STEP.total_seconds())


def code(secret: str, step: int) -> str:
    """The six digits of a step. ``ValueError`` for what is no base32."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    digest = hmac.digest(key, struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 0x0F
    (number,) = struct.unpack(">I", digest[offset : offset + 4])
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


def matching_step(secret: str, typed: str, now: datetime) -> int | None:
    """The step whose code ``typed`` is, now or a step away; None when it is none of them."""
    digits = "".join(typed.split())
    current = step_at(now)
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(code(secret, step).encode(), digits.encode("utf-8", "replace")):
            return step
    return None
