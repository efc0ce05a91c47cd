"""What is kept of a session, sealed under the app's secret: a copy of the store opens no shop.

2026-11-22 HMAC-SHA256 in counter mode, and a tag over all of it: the standard library has no
cipher, and one text of a few hundred bytes is no reason for a dependency.
"""

import hmac
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from itertools import count

NONCE, TAG = 16, 32  # bytes


def seal(text: str, secret: str, nonce: bytes) -> str:
    """``text``, readable with ``secret`` alone. ``nonce``: 16 bytes that are never used twice."""
    hidden = _mixed(text.encode(), secret, nonce)
    tag = hmac.digest(_key(secret, "tag"), nonce + hidden, "sha256")
    return b64encode(nonce + tag + hidden).decode("ascii")


def unseal(sealed: str, secret: str) -> str:
    """What was sealed. ``ValueError`` where it was sealed under another secret, or was changed."""
    try:
        raw = b64decode(sealed, validate=True)
    except (NotBase64, ValueError):
        raise ValueError("not sealed by us") from None
    nonce, tag, hidden = raw[:NONCE], raw[NONCE : NONCE + TAG], raw[NONCE + TAG :]
    right = hmac.digest(_key(secret, "tag"), nonce + hidden, "sha256")
    if not hmac.compare_digest(tag, right):
        raise ValueError("sealed under another secret, or changed")
    return _mixed(hidden, secret, nonce).decode()


def _mixed(data: bytes, secret: str, nonce: bytes) -> bytes:
    key, stream = _key(secret, "stream"), b""
    for number in count():
        if len(stream) >= len(data):
            break
        stream += hmac.digest(key, nonce + number.to_bytes(8), "sha256")
    return bytes(one ^ other for one, other in zip(data, stream, strict=False))


def _key(secret: str, use: str) -> bytes:
    return hmac.digest(secret.encode(), f"marketplace-responder session {use}".encode(), "sha256")
