"""TOP's signature: names and values, sorted, joined and hashed with the app's secret."""

import hashlib
import hmac
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache


class SignMethod(StrEnum):
    MD5 = "md5"
    HMAC = "hmac"  # HMAC-MD5
    HMAC_SHA256 = "hmac-sha256"


def sign(params: Mapping[str, str], secret: str, method: SignMethod) -> str:
    """The signature of ``params`` in upper-case hex.

    Every parameter takes part, ``session`` and ``sign_method`` too, except
    ``sign`` itself, empty values and files (which are not among ``params``).
    Values go in raw, never URL-encoded. Source: protocols B1, vectors V1-V6.
    """
    base = "".join(
        name + params[name] for name in sorted(params) if name != "sign" and params[name]
    )
    data, key = base.encode("utf-8", "replace"), secret.encode()
    if method is SignMethod.MD5:
        # TOP's own choice, not ours: prefer hmac-sha256 where the account allows it.
        return hashlib.md5(key + data + key, usedforsecurity=False).hexdigest().upper()
    signature = _keyed(key, "md5" if method is SignMethod.HMAC else "sha256").copy()
    signature.update(data)
    return signature.hexdigest().upper()


@lru_cache(maxsize=64)
def _keyed(key: bytes, name: str) -> hmac.HMAC:
    """What all signatures with a secret begin with; each request has one."""
    return hmac.new(key, digestmod=name)
