"""The store against a twin in plain Python, over whatever Hypothesis thinks of.

Messages come in new, again and out of order; agents claim, approve, withdraw and
give up; workers die with a reply on the wire; people settle what nobody knows; what
is promised changes.
After every step the store and the twin must agree on everything.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from fakeredis import FakeAsyncRedis
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from redis.asyncio import Redis

from responder.domain.model import Author, ConversationId, Kind, State, Token
from responder.domain.sla import Share, SlaPolicy
from responder.domain.states import CLOSED, OWED
from responder.store.conversations import Asked
from responder.store.database import open_database
from responder.store.inbox import Arrival
from responder.testing import FakeClock
from tests.store.machines import live_through
from tests.store.shop import DAY
from tests.store.together import THREADS, Account, Together

T = TypeVar("T")
WORDS = ("Tomorrow.", "Soon.")
MINUTE = timedelta(minutes=1)
SHORT = SlaPolicy("short", 60 * MINUTE, (Share(25), Share(50), 10 * MINUTE))
LONG = SlaPolicy("long", 72 * 60 * MINUTE)

which = st.integers(0, 99)
agents = st.sampled_from(["ann", "bob"])
words = st.sampled_from(WORDS)
threads = st.sampled_from([THREADS[0], THREADS[0], *THREADS])  # most happens in one thread
accounts = st.sampled_from([0, 0, 1])
fates = st.sampled_from(["accepted", "accepted", "crash", "silence", "lost", "refused", "later"])
ago = st.sampled_from([0, 0, 1, 5, 60, 60 * 13, 60 * 25]).map(lambda m: timedelta(minutes=m))
letters = st.lists(
    st.one_of(
        st.tuples(st.just("buyer"), threads, ago),
        st.tuples(st.just("buyer"), threads, ago),
        st.tuples(st.just("seller"), threads, ago, words),
        st.tuples(st.just("as approved"), threads, ago),
        st.tuples(st.just("notice"), threads, st.sampled_from(Author)),
        st.tuples(st.just("copy"), which, st.booleans()),
        st.tuples(st.just("copy"), which, st.booleans()),
        st.tuples(st.just("refusal"), which, st.booleans()),
        st.tuples(st.just("refusal"), which, st.booleans()),
        st.tuples(st.just("refusal of the last"), threads, ago),
        st.tuples(st.just("again"), which),
    ),
    min_size=1,
    max_size=4,
)
AFTERWARDS: list[list[tuple[Any, ...]]] = [  # what comes in when we have answered
    [("copy", 0, False)],
    [("refusal", 0, False)],
    [("refusal", 0, True), ("again", 0)],
    [("refusal", 1, False)],
    [("refusal", 2, True), ("buyer", "t1", 0 * MINUTE), ("refusal", 0, True)],
    [("refusal of the last", "t1", 0 * MINUTE)],
    [("buyer", "t1", MINUTE), ("buyer", "t1", 0 * MINUTE)],
    [("copy", 0, True), ("buyer", "t1", 0 * MINUTE)],
    [("seller", "t1", 0 * MINUTE, "By phone."), ("refusal", 0, False)],
]
AGES = (timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1))
STEPS: dict[str, tuple[int, st.SearchStrategy[tuple[Any, ...]]]] = {  # how often, with what
    "the_story_goes_on": (
        6,
        st.tuples(which, agents, words, fates, st.booleans(), st.booleans()),
    ),
    "a_page_comes_in": (4, st.tuples(accounts, letters)),
    "a_slow_worker_goes_on": (3, st.tuples(which, fates, st.booleans())),
    "a_worker_takes_what_is_due": (
        2,
        st.tuples(st.sampled_from(["draft", "watch", "outbox"]), st.booleans()),
    ),
    "an_agent_does_something_else": (
        2,
        st.tuples(
            which,
            agents,
            st.sampled_from(
                [
                    "claim",
                    "take over",
                    "withdraw",
                    "reject",
                    "redraft",
                    "improve",
                    "dismiss",
                    "settle",
                    "decline",
                ]
            ),
            st.sampled_from([0, 0, 1, None]),
        ),
    ),
    "a_file_is_put_there_or_taken_away": (
        1,
        st.tuples(which, agents, st.sampled_from([True, True, False]), st.booleans()),
    ),
    "an_agent_uses_an_old_claim": (
        1,
        st.tuples(which, words, st.sampled_from([0, 0, 1, None]), st.sampled_from([None, 0, 1])),
    ),
    "first_words_are_said": (1, st.tuples(which, fates)),
    "a_second_yes_is_asked_for": (
        2,
        st.tuples(
            which,
            agents,
            words,
            st.sampled_from([0, 0, 0, 1]),
            st.sampled_from([None, True, False]),
        ),
    ),
    "a_promise_changes": (1, st.tuples(which, st.sampled_from([DAY, SHORT, LONG]))),
    "time_passes": (2, st.tuples(st.sampled_from([1, 11, 31, 121, 121, 301, 3600, 12 * 3600]))),
    "something_rare_happens": (
        1,
        st.tuples(which, st.sampled_from(["late page", "purge", "told again"])),
    ),
}
# One rule for all: Hypothesis would leave some rules out of each run, and few stories would end.
step = st.sampled_from([name for name, (often, _) in STEPS.items() for _ in range(often)]).flatmap(
    lambda name: st.tuples(st.just(name), STEPS[name][1])
)


class StoreMachine(RuleBasedStateMachine):
    """What may happen, in whatever order."""

    socket: Path | None = None  # of a real server

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = FakeClock()
        self.run(self._open())

    async def _open(self) -> None:
        if self.socket is None:
            self.redis: Redis = FakeAsyncRedis(decode_responses=True)
        else:
            self.redis = Redis(unix_socket_path=str(self.socket), decode_responses=True)
            await self.redis.flushall()
        self.both = Together(await open_database(self.redis, self.clock), self.clock)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.run(self.redis.aclose())
        self.runner.close()

    @rule(step=step)
    def something_happens(self, step: tuple[str, tuple[Any, ...]]) -> None:
        name, details = step
        getattr(self, name)(*details)

    # What comes in

    @initialize(account=accounts)
    def somebody_writes_first(self, account: int) -> None:
        self.a_page_comes_in(account, [("buyer", "t1", timedelta(0))])

    def a_page_comes_in(self, account: int, letters: list[tuple[Any, ...]]) -> None:
        one = self.both.accounts[account]
        found = [self.arrival(one, *letter) for letter in letters]
        self.run(self.both.page(one, [arrival for arrival in found if arrival]))

    def arrival(self, one: Account, kind: str, *details: Any) -> Arrival | None:
        """A letter as the connector reports it; None where there is nothing of that sort."""
        match kind, *details:
            case "again", place:
                return one.arrivals[place % len(one.arrivals)] if one.arrivals else None
            case "copy" | "refusal", place, by_receipt:
                return self.about_a_reply(one, kind, place, by_receipt)
            case "buyer", thread, ago:
                fresh = one.shop.arrival(thread=thread, at=self.clock.now() - ago)
            case "seller", thread, ago, text:
                fresh = one.shop.our_own(text, thread=thread, at=self.clock.now() - ago)
            case "as approved", thread, ago:
                reply = self.both.twin(one.shop.conversation(thread)).reply
                text = reply.text if reply else WORDS[0]
                fresh = one.shop.our_own(text, thread=thread, at=self.clock.now() - ago)
            case "refusal of the last", thread, ago:
                fresh = one.shop.refusal("", thread=thread, at=self.clock.now() - ago)
            case _, thread, author:
                fresh = one.shop.arrival(author, "notice", thread=thread, kind=Kind.NOTICE)
        one.arrivals.append(fresh)
        return fresh

    def about_a_reply(
        self, one: Account, kind: str, place: int, by_receipt: bool
    ) -> Arrival | None:
        """A reply of ours read back, or refused by mail."""
        if not one.deliveries:
            return None
        delivery = one.deliveries[-1 - place % len(one.deliveries)]
        if kind == "refusal":
            refuses = delivery.receipt if by_receipt else delivery.id
            return one.shop.refusal(refuses, thread=delivery.thread)
        if by_receipt:
            return one.shop.our_own(delivery.text, thread=delivery.thread, name=delivery.receipt)
        return delivery.arrival

    def a_promise_changes(self, place: int, policy: SlaPolicy) -> None:
        names = self.both.names(*OWED)
        if names:
            self.run(self.both.promise(names[place % len(names)], policy))

    def time_passes(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        self.run(self.both.counts_follow())

    def something_rare_happens(self, place: int, what: str) -> None:
        match what:
            case "late page":
                self.run(self.both.late_page(self.both.accounts[place % 2]))
            case "purge":
                self.run(self.both.purge(AGES[place % 3]))
            case "told again" if self.both.heard:
                told = self.both.heard[place % len(self.both.heard)]
                self.run(self.both.tell_sent(*told, next(self.both.receipts)))

    # Agents

    def the_story_goes_on(
        self, place: int, agent: str, text: str, fate: str, yes: bool, hears: bool
    ) -> None:
        """The next step that is usual, so that enough stories come to an end."""
        names = self.both.names(*State)
        if not names:
            return
        conversation = names[place % len(names)]
        match self.both.twins[conversation].state:
            case State.WAITING:
                self.an_agent_answers(conversation, agent, text)
            case State.APPROVED if self.both.wire and hears:
                self.an_answer_comes_to_a_worker(place)
            case State.APPROVED if hears or yes or not self.both.wire:
                self.everything_due_is_sent(fate, can_tell=yes, hears=hears)
            case State.UNCERTAIN if hears:
                self.run(self.both.settle(conversation, was_sent=yes))
            case _:
                account = self.both.accounts.index(self.both.account_of(conversation))
                self.a_page_comes_in(account, AFTERWARDS[place % len(AFTERWARDS)])

    def an_agent_answers(self, conversation: ConversationId, agent: str, text: str) -> None:
        """The whole way from a message to an approval."""
        twin = self.both.twins[conversation]
        token = self.run(self.both.claim(conversation, agent))
        if token is None:
            return
        if not twin.current_draft:
            self.run(self.both.reject(conversation, agent, None, again=True))
            self.everything_is_drafted()
        if len(text) % 2:
            self.run(self.both.attach(conversation, token))
        files = twin.files_at(self.clock.now())[: len(text) % 3]
        work = self.both.approve(conversation, agent, token, text, twin.version, files=files)
        self.run(work)
        assert twin.state is State.APPROVED

    def everything_is_drafted(self) -> None:
        for claim in self.run(self.both.hand_out("draft")):
            self.run(self.both.store_draft(claim))

    def an_agent_does_something_else(
        self, place: int, agent: str, verb: str, off: int | None
    ) -> None:
        names = self.both.names(*State)
        if not names:
            return
        conversation = names[place % len(names)]
        twin = self.both.twins[conversation]
        match verb:
            case "claim":
                self.run(self.both.claim(conversation, agent))
            case "take over":
                self.run(self.both.take_over(conversation, agent))
            case "withdraw":
                self.run(self.both.withdraw(conversation, agent, of_anybody=off == 0))
            case "reject" | "redraft":
                version = None if off is None else twin.version + off
                self.run(self.both.reject(conversation, agent, version, again=verb == "redraft"))
            case "decline" if conversation in self.both.asked:
                self.run(self.both.decline(conversation, agent, self.asked_of(conversation, off)))
            case "improve":
                self.run(self.both.improve(conversation, off or 0))
            case "settle":
                self.run(self.both.settle(conversation, was_sent=off is None))
            case "dismiss":
                newest = None if off is None else twin.newest + off
                self.run(self.both.dismiss(conversation, agent, newest))

    def a_file_is_put_there_or_taken_away(
        self, place: int, agent: str, put: bool, claims: bool
    ) -> None:
        """By who claims it now, or by who may have held it some time."""
        names = self.both.names(State.WAITING, State.APPROVED)
        if not names:
            return
        conversation = names[place % len(names)]
        token = self.run(self.both.claim(conversation, agent)) if claims else None
        old = [one for name, _, one in self.both.tokens if name == conversation]
        do = self.both.attach if put else self.both.detach
        self.run(do(conversation, token or Token(old[-1] if old else "none")))

    def asked_of(self, conversation: ConversationId, off: int | None) -> Asked:
        """What was asked, or something that was asked before it."""
        asked = self.both.asked[conversation]
        return asked if off == 0 else replace(asked, id="before")

    def a_second_yes_is_asked_for(
        self, place: int, agent: str, text: str, off: int, agrees: bool | None
    ) -> None:
        """Somebody prepares a reply; a colleague may agree to it, or to what was asked before."""
        names = self.both.names(State.WAITING)
        if not names:
            return
        conversation = names[place % len(names)]
        twin = self.both.twins[conversation]
        token = self.run(self.both.claim(conversation, agent))
        if token is None:
            return
        if len(text) % 3 == 0:
            self.run(self.both.release(conversation, token))
            if len(text) % 2:
                self.run(self.both.claim(conversation, "mia"))
            token = Token("")
        newest, saw_ask = twin.newest - off, len(text) % 5 > 0
        self.run(
            self.both.ask(conversation, agent, token, text, twin.version, newest, saw_ask=saw_ask)
        )
        if agrees is None and len(text) % 2:  # who read it before that answers without a claim
            words, newest = f"{text} Yours, Sue", twin.newest
            work = self.both.approve(
                conversation, "sue", Token(""), words, twin.version, newest, saw_ask=False
            )
            self.run(work)
        if agrees is None or conversation not in self.both.asked:
            return
        asked = self.asked_of(conversation, 0 if agrees else 1)
        meanwhile = ("", "sue", agent, "mia")[len(text) % 4]
        if meanwhile:  # looks on, writes on, or is a third person
            self.run(self.both.claim(conversation, meanwhile))
        self.run(
            self.both.approve(
                conversation,
                "sue",
                Token(""),
                asked.text,
                asked.version,
                asked.newest,
                agrees=asked,
            )
        )

    def an_agent_uses_an_old_claim(
        self, place: int, text: str, off: int | None, unread: int | None
    ) -> None:
        tokens = [one for one in self.both.tokens if one[0] in self.both.twins]
        if not tokens:
            return
        conversation, agent, token = tokens[-1 - place % len(tokens)]
        if len(text) % 3 == 0:
            token = Token("")  # and without any
        if off is None:
            self.run(self.both.release(conversation, token))
        else:
            twin = self.both.twins[conversation]
            newest = None if unread is None else twin.newest - unread
            version, saw_ask = twin.version + off, len(text) % 5 > 0
            self.run(
                self.both.approve(
                    conversation, agent, token, text, version, newest, saw_ask=saw_ask
                )
            )

    # Workers

    def first_words_are_said(self, place: int, fate: str) -> None:
        names = self.both.names(*State)
        if names:
            self.run(self.both.speak_first(names[place % len(names)], fate))

    def a_worker_takes_what_is_due(self, queue: str, slow: bool) -> None:
        claims = self.run(self.both.hand_out(queue))
        for claim in claims if queue == "watch" and not slow else ():
            self.run(self.both.announce(claim))

    def a_slow_worker_goes_on(self, place: int, fate: str, can_tell: bool) -> None:
        claims = [(name, claim) for name, hand in self.both.hands.items() for claim in hand]
        if not claims:
            return
        name, claim = claims[-1 - place % len(claims)]
        match name:
            case "draft":
                self.run(self.both.store_draft(claim, stale=not can_tell))
            case "watch":
                self.run(self.both.announce(claim))
            case _ if all(one.claim != claim for one in self.both.wire):
                self.run(self.both.send(claim, fate, can_tell=can_tell))
            case _:  # a worker waits for its answer before it asks again
                pass

    def everything_due_is_sent(self, fate: str, *, can_tell: bool, hears: bool) -> None:
        for claim in self.run(self.both.hand_out("outbox")):
            on_the_wire = len(self.both.wire)
            self.run(self.both.send(claim, fate, can_tell=can_tell))
            if hears and len(self.both.wire) > on_the_wire:
                self.run(self.both.hear(self.both.wire.pop()))

    def an_answer_comes_to_a_worker(self, place: int) -> None:
        self.run(self.both.hear(self.both.wire.pop(-1 - place % len(self.both.wire))))

    # What must be so after every step

    @invariant()
    def the_store_and_the_twins_agree(self) -> None:
        self.run(self.both.compare())

    @invariant()
    def every_change_has_left_its_event(self) -> None:
        self.run(self.both.compare_events())

    @invariant()
    def whoever_waits_is_cared_for(self) -> None:
        for twin in self.both.twins.values():
            if twin.state is State.WAITING:
                assert twin.drafting or twin.current_draft or twin.rejected
            if twin.plan is not None:
                assert twin.state in OWED
                assert twin.watch or twin.told == len(twin.plan.steps)
            if twin.reply is not None and twin.reply.state != "uncertain":
                assert twin.outbox
            if twin.state in CLOSED:
                assert (twin.watch, twin.drafting, twin.outbox) == (None, None, None)


@pytest.mark.timeout(900)  # a failure is shrunk before it is shown
def test_the_store_follows_the_rules_whatever_happens() -> None:
    live_through(StoreMachine, lives=60, steps=40)


@pytest.mark.timeout(900)
def test_a_real_server_follows_the_rules_whatever_happens(real_store: Path) -> None:
    class OnTheRealServer(StoreMachine):
        socket = real_store

    live_through(OnTheRealServer, lives=10, steps=30)
