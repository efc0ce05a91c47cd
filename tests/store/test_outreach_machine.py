"""Words about orders in any order of events, beside a twin in plain Python that says what is so.

Written from what ``store/outreach.py`` promises: proposed once, decided once, handed out to one
worker, and only that one moves it on.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from responder.domain.outreach import SETTLED, Standing
from responder.store.dead_letters import bury, dead_letters, drop, replay
from responder.store.events import EventFeed
from responder.store.outreach import (
    Move,
    Wording,
    move,
    outreach_id,
    outreaches,
    propose,
    withdraw,
    withdraw_old,
)
from responder.store.own_words import OwnWords, own_keys
from responder.store.queues import Queues
from tests.store.machines import OnAStore, live_through
from tests.store.outreach_twin import (
    FATES,
    ITEMS,
    LEASE,
    LEAVES,
    SHOP,
    SUBJECTS,
    A,
    Held,
    P,
    S,
    Story,
    Twin,
    U,
)
from tests.store.shop import START


class OutreachMachine(OnAStore):
    """What people, workers and time may do."""

    def __init__(self) -> None:
        super().__init__()
        self.told = Story()
        self.queue = Queues(self.database).outreach
        self.partition = self.database.partitions.of_account(SHOP)

    def name(self, item: str) -> str:
        return outreach_id(self.partition, SHOP, *SUBJECTS[item])

    def is_busy(self, item: str) -> bool:
        """Whether other words about its order leave now."""
        return any(
            twin.leaves_until is not None and twin.leaves_until > self.clock.now()
            for other, twin in self.told.twins.items()
            if other != item and SUBJECTS[other][0] == SUBJECTS[item][0]
        )

    def reached(self, twin: Twin, state: Standing) -> None:
        twin.state, twin.since = state, self.clock.now()
        twin.leaves_until = self.clock.now() + LEAVES if state is S else None
        self.told.events.append(state)

    # People and orders

    @rule(item=ITEMS)
    def an_order_gives_an_occasion(self, item: str) -> None:
        order, occasion = SUBJECTS[item]
        wording = Wording(
            order_id=order, occasion=occasion, channel="refund:1:onsale",
            audience="buyer", text=f"about {item}", language="zh", is_free=True, comes_back=True,
        )  # fmt: skip
        is_new = self.run(propose(self.database, SHOP, wording))

        assert is_new == (item not in self.told.twins)
        if is_new:
            self.told.twins[item] = Twin(since=self.clock.now())
            self.told.events.append(P)

    @rule(item=ITEMS, off=st.sampled_from([0, 0, 1]))
    def somebody_approves(self, item: str, off: int) -> None:
        twin = self.told.twins.get(item)
        version = (twin.version if twin else 1) + off
        changes = {"by": "ann", "version": str(version + 1)}
        how = Move(before=P, after=A, version=version, queue=self.clock.now(), changes=changes)
        answer = self.run(move(self.database, self.name(item), how))

        if twin is None or twin.state is not P:
            assert answer == (twin.state if twin else "")
        elif off:
            assert answer == "stale"
        else:
            assert answer == "ok"
            twin.version, twin.wake, twin.token = version + 1, self.clock.now(), ""
            self.reached(twin, A)

    @rule(item=ITEMS)
    def the_occasion_passes(self, item: str) -> None:
        twin = self.told.twins.get(item)
        gone = self.run(withdraw(self.database, SHOP, *SUBJECTS[item]))

        assert gone == (twin is not None and twin.state is P)
        if gone and twin:
            self.reached(twin, Standing.DROPPED)

    @rule(age=st.sampled_from([timedelta(0), timedelta(hours=1)]))
    def what_nobody_decided_is_taken_back(self, age: timedelta) -> None:
        before = self.clock.now() - age
        old = [
            twin
            for twin in self.told.twins.values()
            if twin.state is P and twin.since is not None and twin.since <= before
        ]

        assert self.run(withdraw_old(self.database, before)) == len(old)
        for twin in old:
            self.reached(twin, Standing.DROPPED)

    @rule(item=ITEMS, sent=st.booleans())
    def somebody_resolves(self, item: str, *, sent: bool) -> None:
        twin = self.told.twins.get(item)
        after = Standing.SENT if sent else A
        how = Move(before=U, after=after, queue="" if sent else self.clock.now())
        answer = self.run(move(self.database, self.name(item), how))

        assert (answer == "ok") == (twin is not None and twin.state is U)
        if answer == "ok" and twin:
            twin.wake, twin.token = None if sent else self.clock.now(), ""
            self.reached(twin, after)

    # Workers and time

    @rule(seconds=st.sampled_from([1, 30, 121]))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    @rule()
    def a_worker_takes_what_is_due(self) -> None:
        now = self.clock.now()
        claims = self.run(self.queue.claim(5))
        due = {item for item, twin in self.told.twins.items() if twin.wake and twin.wake <= now}

        found = {self.name(item): item for item in self.told.twins}
        assert {found[claim.item] for claim in claims} == due
        for claim in claims:
            twin = self.told.twins[found[claim.item]]
            twin.wake, twin.token = now + LEASE, claim.token
            self.told.held.append(Held(found[claim.item], claim))

    @rule(place=st.integers(0, 500), fate=st.sampled_from(sorted(FATES)))
    def a_worker_goes_on(self, place: int, fate: str) -> None:
        """Also one that has lost its lease long ago."""
        if not self.told.held:
            return
        held = self.told.held[place % len(self.told.held)]
        twin, (before, after, queue) = self.told.twins[held.item], FATES[fate]
        own = self.own(held.item, fate)
        how = Move(before=before, after=after, queue=queue, own=own)
        answer = self.run(move(self.database, self.name(held.item), how, held.claim))

        if twin.token != held.claim.token:
            assert answer == "lost"
        elif twin.state is not before:
            assert answer == twin.state
        elif after is S and self.is_busy(held.item):
            assert answer == "busy"
        else:
            assert answer == "ok"
            twin.left |= fate == "attempt"
            twin.arrived |= fate == "sent"
            if not queue:
                twin.wake, twin.token = None, ""
            self.reached(twin, after)

    @rule(item=ITEMS, fate=st.sampled_from(sorted(FATES)))
    def words_go_their_way(self, item: str, fate: str) -> None:
        """As they mostly do: few stories would come to an end by single steps."""
        self.an_order_gives_an_occasion(item=item)
        self.somebody_approves(item=item, off=0)
        self.a_worker_takes_what_is_due()
        places = [place for place, held in enumerate(self.told.held) if held.item == item]
        for step in ("attempt", fate):
            if places:
                self.a_worker_goes_on(place=places[-1], fate=step)

    def own(self, item: str, fate: str) -> OwnWords | None:
        if fate not in {"attempt", "sent"}:
            return None
        message = f"m{item}" if fate == "sent" else ""
        return OwnWords(account=SHOP, text=f"about {item}", message=message)

    @rule(place=st.integers(0, 30))
    def a_worker_gives_it_up(self, place: int) -> None:
        if not self.told.held:
            return
        held = self.told.held[place % len(self.told.held)]
        twin = self.told.twins[held.item]
        gone = self.run(bury(self.database, self.queue, held.claim, "KeyError", None, account=SHOP))

        assert gone == (twin.token == held.claim.token)
        if gone:
            twin.wake, twin.token, twin.buried = None, "", True

    @rule(item=ITEMS, again=st.booleans())
    def somebody_decides_on_the_dead_letter(self, item: str, *, again: bool) -> None:
        twin = self.told.twins.get(item)
        letter = f"{self.partition.number:02d}/outreach:{self.name(item)}"
        if twin is None or not twin.buried:
            return
        twin.buried = False
        if again:
            over = twin.state not in {A, S}
            assert self.run(replay(self.database, letter, "ann")) == (
                "over" if over else "replayed"
            )
            if not over and not twin.token:
                twin.wake = self.clock.now()
            return
        assert self.run(drop(self.database, letter, "ann"))
        if twin.state in {A, S}:
            twin.wake, twin.token = None, ""
            self.reached(twin, Standing.DROPPED if twin.state is A else U)

    # What must be so

    @invariant()
    def the_store_and_the_twins_agree(self) -> None:
        found = {one.id: one for one in self.run(outreaches(self.database, list(Standing)))}
        assert {name: one.state for name, one in found.items()} == {
            self.name(item): twin.state for item, twin in self.told.twins.items()
        }
        assert all(
            found[self.name(item)].version == twin.version for item, twin in self.told.twins.items()
        )
        waiting = self.run(self.redis.zrange(self.partition.queue("outreach").wake, 0, -1))
        assert set(waiting) == {
            self.name(item) for item, twin in self.told.twins.items() if twin.wake
        }
        letters = self.run(dead_letters(self.database))
        assert len(letters) == sum(twin.buried for twin in self.told.twins.values())

    @invariant()
    def each_lies_in_one_index_and_what_is_settled_ends(self) -> None:
        for item, twin in self.told.twins.items():
            name = self.name(item)
            places = [
                state
                for state in Standing
                if self.run(self.redis.zscore(self.partition.outreaches(state), name)) is not None
            ]
            assert places == [twin.state]
            ends = self.run(self.redis.pttl(self.partition.outreach(name))) > 0
            assert ends or twin.state not in SETTLED

    @invariant()
    def words_that_may_have_left_are_known_as_ours(self) -> None:
        for item, twin in self.told.twins.items():
            own = OwnWords(account=SHOP, text=f"about {item}", message=f"m{item}")
            there = self.run(self.redis.mget(own_keys(self.partition, own)))
            assert [one is not None for one in there] == [twin.left, twin.arrived]

    @invariant()
    def every_move_has_left_its_event(self) -> None:
        events = self.run(EventFeed(self.database).since(START))
        assert [one.data["state"] for one in events if one.type == "outreach"] == self.told.events


@pytest.mark.timeout(900)
def test_words_about_orders_follow_the_rules_whatever_happens() -> None:
    live_through(OutreachMachine, lives=25, steps=25)


@pytest.mark.timeout(900)
def test_words_about_orders_follow_the_rules_on_a_real_server(real_store: Path) -> None:
    class OnTheRealServer(OutreachMachine):
        socket = real_store

    live_through(OnTheRealServer, lives=6, steps=25)
