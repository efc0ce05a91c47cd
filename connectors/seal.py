"""What is kept of a session, sealed under a secret of the account: a copy of the store opens none.

2026-11-22 Fernet of the package cryptography (AES in CBC mode, with a tag): sealing is outside of
what this project is for, and its makers look after it better than we would after our own.
"""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_USE = b"marketplace-responder session"  # a key for this alone


def seal(text: str, secret: str) -> str:
    """``text``, readable with ``secret`` alone; another one each time."""
    return _box(secret).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, secret: str) -> str:
    """What was sealed. ``ValueError`` where it was sealed under another secret, or was changed."""
    try:
        return _box(secret).decrypt(sealed).decode()
    except InvalidToken:
        raise ValueError("sealed under another secret, or changed") from None


@lru_cache(maxsize=64)
def _box(secret: str) -> Fernet:
    key = HKDF(SHA256(), length=32, salt=None, info=_USE).derive(secret.encode())
    return Fernet(urlsafe_b64encode(key))
