"""The store and its twins together: each verb is done to both, and both must answer alike."""

from collections import Counter, defaultdict
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count

from responder.domain.model import AccountId, ConversationId, Intent, State, Token
from responder.domain.sla import SlaPolicy
from responder.domain.states import CLOSED, Change
from responder.errors import Conflict
from responder.store.accounts import read_account
from responder.store.conversations import Asked
from responder.store.counting import Counting
from responder.store.database import Database
from responder.store.days import read_days
from responder.store.desk import Desk
from responder.store.drafts import store_drafts
from responder.store.events import EventFeed
from responder.store.files import UNUSED_FOR, contents, drop_file, keep_file
from responder.store.first_words import first_words_id, speak_first, spoke_first
from responder.store.improvements import improve
from responder.store.inbox import Arrival, ingest
from responder.store.lessons import Teaching, edits, lessons
from responder.store.notices import Announcement, announce
from responder.store.outbox import (
    Outgoing,
    Return,
    Verdict,
    attempt,
    outgoing,
    returned,
    sent,
    try_later,
    uncertain,
)
from responder.store.overview import count_open
from responder.store.purge import purge_closed
from responder.store.queue import Claim
from responder.store.replan import replan
from responder.store.second_yes import Request, ask, decline
from responder.store.trends import ASKING, read_trends
from responder.testing import FakeClock
from tests.store.shop import AGENT_LEASE, DAY, START, Shop, proposal
from tests.store.snapshot import FIELDS, expected, snapshot
from tests.store.twin import Twin, TwinReply

ACCOUNTS = (AccountId("amazon-us"), AccountId("taobao-main"))
THREADS = ("t1", "t2")
WORDS = "We are asleep; an answer comes in the morning."  # nobody approves them
STEPS_MADE = ("", "photos damaged_defective", "small_refund damaged_defective 1-2")
MOST_FILES = 2
LEASES = {"draft": 30, "watch": 10, "outbox": 120}  # seconds


@dataclass
class Delivery:
    """A reply that the marketplace took: the truth, whoever knows it."""

    thread: str
    id: str
    text: str
    receipt: str
    arrival: Arrival  # as it would be read back


@dataclass
class OnTheWire:
    """A worker whose request has left, and what will become of it."""

    claim: Claim
    reply: Outgoing
    fate: str


@dataclass
class Account:
    """One shop, and what its marketplace knows."""

    shop: Shop
    arrivals: list[Arrival] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    deliveries: list[Delivery] = field(default_factory=list)
    stored: int = 0
    known: int = 0
    days: Counter[tuple[date, str]] = field(default_factory=Counter)  # of conversations long gone
    replies: Counter[str] = field(default_factory=Counter)
    lessons: dict[tuple[str, int], str] = field(default_factory=dict)  # by what was answered
    counted: Counter[str] = field(default_factory=Counter)  # of the edits


def teaching(account: AccountId, text: str) -> Teaching:
    """What an approval of ``text`` teaches here: some are edited, some are not."""
    return Teaching(
        account=account,
        text=text,
        language="en",
        predicted=Intent.ORDER_STATUS,
        confirmed=Intent.ORDER_STATUS,
        template="template:en/x",
        distance=len(text) % 3,
        length=20,
    )


FIGURES = (
    "by_risk",
    "by_state",
    "by_agent",
    "snoozed",
    "escalated",
    "second_yes",
    "oldest",
    "next_due",
    "next_team_due",
    "team_late",
)


