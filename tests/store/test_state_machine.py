"""The store against a twin in plain Python, over whatever Hypothesis thinks of.

Messages come in new, again and out of order; agents claim, approve, withdraw and
give up; workers die with a reply on the wire; people settle what nobody knows; what
is promised changes.
After every step the store and the twin must agree on everything.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis.stateful import initialize, invariant, rule

from responder.domain.model import State
from responder.domain.sla import SlaPolicy
from responder.domain.states import CLOSED, OWED
from tests.store.machines import live_through
from tests.store.state_machine.agents import Agents
from tests.store.state_machine.chances import AFTERWARDS, AGES, accounts, step
from tests.store.state_machine.letters import Letters
from tests.store.state_machine.workers import Workers


class StoreMachine(Letters, Agents, Workers):
    """What may happen, in whatever order."""

    @rule(step=step)
    def something_happens(self, step: tuple[str, tuple[Any, ...]]) -> None:
        name, details = step
        getattr(self, name)(*details)

    @initialize(account=accounts)
    def somebody_writes_first(self, account: int) -> None:
        self.a_page_comes_in(account, [("buyer", "t1", timedelta(0))])

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

    # What happens by itself

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
