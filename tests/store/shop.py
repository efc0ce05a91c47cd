"""One seller's shop in an empty store, with the verbs that store tests speak in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from responder.clock import Clock
from responder.domain.model import (
    AccountId,
    Author,
    ConversationId,
    Intent,
    Kind,
    Message,
    MessageId,
    Proposal,
    ReplyId,
    State,
)
from responder.domain.sla import Share, SlaPolicy
from responder.store.conversations import Conversation, read
from responder.store.database import Database
from responder.store.desk import Desk, Lease
from responder.store.drafts import Proposed, store_drafts
from responder.store.events import Event, EventFeed
from responder.store.inbox import Arrival, Aside, Ingested, Page, ingest
from responder.store.notices import Notice
from responder.store.outbox import Outgoing, Verdict, attempt, sent, uncertain
from responder.store.queue import Claim, DeadlineQueue
from responder.store.queues import Queues
from responder.store.threads import messages
from responder.store.times import moment

DAY = SlaPolicy("amazon", timedelta(hours=24), (Share(50), timedelta(hours=4), timedelta(hours=1)))
AGENT_LEASE = timedelta(minutes=5)
UNDO = timedelta(seconds=10)
US = AccountId("amazon-us")
START = "_".join(["0-0"] * 16)


def proposal(text: str = "Dear buyer, it is on its way.") -> Proposal:
    return Proposal(
        text=text,
        language="en",
        intent=Intent.ORDER_STATUS,
        case="late",
        confidence=0.9,
        source="template:en/order_status",
        facts={},
    )


@dataclass
class Shop:
    """One account. Messages are numbered; each ``receive`` is one page of its inbox."""

    database: Database
    clock: Clock
    account: AccountId = US
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.queues = Queues(self.database)
        self.desk = Desk(self.database, lease=AGENT_LEASE, undo=UNDO)
        self.partition = self.database.partitions.of_account(self.account)

    def conversation(self, thread: str = "t") -> ConversationId:
        return self.database.partitions.conversation_id(self.account, thread)

    # What comes in

    def arrival(
        self,
        author: Author = Author.BUYER,
        text: str = "Where is my parcel?",
        *,
        thread: str = "t",
        kind: Kind = Kind.CHAT,
        at: datetime | None = None,
        name: str | None = None,
        due_at: datetime | None = None,
    ) -> Arrival:
        now = self.clock.now()
        sent_at = at or now
        owed = author is Author.BUYER and kind is Kind.CHAT
        return Arrival(
            thread=thread,
            message=Message(
                id=MessageId(name or f"m{next(self.numbers)}"),
                seq=0,
                author=author,
                kind=kind,
                sent_at=sent_at,
                stored_at=now,
                text=text,
            ),
            buyer="Jane",
            buyer_id="jane-1",
            plan=DAY.plan(sent_at, due_at) if owed else None,
        )

    def our_own(
        self, text: str, *, thread: str = "t", at: datetime | None = None, name: str | None = None
    ) -> Arrival:
        """What the seller has said, here or elsewhere, as the marketplace shows it."""
        return self.arrival(Author.SELLER, text, thread=thread, at=at, name=name)

    def refusal(self, refuses: str, *, thread: str = "t", at: datetime | None = None) -> Arrival:
        one = self.arrival(
            Author.PLATFORM, "not delivered", thread=thread, kind=Kind.REFUSAL, at=at
        )
        return replace(one, refuses=refuses)

    def page(
        self, *arrivals: Arrival, cursor: str = "1", aside: Sequence[Aside] = (), ignored: int = 0
    ) -> Page:
        return Page(
            account=self.account,
            marketplace="amazon",
            arrivals=arrivals,
            cursor=cursor,
            aside=aside,
            seen=len(arrivals) + len(aside) + ignored,
            ignored=ignored,
        )

    async def poll(self) -> Claim:
        """The lease on the account's inbox."""
        await self.queues.poll.schedule(self.partition, {self.account: self.clock.now()})
        claims = await self.queues.poll.claim(100)
        return next(claim for claim in claims if claim.item == self.account)

    async def take_in(self, page: Page) -> Ingested:
        stored = await ingest(
            self.database, page, await self.poll(), next_poll=self.clock.now() + timedelta(hours=99)
        )
        assert stored is not None
        return stored

    async def receive(self, *arrivals: Arrival) -> Ingested:
        return await self.take_in(self.page(*arrivals))

    async def buyer_writes(
        self, text: str = "Where is my parcel?", *, thread: str = "t", at: datetime | None = None
    ) -> ConversationId:
        await self.receive(self.arrival(text=text, thread=thread, at=at))
        return self.conversation(thread)

    async def seller_answers_elsewhere(
        self, text: str = "Hi, from my phone", *, thread: str = "t", at: datetime | None = None
    ) -> None:
        """A moment later than now: what came in the same one is not answered by it."""
        when = at or self.clock.now() + timedelta(seconds=1)
        await self.receive(self.arrival(Author.SELLER, text, thread=thread, at=when))

    # What is done about it

    async def take(self, queue: DeadlineQueue) -> Claim:
        """The one item that is due in ``queue``."""
        [claim] = await queue.claim(10)
        return claim

    async def draft(self, text: str = "Dear buyer, it is on its way.") -> int:
        """Draft for the one conversation that waits for a draft; returns how many were stored."""
        claim = await self.take(self.queues.draft)
        one = await read(self.database, ConversationId(claim.item))
        return await store_drafts(self.database, [self.proposed(claim, one.newest, text)])

    async def drafted(self, *, thread: str = "t") -> ConversationId:
        """A conversation with a draft that nobody has touched."""
        conversation = await self.buyer_writes(thread=thread)
        await self.draft()
        return conversation

    def proposed(self, claim: Claim, answers: int, text: str = "Dear buyer, …") -> Proposed:
        return Proposed(claim=claim, answers=answers, proposal=proposal(text), order={})

    async def lease(self, conversation: ConversationId, agent: str = "ann") -> Lease:
        return await self.desk.claim(conversation, agent)

    async def approve(
        self, conversation: ConversationId, text: str = "It comes tomorrow.", agent: str = "ann"
    ) -> ReplyId:
        lease = await self.lease(conversation, agent)
        one = await read(self.database, conversation)
        return await self.desk.approve(
            conversation, agent, lease.token, version=one.draft_version, text=text
        )

    async def approved(
        self, text: str = "It comes tomorrow.", *, thread: str = "t"
    ) -> tuple[ConversationId, ReplyId]:
        """A conversation whose reply has been approved, its undo window not yet over."""
        conversation = await self.buyer_writes(thread=thread)
        await self.draft()
        return conversation, await self.approve(conversation, text)

    # What goes out

    async def attempt(self, claim: Claim, *, traced: bool = False) -> Outgoing:
        """Write the attempt down; the store must let it go."""
        verdict, reply = await attempt(self.database, claim, traced=traced)
        assert verdict is Verdict.GO
        assert reply is not None
        return reply

    async def accept(
        self, conversation: ConversationId, reply: Outgoing, receipt: str = "R1"
    ) -> State | None:
        """The marketplace has said yes."""
        return await sent(
            self.database, conversation, reply, receipt=receipt, accepted_at=self.clock.now()
        )

    async def lose_answer(self, claim: Claim) -> bool:
        """Nobody can tell whether the reply has arrived."""
        return await uncertain(self.database, claim, "no answer", self.notice("send_uncertain"))

    def notice(self, kind: str, name: str | None = None) -> Notice:
        return Notice(
            id=name or f"notice-{next(self.numbers)}",
            kind=kind,
            at=self.clock.now(),
            account=self.account,
        )

    # What there is

    async def read(self, conversation: ConversationId) -> Conversation:
        return await read(self.database, conversation)

    async def texts(self, conversation: ConversationId) -> list[str]:
        return [message.text for message in await messages(self.database, conversation)]

    async def events(self, position: str = START) -> list[Event]:
        return await EventFeed(self.database).since(position)

    async def event_types(self, conversation: ConversationId, position: str = START) -> list[str]:
        found = await self.events(position)
        return [event.type for event in found if event.conversation == conversation]

    async def places(self, conversation: ConversationId) -> dict[State, datetime]:
        """The indexes that name a conversation, and its place in each."""
        pipe = self.database.redis.pipeline(transaction=False)
        for state in State:
            pipe.zscore(self.partition.index[state], conversation)
        scores = dict(zip(State, await pipe.execute(), strict=True))
        return {state: moment(int(at)) for state, at in scores.items() if at is not None}

    async def keys(self) -> set[str]:
        """Every key of the store but those that stand for ever, streams trimmed by age included."""
        found = {key async for key in self.database.redis.scan_iter()}
        stay = {"mr:meta"}
        for partition in self.database.partitions.all:
            stay |= {partition.events, partition.accounts, partition.days(self.account)}
        return found - stay
