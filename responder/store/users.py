"""Who may use the service: people, API tokens, sessions. Secrets are kept as digests only."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from responder.domain.routing import Skills
from responder.errors import Conflict
from responder.store import keys
from responder.store.admins import OUT, admin_beside, swap
from responder.store.codec import digest, dump
from responder.store.database import Database
from responder.store.times import maybe, ms
from responder.store.tries import Tries

INVITED_FOR = timedelta(days=7)
AT_ONCE = timedelta(seconds=15)  # daemons that start in it have started together
CODE_KEPT = timedelta(minutes=5)  # longer than any code is good for


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
    totp: str = ""  # secret of the second factor (base32); "" for none
    skills: Skills = field(default_factory=Skills)


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
    second_factor: bool = False  # whether a code is asked for at the door


class Users:
    """The books of who may do what."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._redis = database.redis
        self._clock = database.clock
        self.tries = Tries(database)

    async def put(self, user: User) -> None:
        """Add a user, or put one in another's place, whatever became of them meanwhile."""
        await self._redis.hset(keys.USERS, user.name, _entry(user))

    async def change(self, name: str, how: Callable[[User], User]) -> User | None:
        """Change a user as they are now; None, and no change, for who is not there (any more).

        ``how`` is asked again where somebody else has changed them meanwhile. ``Conflict``
        where no admin would be left.
        """
        while text := await self._database.field(keys.USERS, name):
            user = how(_user(name, text))
            if await swap(self._database, name, text, _entry(user)):
                return user
        return None

    async def get(self, name: str) -> User | None:
        text = await self._database.field(keys.USERS, name)
        return _user(name, text) if text else None

    async def all(self) -> list[User]:
        rows = await self._database.hash(keys.USERS)
        return [_user(name, text) for name, text in sorted(rows.items())]

    async def remove(self, name: str) -> bool:
        """Take a user out, with their tokens and invitation; their sessions end at once.

        False where there is nothing of that name; ``Conflict`` for the last admin.
        """
        await admin_beside(self._database, name, await self._database.field(keys.USERS, name))
        cards = [card for card in await self.tokens() if card.name == name]
        for card in cards:
            await self.remove_token(card.id)
        invited = await self._redis.hdel(keys.INVITED, name)
        await self._redis.hdel(keys.PRESENT, name)
        await self._redis.hdel(keys.TURNS, name)
        while text := await self._database.field(keys.USERS, name):
            if await swap(self._database, name, text, OUT):
                return True
        return bool(invited or cards)

    async def tokens(self) -> list[TokenCard]:
        """All API tokens, without what opens the door."""
        rows = await self._database.hash(keys.TOKENS)
        return [_card(name, text) for name, text in sorted(rows.items())]

    async def remove_token(self, token_id: str) -> bool:
        """Revoke the token whose id ``tokens`` shows; False when there is none."""
        rows = await self._database.hash(keys.TOKENS)
        found = [name for name in rows if token_id and name.startswith(token_id)]
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

    async def open_session(
        self, secret: str, session: Session, lasts: timedelta, *, password: str
    ) -> None:
        """Let ``secret`` stand for a person whose ``password`` (the hash) was just proven."""
        entry = dump({"name": session.name, "csrf": session.csrf, "key": digest(password)})
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
        return Session(
            name=user.name, role=user.role, csrf=raw["csrf"], second_factor=bool(user.totp)
        )

    async def close_session(self, secret: str) -> None:
        await self._redis.delete(keys.session(digest(secret)))

    async def ask_code(self, secret: str, user: User) -> None:
        """Remember for some minutes that ``secret`` stands for a right password of ``user``."""
        await self._redis.set(keys.asked(digest(secret)), _proof(user), ex=CODE_KEPT)

    async def was_asked(self, secret: str, user: User) -> bool:
        """Whether ``secret`` stands for the password that ``user`` has now."""
        return await self._redis.get(keys.asked(digest(secret))) == _proof(user)

    async def use_code(self, name: str, step: int) -> bool:
        """Note that the code of a ``step`` opened the door; False for one that did before."""
        key = keys.used_code(digest(f"{name} {step}"))
        return bool(await self._redis.set(key, 1, nx=True, ex=CODE_KEPT))

    async def invite(self, secret: str, name: str, role: Role, by: str = "") -> None:
        """Let whoever has ``secret`` become the user ``name`` within a week; older ones end.

        It counts for as long as ``by`` is an admin, where that is said.
        """
        entry = dump({"name": name, "role": role, "by": by})
        await self._redis.set(keys.invitation(digest(secret)), entry, ex=INVITED_FOR)
        await self._redis.hset(keys.INVITED, name, digest(secret))

    async def invite_first(self, secret: str, name: str) -> bool:
        """Let whoever has ``secret`` become the first admin, and end older links.

        False where another daemon has done so just now: its link shall go on counting.
        """
        if not await self._redis.set(keys.FIRST_LINK, 1, nx=True, ex=AT_ONCE):
            return False
        await self.invite(secret, name, Role.ADMIN)
        return True

    async def forget_first_link(self) -> None:
        """Whoever showed a link just now is known to be gone."""
        await self._redis.delete(keys.FIRST_LINK)

    async def invited(self, secret: str) -> tuple[str, Role] | None:
        """Who is invited by ``secret``; None when it is unknown, used or too old."""
        text = await self._redis.get(keys.invitation(digest(secret)))
        raw = json.loads(text) if text else None
        if raw is None or not await self._counts(secret, raw):
            return None
        return raw["name"], Role(raw["role"])

    async def _counts(self, secret: str, raw: Mapping[str, str]) -> bool:
        """Whether an invitation is the newest of its name, and of somebody who may invite."""
        host = await self.get(raw["by"]) if raw.get("by") else None
        if raw.get("by") and (host is None or host.role is not Role.ADMIN):
            return False
        return await self._database.field(keys.INVITED, raw["name"]) == digest(secret)

    async def accept(self, secret: str, password: str) -> User | None:
        """Make the user of an invitation, once."""
        text = await self._redis.getdel(keys.invitation(digest(secret)))
        if not text:
            return None
        raw = json.loads(text)
        if not await self._counts(secret, raw):
            return None
        await self._redis.hdel(keys.INVITED, raw["name"])
        made = User(name=raw["name"], role=Role(raw["role"]), password=password)
        # Who is known was invited anew: a forgotten password or a lost second factor.
        try:
            known = await self.change(made.name, lambda user: replace(made, skills=user.skills))
        except Conflict:  # the only admin stays one
            made = replace(made, role=Role.ADMIN)
            known = await self.change(made.name, lambda user: replace(made, skills=user.skills))
        if known is None:
            await self.put(made)
        return known or made


def _card(name: str, text: str) -> TokenCard:
    raw = json.loads(text)
    return TokenCard(
        id=name[:12], name=raw["name"], role=Role(raw["role"]), expires_at=maybe(raw["expires_at"])
    )


def _entry(user: User) -> str:
    return dump({name: value for name, value in asdict(user).items() if name != "name"})


def _proof(user: User) -> str:
    return digest(f"{user.name} {user.password}")


def _user(name: str, text: str) -> User:
    raw = json.loads(text)
    return User(
        name=name,
        role=Role(raw["role"]),
        password=raw["password"],
        totp=raw.get("totp", ""),
        skills=_skills(raw.get("skills", {})),
    )


def _skills(raw: Mapping[str, Any]) -> Skills:
    """What was stored before there were skills leaves nothing out."""
    return Skills(
        accounts=tuple(raw.get("accounts", ())),
        languages=tuple(raw.get("languages", ())),
        intents=tuple(raw.get("intents", ())),
        limit=raw.get("limit", 0),
    )
