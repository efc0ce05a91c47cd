"""A seller's house with two shops, agents at work and the console open."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from responder.clock import Clock
from responder.console.passwords import hash_password
from responder.console.server import build
from responder.console.services import Services
from responder.domain.model import (
    AccountId,
    Author,
    ConversationId,
    Fact,
    Kind,
    Message,
    MessageId,
    Token,
)
from responder.domain.sla import Share, SlaPolicy
from responder.drafting.drafter import Question
from responder.store.conversations import Conversation, read
from responder.store.drafts import Proposed, store_drafts
from responder.store.inbox import Arrival, Page, ingest
from responder.store.notices import Notice
from responder.store.outbox import attempt, outgoing, sent, uncertain
from responder.store.queue import Claim, by_partition
from responder.store.queues import Queues
from responder.store.threads import messages
from responder.store.users import Role, Session, User
from tests.console.person import Client, Person
from tests.console.shops import AMAZON, SHOPS

PASSWORD = "correct horse"
_HASH = hash_password(PASSWORD)
DAY = SlaPolicy("amazon", timedelta(hours=24), (Share(50), timedelta(hours=4), timedelta(hours=1)))


@dataclass
class House:
    services: Services
    clock: Clock
    client: Client
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.database = self.services.database
        self.queues = Queues(self.database)

    # Who works here

    async def hire(self, name: str, role: Role = Role.AGENT) -> None:
        await self.services.users.put(User(name=name, role=role, password=_HASH))

    async def person(self, name: str = "ann", role: Role = Role.AGENT) -> Person:
        """Somebody who is logged in."""
        cookie, csrf = f"cookie-of-{name}", f"csrf-of-{name}"
        session = Session(name=name, role=role, csrf=csrf)
        user = await self.services.users.get(name)
        if user is None:
            user = User(name=name, role=role, password="x")
            await self.services.users.put(user)
        await self.services.users.open_session(
            cookie, session, timedelta(hours=12), password=user.password
        )
        return Person(name, self.client, cookie, csrf)

    # What buyers do

    async def buyer_writes(
        self,
        text: str = "Where is my parcel? It has not arrived.",
        *,
        thread: str = "t",
        buyer: str = "Jane",
        account: AccountId = AMAZON,
        at: datetime | None = None,
        due_at: datetime | None = None,
        **more: Any,
    ) -> ConversationId:
        """A message that is owed an answer; ``more`` goes into it or its arrival."""
        message = self._message(Author.BUYER, text, at, **_own(more, Message))
        await self._receive(
            account,
            Arrival(
                thread=thread,
                message=message,
                buyer=buyer,
                plan=DAY.plan(message.sent_at, due_at),
                **more,
            ),
        )
        return self.conversation(thread, account)

    async def seller_writes(self, text: str, *, thread: str = "t") -> None:
        """A moment later than now: what came in the same one is not answered by it."""
        at = self.clock.now() + timedelta(seconds=1)
        arrival = Arrival(
            thread=thread, message=self._message(Author.SELLER, text, at), buyer="Jane"
        )
        await self._receive(AMAZON, arrival)

    async def falls_behind(self, begins: datetime, reached: datetime, seen: int) -> None:
        """A first page of a long inbox: messages of ``begins`` and ``reached``, and no end yet."""
        arrivals = [
            Arrival(
                thread=f"behind{place}",
                message=self._message(Author.SELLER, "We are closed.", at),
                buyer="Jane",
            )
            for place, at in enumerate((begins, reached))
        ]
        await self._receive(AMAZON, *arrivals, seen=seen, caught_up=False)

    def conversation(self, thread: str = "t", account: AccountId = AMAZON) -> ConversationId:
        return self.database.partitions.conversation_id(account, thread)

    def _message(self, author: Author, text: str, at: datetime | None, **more: Any) -> Message:
        now = self.clock.now()
        return Message(
            id=MessageId(f"m{next(self.numbers)}"),
            seq=0,
            author=author,
            kind=more.pop("kind", Kind.CHAT),
            sent_at=at or now,
            stored_at=now,
            text=text,
            **more,
        )

    async def _receive(
        self,
        account: AccountId,
        *arrivals: Arrival,
        seen: int | None = None,
        caught_up: bool = True,
    ) -> None:
        page = Page(
            account=account,
            marketplace=SHOPS[account].marketplace,
            arrivals=arrivals,
            cursor="1",
            seen=seen or len(arrivals),
            ignored=(seen or len(arrivals)) - len(arrivals),
            caught_up=caught_up,
        )
        partition = self.database.partitions.of_account(account)
        await self.queues.poll.schedule(partition, {account: self.clock.now()})
        [claim] = [one for one in await self.queues.poll.claim(100) if one.item == account]
        later = self.clock.now() + timedelta(days=99)
        assert await ingest(self.database, page, claim, next_poll=later)

    # What the workers do

    async def draft(
        self,
        *,
        facts: dict[str, Fact] | None = None,
        order: dict[str, object] | None = None,
        account: AccountId | None = None,
    ) -> None:
        """Draft for whatever waits for a draft, with the real drafter."""
        for _, claims in by_partition(await self.queues.draft.claim(1000)):
            await store_drafts(
                self.database,
                [await self._proposed(one, facts or {}, order, account or "") for one in claims],
            )

    async def _proposed(
        self, claim: Claim, facts: dict[str, Fact], order: dict[str, object] | None, account: str
    ) -> Proposed:
        one = await read(self.database, ConversationId(claim.item))
        question = Question(
            marketplace=one.marketplace,
            buyer=one.buyer,
            messages=await messages(self.database, one.id),
            facts=facts,
            default_language="en",
            account=account,
            order_ids=one.order_ids,
        )
        proposal = self.services.drafting.propose(question)
        return Proposed(claim=claim, answers=one.newest, proposal=proposal, order=order or {})

    async def send(self) -> None:
        """Everything that may leave leaves, and is accepted."""
        for claim in await self.queues.outbox.claim(100):
            _, reply = await attempt(self.database, claim)
            assert reply is not None
            conversation = ConversationId(claim.item)
            await sent(
                self.database,
                conversation,
                reply,
                receipt=f"R{next(self.numbers)}",
                accepted_at=self.clock.now(),
            )
            await self.queues.outbox.done(claim)

    async def lose_answer(self) -> None:
        """A reply leaves, and nobody can tell whether it arrived."""
        [claim] = await self.queues.outbox.claim(1)
        await attempt(self.database, claim)
        notice = Notice(
            id=f"n{next(self.numbers)}",
            kind="send_uncertain",
            at=self.clock.now(),
            account=AMAZON,
        )
        assert await uncertain(self.database, claim, "no answer", notice)

    # What agents do behind the console's back

    async def claim(self, one: ConversationId, agent: str) -> Token:
        return (await self.services.desk.claim(one, agent)).token

    # What there is

    async def read(self, one: ConversationId) -> Conversation:
        return await read(self.database, one)

    async def outgoing_text(self, one: ConversationId) -> str:
        reply = await outgoing(self.database, one)
        return reply.text if reply else ""

    async def texts(self, one: ConversationId) -> Sequence[str]:
        return [message.text for message in await messages(self.database, one)]


@asynccontextmanager
async def open_house(given: Services, clock: Clock) -> AsyncIterator[House]:
    """A house whose console can be reached on a free port."""
    hub = asyncio.create_task(given.hub.run())
    async with TestClient(TestServer(build(given))) as client:
        yield House(given, clock, client)
        given.hub.close()
    hub.cancel()
    with suppress(asyncio.CancelledError):
        await hub


def _own(more: dict[str, Any], kind: type[Message]) -> dict[str, Any]:
    """Take out of ``more`` what belongs to a ``kind``."""
    return {name: more.pop(name) for name in list(more) if name in kind.__dataclass_fields__}
