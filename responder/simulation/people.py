"""Who writes and who answers: buyers at the marketplaces, agents at the desk."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from random import Random

from redis.exceptions import RedisError

from responder.domain.model import AccountId, ConversationId, State, Token
from responder.errors import ResponderError
from responder.simulation.ledger import Ledger
from responder.simulation.loop import TrueTime
from responder.simulation.marketplace import Shop
from responder.store.conversations import Conversation, read
from responder.store.database import Database
from responder.store.desk import Desk
from responder.store.files import keep_file
from responder.store.listing import listing
from responder.store.outbox import outgoing

CLAIM_FOR = timedelta(minutes=5)
UNDO = timedelta(seconds=20)
AT_ONCE = 3  # tries of one click while the store is away


@dataclass(slots=True)
class Buyer:
    """A thread's other side: writes, writes again, waits, thanks, opts out, goes away."""

    market: Shop
    name: str
    time: TrueTime
    dice: Random
    until: float
    number: int = 0

    async def live(self) -> None:
        await self.time.sleep(self.dice.uniform(0, self.until))
        while self.time.loop.time() < self.until:
            self.write()
            if self.dice.random() < 0.3:
                return
            if self.dice.random() < 0.02:
                self.market.refusing.add(self.name)
            wait = self.dice.choice((5, 60, 600, 7200, 7200)) * (0.2 + self.dice.random())
            await self.time.sleep(wait)

    def write(self) -> None:
        self.number += 1
        self.market.buyer_writes(self.name, f"words {self.number} of {self.name}")
        if self.market.profile.elsewhere > self.dice.random():
            wait = self.dice.choice((20, 600, 3600)) * self.dice.random()
            words = f"answered elsewhere {self.number} to {self.name}"
            self.market.soon(wait, lambda: self.market.answered_here(self.name, words))


async def keep_looking(
    look: Callable[[], Awaitable[bool]], time: TrueTime, dice: Random, *, first: float
) -> None:
    """``look`` for ever: after ``first`` seconds or so while that finds something, else later."""
    pause = first
    while True:
        await time.sleep(pause * (1 + dice.random()))
        try:
            found = await look()
        except (RedisError, ResponderError):
            found = True  # the page shows an error; one looks again
        pause = first if found else min(pause * 2, 900)


@dataclass(slots=True)
class Agent:
    """Works through what is open, with the habits of people."""

    name: str
    desk: Desk
    database: Database
    markets: Mapping[AccountId, Shop]
    ledger: Ledger
    dice: Random
    time: TrueTime
    working: Callable[[], bool]
    number: int = 0

    async def live(self) -> None:
        await keep_looking(self._look, self.time, self.dice, first=15.0)

    async def _look(self) -> bool:
        states = [State.WAITING, State.UNCERTAIN] if self.working() else [State.UNCERTAIN]
        page = await listing(self.database, states, limit=12)
        if not page.items:
            return False
        one = self.dice.choice(page.items[:6])
        if one.state is State.UNCERTAIN:
            await self._decide(one)
        elif one.draft is not None:
            await self._answer(one.id)
        return True

    async def _decide(self, one: Conversation) -> None:
        """Look at the marketplace's own page, and say what stands there."""
        reply = await outgoing(self.database, one.id)
        if reply is None:
            return
        taken = {message.reply for message in self.markets[one.account].accepted}
        await self.time.sleep(self.dice.uniform(2, 20))
        await self.desk.resolve_uncertain(one.id, self.name, was_sent=reply.id in taken)

    async def _answer(self, name: ConversationId) -> None:
        lease = await self.desk.claim(name, self.name)
        one = await read(self.database, name)
        if one.draft is None or one.state is not State.WAITING:
            await self.desk.release(name, lease.token)
            return
        version = one.draft.version
        seen = self.ledger.kept.by_buyer(name, one.draft.answers)
        self.ledger.shown(self.name, name, version, seen)
        asleep = self.dice.random() < 0.03
        await self.time.sleep(self.dice.uniform(250, 700) if asleep else self.dice.uniform(3, 60))
        what = self.dice.random()
        if what < 0.05:
            await self.desk.release(name, lease.token)
        elif what < 0.12 or one.problem.startswith("refused"):
            await self.desk.no_reply_needed(name, self.name, newest=one.newest)
        elif what < 0.15:
            await self.desk.reject(name, self.name, version=version, again=True, why="wrong")
        else:
            self.number += 1
            market = self.markets[one.account]
            if market.profile.crossing > self.dice.random():
                market.writes_in(one.thread, f"one more thing {self.name} {self.number}")
            text = f"{one.draft.proposal.text} {self.name} {self.number}"
            files = [await self._attached(one, lease.token)] if self._attaches(one) else []
            for _ in range(AT_ONCE):
                try:
                    await self.desk.approve(
                        name, self.name, lease.token, version=version, text=text, files=files
                    )
                    break
                except RedisError:
                    await self.time.sleep(1)
            if what > 0.96:
                await self.time.sleep(self.dice.uniform(0, 30))
                await self.desk.withdraw(name, self.name)

    def _attaches(self, one: Conversation) -> bool:
        """Whether a file goes with it: with every sixteenth reply by mail."""
        return one.marketplace == "amazon" and self.number % 16 == 0

    async def _attached(self, one: Conversation, token: Token) -> str:
        content = f"%PDF-1.7 {one.id} {self.name} {self.number}".encode()
        file = ("leaflet.pdf", "application/pdf", content)
        name = blake2b(content, digest_size=8).hexdigest()
        kept = await keep_file(
            self.database, one.id, token, file, room=(10, 10_000), new_id=lambda: name
        )
        return kept.id
