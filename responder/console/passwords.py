"""Passwords: hashed with argon2, which takes 64 MiB and a good part of a second each time."""

import asyncio
import secrets
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from responder.store.users import User

SHORTEST_PASSWORD = 10  # letters
AT_ONCE = 2  # hashes under way; whoever comes meanwhile waits for a turn

_HASHER = PasswordHasher()
_TURNS = ThreadPoolExecutor(AT_ONCE, "passwords")


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


async def hashed(password: str) -> str:
    """As ``hash_password``, beside the event loop and in turn."""
    return await asyncio.get_running_loop().run_in_executor(_TURNS, hash_password, password)


async def password_is_right(user: User | None, password: str) -> bool:
    """Whether it is that user's; for nobody it is wrong after as long a time.

    However many names are guessed, whoever is known waits for nobody's turn.
    """
    if user is None:
        return await asyncio.shield(asyncio.wrap_future(_NOBODYS.look(password)))
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_TURNS, _verify, user.password, password)


class _Nobodys:
    """Looks at passwords of nobody, one at a time; those that come meanwhile share the next."""

    def __init__(self) -> None:
        self._turn = ThreadPoolExecutor(1, "nobodys-passwords")
        self._next: Future[bool] | None = None

    def look(self, password: str) -> Future[bool]:
        look = self._next
        if look is None or look.running() or look.done():
            self._next = look = self._turn.submit(_verify, "", password)
        return look


_NOBODYS = _Nobodys()


def _verify(known: str, password: str) -> bool:
    try:
        return _HASHER.verify(known or _nobody(), password)
    except (Argon2Error, InvalidHashError):  # InvalidHashError is none of argon2's own errors
        return False


@cache
def _nobody() -> str:
    """A hash that no password fits, so that an unknown name takes as long as a known one."""
    return _HASHER.hash(secrets.token_urlsafe(32))
