"""Who may use the service: people, API tokens, sessions. Secrets are kept as digests only."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from responder.store import keys
from responder.store.codec import dump
from responder.store.database import Database
from responder.store.times import maybe, ms

FAILURES_KEPT = timedelta(minutes=15)


class Role(StrEnum):
    TRAINEE = "trainee"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    name: str
    role: Role
    password: str  # argon2 hash; "" where a password does not open the door


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCard:
    """What may be shown of an API token."""

    id: str  # the beginning of its digest
    name: str
    role: Role
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    name: str
    role: Role
    csrf: str


def digest(secret: str) -> str:
    """What is stored of a token. It is random and long, so a plain hash suffices."""
    return sha256(secret.encode()).hexdigest()


class Users:
    """The books of who may do what."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._redis = database.redis
        self._clock = database.clock

    async def put(self, user: User) -> None:
        """Add a user, or change one."""
        entry = dump({"role": user.role, "password": user.password})
        await self._redis.hset(keys.USERS, user.name, entry)

    async def get(self, name: str) -> User | None:
        text = await self._database.field(keys.USERS, name)
        return _user(name, text) if text else None

    async def all(self) -> list[User]:
        rows = await self._database.hash(keys.USERS)
        return [_user(name, text) for name, text in sorted(rows.items())]

    async def remove(self, name: str) -> bool:
        """Take a user out, with their tokens; their sessions end at once."""
        for card in await self.tokens():
            if card.name == name:
                await self.remove_token(card.id)
        return bool(await self._redis.hdel(keys.USERS, name))

    async def tokens(self) -> list[TokenCard]:
        """All API tokens, without what opens the door."""
        rows = await self._database.hash(keys.TOKENS)
        return [_card(name, text) for name, text in sorted(rows.items())]

    async def remove_token(self, token_id: str) -> bool:
        """Revoke the token whose id ``tokens`` shows; False when there is none."""
        rows = await self._database.hash(keys.TOKENS)
        found = [name for name in rows if name.startswith(token_id)]
        return len(found) == 1 and bool(await self._redis.hdel(keys.TOKENS, *found))

    async def put_token(
        self, secret: str, name: str, role: Role, expires_at: datetime | None
    ) -> None:
        entry = {"name": name, "role": role, "expires_at": ms(expires_at) if expires_at else None}
        await self._redis.hset(keys.TOKENS, digest(secret), dump(entry))

    async def token(self, secret: str) -> Session | None:
        """Who a token speaks for; None for one that is unknown or has expired."""
        text = await self._database.field(keys.TOKENS, digest(secret))
        if not text:
            return None
        raw = json.loads(text)
        expires_at = maybe(raw["expires_at"])
        if expires_at is not None and expires_at <= self._clock.now():
            await self._redis.hdel(keys.TOKENS, digest(secret))
            return None
        return Session(name=raw["name"], role=Role(raw["role"]), csrf="")

    async def open_session(self, secret: str, session: Session, lasts: timedelta) -> None:
        user = await self.get(session.name)
        key = digest(user.password) if user else ""
        entry = dump({"name": session.name, "csrf": session.csrf, "key": key})
        await self._redis.set(keys.session(digest(secret)), entry, ex=lasts)

    async def session(self, secret: str) -> Session | None:
        """Whose session it is, with the role they have now; none after a new password."""
        text = await self._redis.get(keys.session(digest(secret)))
        if not text:
            return None
        raw = json.loads(text)
        user = await self.get(raw["name"])
        if user is None or digest(user.password) != raw["key"]:
            return None
        return Session(name=user.name, role=user.role, csrf=raw["csrf"])

    async def close_session(self, secret: str) -> None:
        await self._redis.delete(keys.session(digest(secret)))

    async def login_failed(self, name: str) -> int:
        """Count a wrong password; returns how many within the last minutes."""
        key = f"{keys.FAILED_LOGINS}:{digest(name)}"
        count = int(await self._redis.incr(key))
        await self._redis.expire(key, FAILURES_KEPT)
        return count

    async def failed_logins(self, name: str) -> int:
        return int(await self._redis.get(f"{keys.FAILED_LOGINS}:{digest(name)}") or 0)

    async def login_worked(self, name: str) -> None:
        await self._redis.delete(f"{keys.FAILED_LOGINS}:{digest(name)}")


def _card(name: str, text: str) -> TokenCard:
    raw = json.loads(text)
    return TokenCard(
        id=name[:12], name=raw["name"], role=Role(raw["role"]), expires_at=maybe(raw["expires_at"])
    )


def _user(name: str, text: str) -> User:
    raw = json.loads(text)
    return User(name=name, role=Role(raw["role"]), password=raw["password"])
