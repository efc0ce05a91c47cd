"""A seller's house with two shops, agents at work and the console open."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from connectors.amazon.wire.outbound import FILES
from responder.alerts.links import Links
from responder.clock import Clock
from responder.console.auth import COOKIE
from responder.console.live import Hub
from responder.console.passwords import hash_password
from responder.console.server import build
from responder.console.services import AccountCard, Reloaded, Services
from responder.domain.ahead import Outlook
from responder.domain.calendar import WorkingHours
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
from responder.domain.week import WEEKDAYS, Hours, week_of
from responder.drafting import Drafting
from responder.drafting.drafter import Question
from responder.drafting.from_edit import Edited, Wish, template_of
from responder.metrics import Metrics
from responder.settings.examples import examples
from responder.store.conversations import Conversation, read
from responder.store.counting import Counting
from responder.store.database import Database
from responder.store.desk import Desk
from responder.store.drafts import Proposed, store_drafts
from responder.store.events import EventFeed
from responder.store.inbox import Arrival, Page, ingest
from responder.store.notices import Notice
from responder.store.outbox import attempt, outgoing, sent, uncertain
from responder.store.presence import Presence
from responder.store.queue import Claim, by_partition
from responder.store.queues import Queues
from responder.store.threads import messages
from responder.store.users import Role, Session, User, Users
from responder.workers.texts import Texts

PASSWORD = "correct horse"
_HASH = hash_password(PASSWORD)
DAY = SlaPolicy("amazon", timedelta(hours=24), (Share(50), timedelta(hours=4), timedelta(hours=1)))
CARDS = (
    AccountCard(
        id=AccountId("amazon-us"),
        marketplace="amazon",
        marketplace_id="ATVPDKIKX0DER",
        poll_seconds=30,
    ),
    AccountCard(
        id=AccountId("taobao-main"), marketplace="taobao", marketplace_id="", poll_seconds=1
    ),
)
SHOPS = {card.id: card for card in CARDS}
AMAZON, TAOBAO = CARDS[0].id, CARDS[1].id
UNDO = timedelta(seconds=5)
OFFICE = WorkingHours(
    week_of({day: (Hours(timedelta(hours=9), timedelta(hours=18)),) for day in WEEKDAYS}),
    ZoneInfo("UTC"),
)
OUTLOOKS = {AMAZON: Outlook(shifts=OFFICE, target=Share(90)), TAOBAO: Outlook()}
ORDER = "113-1234567-1234567"


CONFIG = Path(__file__).parents[2] / "config"


def keep_template(edited: Edited, wish: Wish) -> Path:
    """Checks as the daemon does, and writes nothing."""
    made = template_of(edited, wish, CONFIG / "templates", CONFIG / "rules")
    return Path("templates") / made.language / f"{made.name}.liquid"


def services(database: Database, clock: Clock, drafting: Drafting, missing: list[str]) -> Services:
    """What the daemon gives its console, over ``database``."""

    async def ready() -> list[str]:
        return missing

    async def reload() -> Reloaded:
        return Reloaded(problems=tuple(missing), accounts=(AMAZON,))

    drafting = drafting.with_experience(lambda _: None)  # its own: templates are edited in it
    return Services(
        keep_template=keep_template,
        refresh_templates=Texts(database, drafting).refresh,
        database=database,
        clock=clock,
        desk=Desk(database, lease=timedelta(minutes=3), undo=UNDO),
        users=Users(database),
        presence=Presence(database),
        counting=Counting(database),
        hub=Hub(EventFeed(database), clock),
        metrics=Metrics(),
        drafting=drafting,
        accounts=CARDS,
        outlooks=OUTLOOKS,
        byte_limit=lambda account, thread: 400 if thread.startswith("refund") else None,
        file_limits=lambda account, _: FILES if account == "amazon-us" else None,
        ready=ready,
        reload=reload,
        session_for=timedelta(hours=12),
        undo=UNDO,
        links=Links("http://console", b"a key of this house"),
        examples=examples(),
        tables={"night": "night", "team.0": "team", "team.1": "team"},
    )


Client = TestClient[Any, Any]


@dataclass
class Person:
    """Somebody with a browser that is logged in."""

    name: str
    client: Client
    cookie: str
    csrf: str

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self.client.get(path, headers=self._headers(**headers), allow_redirects=False)

    async def html(self, path: str, **headers: str) -> str:
        response = await self.get(path, **headers)
        assert response.status == 200, await response.text()
        return await response.text()

    async def json(self, path: str) -> Any:
        response = await self.get(f"/api/v1{path}")
        assert response.status == 200, await response.text()
        return await response.json()

    async def post(self, path: str, body: Any = None, **headers: str) -> ClientResponse:
        sent = self._headers(**({"X-CSRF-Token": self.csrf} | headers))
        return await self.client.post(f"/api/v1{path}", json=body, headers=sent)

    async def act(self, one: ConversationId, verb: str, body: Any = None) -> ClientResponse:
        return await self.post(f"/conversations/{one}/{verb}", body)

    async def claim(self, one: ConversationId) -> str:
        response = await self.act(one, "claim")
        assert response.status == 200, await response.text()
        return str((await response.json())["token"])

    async def approve(self, one: ConversationId, **body: Any) -> ClientResponse:
        """Approve the draft as it is now, with a fresh claim, unless ``body`` says otherwise."""
        shown = await self.json(f"/conversations/{one}")
        version = shown["draft"]["version"] if shown["draft"] else 0
        body = {"draft_version": version, "token": body.pop("token", None)} | body
        body["token"] = body["token"] or await self.claim(one)
        return await self.act(one, "approve", body)

    def _headers(self, **headers: str) -> dict[str, str]:
        return {"Cookie": f"{COOKIE}={self.cookie}"} | headers


async def problem(response: ClientResponse) -> tuple[int, str]:
    """What was refused, and why."""
    return response.status, (await response.json())["error"]["code"]


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
        if await self.services.users.get(session.name) is None:
            await self.services.users.put(User(name=session.name, role=session.role, password="x"))
        await self.services.users.open_session(cookie, session, timedelta(hours=12))
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
        arrival = Arrival(
            thread=thread, message=self._message(Author.SELLER, text, None), buyer="Jane"
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