class Together:
    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database = database
        self.clock = clock
        self.accounts = [Account(Shop(database, clock, name)) for name in ACCOUNTS]
        self.shop = self.accounts[0].shop
        self.desk = Desk(database, lease=AGENT_LEASE, undo=timedelta(0))
        self.feed = EventFeed(database)
        self.position = START
        self.receipts = (f"R{number}" for number in count(1))
        self.twins: dict[ConversationId, Twin] = {}
        self.reborn: dict[ConversationId, Twin] = {}  # of those that were purged
        self.tokens: list[tuple[ConversationId, str, Token]] = []
        self.hands: defaultdict[str, list[Claim]] = defaultdict(list)
        self.wire: list[OnTheWire] = []
        self.heard: list[tuple[ConversationId, Outgoing]] = []
        self.reply_ids: set[str] = set()
        self.purged: list[ConversationId] = []
        self.asked: dict[ConversationId, Asked] = {}  # the last that was asked of each
        self.counting = Counting(database)

    def twin(self, conversation: str) -> Twin:
        """A twin to ask; one that knows nothing where the conversation is gone."""
        name = ConversationId(conversation)
        past = self.reborn.get(name, Twin(DAY))
        return self.twins.get(name) or past.reborn()

    def account_of(self, conversation: str) -> Account:
        partition = self.database.partitions.of_conversation(ConversationId(conversation))
        return next(one for one in self.accounts if one.shop.partition is partition)

    async def counts_follow(self) -> None:
        """What follows the events says the same as what counts everything afresh."""
        kept, fresh = await self.counting.overview(), await count_open(self.database)
        for name in FIGURES:
            assert getattr(kept, name) == getattr(fresh, name), name
        assert sorted(kept.late) == sorted(fresh.late)

    # What comes in

    async def page(self, account: Account, arrivals: list[Arrival]) -> None:
        by_thread: defaultdict[str, list[tuple[Arrival, bool]]] = defaultdict(list)
        for arrival in arrivals:
            by_thread[arrival.thread].append((arrival, arrival.message.id not in account.seen))
            account.seen.add(arrival.message.id)
        new = 0
        for thread, page in by_thread.items():
            twin = self.twin(account.shop.conversation(thread))
            new += twin.take_in(page, self.clock.now())
            if twin.texts:
                self.twins[account.shop.conversation(thread)] = twin
        account.stored += new
        account.known += len(arrivals) - new

        stored = await account.shop.receive(*arrivals)

        assert (stored.messages, stored.aside) == (new, 0)

    async def late_page(self, account: Account) -> None:
        """A page under a lost lease changes nothing."""
        lost = replace(await account.shop.poll(), token=Token("lost"))
        page = account.shop.page(account.shop.arrival(), cursor="never")

        stored = await ingest(self.database, page, lost, next_poll=self.clock.now())

        assert stored is None
        assert (await read_account(self.database, account.shop.account)).cursor != "never"

    async def purge(self, age: timedelta) -> None:
        before = self.clock.now() - age
        gone = [
            name
            for name, twin in self.twins.items()
            if twin.state in CLOSED and max(twin.scored, twin.changed) <= before
        ]

        assert await purge_closed(self.database, CLOSED, before) == len(gone)

        for name in gone:
            twin = self.twins.pop(name)
            self.account_of(name).days.update(twin.days)
            self.account_of(name).replies.update(twin.replies)
            twin.forgotten.update((words, self.clock.now()) for words, _ in twin.awaited)
            self.reborn[name] = twin.reborn()
        self.purged += gone

    # Queues

    async def hand_out(self, name: str) -> list[Claim]:
        """Everything that is due in a queue, to one worker."""
        now = self.clock.now()
        items = ((twin.queue(FIELDS[name]), one) for one, twin in self.twins.items())
        due = {one for item, one in items if item is not None and item.wake <= now}
        [queue] = (one for one in self.shop.queues.all if one.name == name)

        claims = await queue.claim(100)

        assert {claim.item for claim in claims} == due
        for claim in claims:
            until = now + timedelta(seconds=LEASES[name])
            self.twin(claim.item).handed_out(FIELDS[name], claim.token, until)
        self.hands[name] += claims
        return claims

    async def announce(self, claim: Claim) -> None:
        now, twin = self.clock.now(), self.twin(claim.item)
        since = twin.waiting_since or now
        plan = twin.plan or DAY.plan(since)
        what = Announcement(
            claim=claim,
            waiting_since=since,
            told=plan.reached(now),
            risk=plan.risk(now),
            next_at=plan.next_at(now),
            notice=None,
        )

        noted = await announce(self.database, [what])

        assert bool(noted) == twin.announce(claim.token, since, now)

    async def promise(self, conversation: ConversationId, policy: SlaPolicy) -> None:
        """Another policy holds from now on for what is owed; time goes on a little meanwhile."""
        self.clock.advance(timedelta(milliseconds=1))
        changed = self.twins[conversation].replanned(policy, self.clock.now())
        partition = self.database.partitions.of_conversation(conversation)
        one = await self.shop.read(conversation)

        done = await replan(self.database, partition, [one], lambda _: policy)

        assert done == ({conversation} if changed else set())

    async def store_draft(self, claim: Claim, *, stale: bool = False) -> None:
        twin = self.twin(claim.item)
        answers = twin.newest - stale

        stored = await store_drafts(self.database, [self.shop.proposed(claim, answers)])

        assert bool(stored) == twin.drafted(claim.token, answers, self.clock.now())

    async def improve(self, conversation: ConversationId, off: int) -> None:
        """A better version of a draft comes, made from the version ``off`` behind the last."""
        twin, now = self.twins[conversation], self.clock.now()
        partition = self.database.partitions.of_conversation(conversation)
        await self.shop.queues.improve.schedule(partition, {conversation: now})
        [claim] = await self.shop.queues.improve.claim(10)
        made_from = replace(
            await self.shop.read(conversation),
            draft_version=twin.version - off,
            newest=twin.newest,
        )

        stored = await improve(self.database, claim, made_from, proposal("A better one."))

        assert (stored is not None) == twin.improved(twin.version - off, now)

    # Agents

    async def claim(self, conversation: ConversationId, agent: str) -> Token | None:
        twin, now = self.twins[conversation], self.clock.now()
        if twin.holder_at(now) not in {"", agent}:
            assert await _code(self.desk.claim(conversation, agent)) == "already_claimed"
            return None
        lease = await self.desk.claim(conversation, agent)
        twin.claimed(agent, lease.token, now + AGENT_LEASE)
        self.tokens.append((conversation, agent, lease.token))
        return lease.token

    async def take_over(self, conversation: ConversationId, agent: str) -> Token:
        lease = await self.desk.take_over(conversation, agent)
        self.twins[conversation].taken_over(agent, lease.token, self.clock.now() + AGENT_LEASE)
        self.tokens.append((conversation, agent, lease.token))
        return lease.token

    async def release(self, conversation: ConversationId, token: Token) -> None:
        answer = self.twins[conversation].released(token)

        assert await _code(self.desk.release(conversation, token)) == answer

    async def approve(
        self,
        conversation: ConversationId,
        agent: str,
        token: Token,
        text: str,
        version: int,
        newest: int | None = None,
        *,
        agrees: Asked | None = None,
        saw_ask: bool = True,
        files: tuple[str, ...] | None = None,
    ) -> None:
        """``agrees``: it is the second yes to that. ``saw_ask``: read after the last was asked."""
        twin, now = self.twins[conversation], self.clock.now()
        current = None if agrees is None else agrees == self.asked.get(conversation)
        by = agrees.by if agrees else ""
        files = twin.files[: len(text) % 3] if files is None else files  # also what is gone
        answer = twin.approve(
            agent,
            token,
            version,
            text,
            now,
            newest,
            agrees=current,
            asked_by=by,
            saw_ask=saw_ask,
            files=files,
        )
        account = self.account_of(conversation)
        taught = teaching(account.shop.account, text)
        step = STEPS_MADE[len(text) % len(STEPS_MADE)]
        work = self.desk.approve(
            conversation,
            agent,
            token,
            version=version,
            text=text,
            newest=newest,
            teaching=taught,
            step=step,
            asked=agrees,
            seen_ask=await self._seen_ask(conversation) if saw_ask else "",
            files=files,
        )

        assert await _code(work) == answer

        reply = await outgoing(self.database, conversation)
        if answer == "ok" and twin.reply is None:
            assert reply is not None
            assert reply.id not in self.reply_ids, "an id is never used again"
            self.reply_ids.add(reply.id)
            covers = frozenset(twin.owed)
            approved = TwinReply(
                reply.id, text, agent, version, twin.newest, covers, now, step=step
            )
            approved.files = files
            assert reply.files == tuple(one for one in reply.files if one.id in files)
            assert None not in await contents(self.database, conversation, reply.files)
            account.lessons.pop((conversation, twin.newest), None)
            account.lessons[conversation, twin.newest] = taught.text
            if twin.counted != version:
                twin.counted = version
                account.counted["approved"] += 1
                account.counted["edited"] += taught.distance > 0
                account.counted["distance"] += taught.distance
                account.counted["length"] += taught.length
            twin.approved(approved, now, now)

    async def attach(self, conversation: ConversationId, token: Token) -> None:
        """Whoever holds a claim puts a file there."""
        twin, now = self.twins[conversation], self.clock.now()
        answer = twin.may_attach(token, now)
        if answer == "ok" and len(twin.files_at(now)) == MOST_FILES:
            answer = "too_many_files"
        file = ("a.pdf", "application/pdf", b"%PDF-")
        kept = keep_file(self.database, conversation, token, file, room=(MOST_FILES, 100))
        if answer == "ok":
            twin.attached((await kept).id, now + UNUSED_FOR, now)
        else:
            assert await _code(kept) == answer

    async def detach(self, conversation: ConversationId, token: Token) -> None:
        """Whoever holds a claim takes the first one away."""
        twin, now = self.twins[conversation], self.clock.now()
        answer = twin.may_attach(token, now)
        lying = (await self.shop.read(conversation)).files
        if not lying:
            return
        work = drop_file(self.database, conversation, token, lying[0])

        assert await _code(work) == answer

        if answer == "ok":
            twin.detached(lying[0].id)

    async def ask(
        self,
        conversation: ConversationId,
        agent: str,
        token: Token,
        text: str,
        version: int,
        newest: int,
        *,
        saw_ask: bool = True,
    ) -> None:
        """Somebody prepares a reply that needs a second yes."""
        twin, now = self.twins[conversation], self.clock.now()
        files = (await self.shop.read(conversation)).files[: len(text) % 3]
        named = tuple(file.id for file in files)
        answer = twin.ask(agent, token, text, version, newest, now, saw_ask=saw_ask, files=named)
        request = Request(
            text=text, by=agent, why="trainee", version=version, newest=newest, files=files
        )
        seen_ask = await self._seen_ask(conversation) if saw_ask else ""

        work = ask(self.database, conversation, token, request, seen_ask=seen_ask)
        assert await _code(work) == answer

        if answer == "ok":
            asked = (await self.shop.read(conversation)).asked
            assert asked is not None
            self.asked[conversation] = asked

    async def _seen_ask(self, conversation: ConversationId) -> str:
        return (await self.shop.read(conversation)).asked_id

    async def decline(self, conversation: ConversationId, agent: str, asked: Asked) -> None:
        current = asked == self.asked.get(conversation)
        answer = self.twins[conversation].decline(self.clock.now(), agrees=current)
        work = decline(self.database, conversation, agent, asked, why="no")

        assert await _code(work) == answer

    async def withdraw(self, conversation: ConversationId, agent: str, *, of_anybody: bool) -> None:
        answer = self.twins[conversation].returned(
            Change.WITHDRAWN, "queued", self.clock.now(), by=None if of_anybody else agent
        )
        work = self.desk.withdraw(conversation, agent, of_anybody=of_anybody)

        assert await _code(work) == answer

    async def reject(
        self, conversation: ConversationId, agent: str, version: int | None, again: bool
    ) -> None:
        answer = self.twins[conversation].reject(agent, version, again, self.clock.now())
        work = self.desk.reject(conversation, agent, version=version, again=again, why="no")

        assert await _code(work) == answer

    async def dismiss(self, conversation: ConversationId, agent: str, newest: int | None) -> None:
        answer = self.twins[conversation].dismiss(agent, newest, self.clock.now())

        assert await _code(self.desk.no_reply_needed(conversation, agent, newest=newest)) == answer

    async def settle(self, conversation: ConversationId, *, was_sent: bool) -> None:
        """A person has looked at a reply that nobody is sure of."""
        twin, now = self.twins[conversation], self.clock.now()
        if twin.reply is None or twin.reply.state != "uncertain":
            answer = "gone" if twin.reply is None else "wrong_state"
        elif was_sent:
            self.account_of(conversation).seen.add(twin.reply.id)
            assert twin.sent(twin.reply.id, twin.reply.id, now, twin.reply.attempted_at or now)
            answer = "ok"
        else:
            answer = twin.returned(Change.NOT_SENT, "uncertain", now)
        work = self.desk.resolve_uncertain(conversation, "sue", was_sent=was_sent)

        assert await _code(work) == answer

    # The outbox

    async def send(self, claim: Claim, fate: str, *, can_tell: bool) -> None:
        """What the sender does with a claimed reply; an answer comes later, or never."""
        verdict, reply = await self.attempt(claim)
        match verdict:
            case Verdict.GO if reply:
                self.leave(claim, reply, fate)
            case Verdict.PROOF if reply:
                await self.tell_sent(ConversationId(claim.item), reply, reply.proof)
            case Verdict.NEWER if reply:
                await self.give_back(claim, reply, Change.HELD)
            case Verdict.TRACE if reply:
                await self.trace(claim, reply, fate, can_tell=can_tell)
            case _:
                assert reply is None

    async def trace(self, claim: Claim, reply: Outgoing, fate: str, *, can_tell: bool) -> None:
        """Ask the marketplace about an attempt whose answer was lost."""
        if not can_tell:
            await self.call_uncertain(claim)
            return
        if self.delivery(claim, reply) is not None and fate == "refused":
            await self.give_back(claim, reply, Change.REFUSED, was_sent=True)
            return
        if self.delivery(claim, reply) is not None:
            await self.tell_sent(ConversationId(claim.item), reply, reply.id)
            return
        verdict, again = await self.attempt(claim, traced=True)
        assert again is not None
        if verdict is Verdict.GO:
            self.leave(claim, again, fate)
        else:
            assert verdict is Verdict.NEWER
            await self.give_back(claim, again, Change.HELD)

    async def attempt(
        self, claim: Claim, *, traced: bool = False
    ) -> tuple[Verdict, Outgoing | None]:
        answer = self.twin(claim.item).attempt(claim.token, self.clock.now(), traced=traced)

        verdict, reply = await attempt(self.database, claim, traced=traced)

        assert verdict is answer
        return verdict, reply

    def delivery(self, claim: Claim, reply: Outgoing) -> Delivery | None:
        deliveries = self.account_of(claim.item).deliveries
        return next((one for one in deliveries if one.id == reply.id), None)

    def leave(self, claim: Claim, reply: Outgoing, fate: str) -> None:
        """The request leaves. No reply may ever reach a marketplace twice."""
        assert self.delivery(claim, reply) is None, "sent twice"
        if fate in {"accepted", "crash", "silence"}:
            account = self.account_of(claim.item)
            [thread] = (t for t in THREADS if account.shop.conversation(t) == claim.item)
            arrival = account.shop.our_own(reply.text, thread=thread, name=f"copy of {reply.id}")
            account.deliveries.append(
                Delivery(thread, reply.id, reply.text, next(self.receipts), arrival)
            )
        self.wire.append(OnTheWire(claim, reply, fate))

    async def hear(self, one: OnTheWire) -> None:
        """What became of a request comes to the worker's ears."""
        match one.fate:
            case "accepted":
                delivery = self.delivery(one.claim, one.reply)
                assert delivery is not None
                await self.tell_sent(ConversationId(one.claim.item), one.reply, delivery.receipt)
            case "silence" | "lost":
                await self.call_uncertain(one.claim)
            case "refused":
                await self.give_back(one.claim, one.reply, Change.REFUSED)
            case "later":
                await self.put_off(one.claim)

    async def tell_sent(self, conversation: ConversationId, reply: Outgoing, receipt: str) -> None:
        now = self.clock.now()
        answer = self.twin(conversation).sent(reply.id, receipt, now, now)

        state = await sent(self.database, conversation, reply, receipt=receipt, accepted_at=now)

        assert state is answer
        if answer is not None:
            self.account_of(conversation).seen.add(receipt)
        self.heard.append((conversation, reply))

    async def call_uncertain(self, claim: Claim) -> None:
        answer = self.twin(claim.item).uncertain(claim.token, self.clock.now())
        notice = self.shop.notice("send_uncertain")

        assert await uncertain(self.database, claim, "no answer", notice) == answer

    async def give_back(
        self, claim: Claim, reply: Outgoing, change: Change, *, was_sent: bool = False
    ) -> None:
        conversation = ConversationId(claim.item)
        back = Return(
            change=change,
            reply_state=reply.state,
            why="no",
            reply_id=reply.id,
            claim=claim,
            was_sent=was_sent,
        )
        answer = "unknown"
        if conversation in self.twins:
            answer = self.twins[conversation].returned(
                change,
                reply.state,
                self.clock.now(),
                token=claim.token,
                reply=reply.id,
                was_sent=was_sent,
            )

        assert (await returned(self.database, conversation, back))[0] == answer

    async def put_off(self, claim: Claim) -> None:
        until = self.clock.now() + timedelta(seconds=30)
        answer = self.twin(claim.item).put_off(claim.token, until)

        assert await try_later(self.database, claim, until) == answer

    # First words

    async def speak_first(self, conversation: ConversationId, fate: str) -> None:
        """They leave (or not), and the answer comes (or not); the copy may be listed some time."""
        twin, account = self.twins[conversation], self.account_of(conversation)
        now = self.clock.now()
        queue, partition = self.shop.queues.greet, account.shop.partition
        since = twin.waiting_since or now
        await queue.schedule(partition, {conversation: now})
        [claim] = await queue.claim(10)
        said = twin.speak_first(WORDS, first_words_id(conversation, now), now)

        spoken = await speak_first(self.database, claim, account.shop.account, since, WORDS)

        assert bool(spoken) == said
        if spoken is None:
            return
        [thread] = (t for t in THREADS if account.shop.conversation(t) == conversation)
        receipt = next(self.receipts) if fate == "accepted" else ""
        if fate in {"accepted", "crash", "silence"}:
            name = receipt or f"copy of {spoken.id}"
            account.arrivals.append(account.shop.our_own(WORDS, thread=thread, name=name))
        if fate != "crash":
            unsent = fate in {"refused", "later"}
            twin.spoke_first(spoken.id, receipt, now, unsent=unsent)
            if receipt:
                account.seen.add(receipt)
            done = await spoke_first(self.database, spoken, receipt=receipt, unsent=unsent)
            assert done

    # The comparison

    async def compare(self) -> None:
        now = self.clock.now()
        partitions = [one.shop.partition for one in self.accounts]
        assert await snapshot(self.database, partitions) == {
            name: expected(twin, now) for name, twin in self.twins.items()
        }
        for one in self.accounts:
            book = await read_account(self.database, one.shop.account)
            assert (book.stored, book.known) == (one.stored, one.known)
            assert book.seen == book.stored + book.known + book.ignored + book.set_aside
            assert (book.unaccounted, book.recovered) == (0, 0)
            taught = await lessons(self.database, one.shop.account)
            assert [lesson.text for lesson in taught] == list(one.lessons.values())
            rows = await edits(self.database, [one.shop.account])
            counted = {name: getattr(row, name) for row in rows for name in one.counted}
            assert counted == dict(one.counted)
        await self.compare_days()

    async def compare_days(self) -> None:
        """What was answered in time, and what was not, is counted once, whatever came twice."""
        counted = await read_days(self.database, ACCOUNTS)
        for one in self.accounts:
            days = counted[one.shop.account]
            told = {
                (day, name): getattr(tally, name)
                for day, tally in days.items()
                for name in ("in_time", "late", "left_out")
            }
            expected = Counter(one.days)
            for name, twin in self.twins.items():
                if self.account_of(name) is one:
                    expected.update(twin.days)
            assert {what: n for what, n in told.items() if n} == {
                what: n for what, n in expected.items() if n
            }
            await self.compare_replies(one)

    async def compare_replies(self, one: Account) -> None:
        """The team's figures count the replies that arrived, and none that was refused later."""
        told = await read_trends(self.database, [one.shop.account], date(1970, 1, 1))
        found = Counter({f"class {place}": n for place, n in enumerate(told.waited) if n})
        found.update({"intent": told.intents.total()} if told.intents else {})
        found.update(told.people)
        found.update({step: n for (step, _), n in told.given.items()})
        expected = Counter(one.replies)
        for name, twin in self.twins.items():
            if self.account_of(name) is one:
                expected.update(twin.replies)
        expected.pop(ASKING, None)
        assert dict(found) == {what: n for what, n in expected.items() if n}

    async def compare_events(self) -> None:
        """Every change since the last look has left its event, in order."""
        events = await self.feed.since(self.position)
        self.position = events[-1].position if events else self.position
        told: defaultdict[str, list[str]] = defaultdict(list)
        for event in events:
            if event.conversation is not None:
                told[event.conversation].append(event.type)
        for name, twin in self.twins.items():
            assert told.pop(name, []) == list(map(str, twin.events))
            twin.events.clear()
        assert told == {name: ["purged"] for name in self.purged}
        self.purged.clear()

    def names(self, *states: State) -> list[ConversationId]:
        return sorted(name for name, twin in self.twins.items() if twin.state in states)


async def _code(work: Awaitable[object]) -> str:
    """The code of the conflict that an agent is told, or "ok"."""
    try:
        await work
    except Conflict as conflict:
        return conflict.code
    return "ok"
