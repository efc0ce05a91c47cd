"""Every change leads to a known state, and the clock stops for good reasons only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.domain.model import State
from responder.domain.states import CLOSED, OWED, TRANSITIONS, Change, after

changes = st.sampled_from(Change)
states = st.sampled_from(State)
lives = st.lists(changes, max_size=40)


def test_the_table_speaks_of_every_change() -> None:
    assert set(TRANSITIONS) == set(Change)


@given(change=changes, state=states)
def test_every_change_leads_to_a_known_state_or_may_not_happen(
    change: Change, state: State
) -> None:
    target = after(change, state)

    assert target is None or target in State
    assert (target is None) == (state not in TRANSITIONS[change])


def test_in_every_state_an_answer_is_owed_or_it_is_closed() -> None:
    assert set(State) == OWED | CLOSED
    assert not OWED & CLOSED


@given(life=lives)
def test_whatever_happens_a_conversation_is_in_a_known_state(life: list[Change]) -> None:
    state = State.WAITING
    for change in life:
        state = after(change, state) or state
        assert state in State


@given(life=lives)
def test_only_a_buyer_or_a_refusal_opens_what_was_closed(life: list[Change]) -> None:
    state = State.WAITING
    for change in life:
        following = after(change, state) or state
        if state in CLOSED and following in OWED:
            assert change in {Change.BUYER_WROTE, Change.REFUSED}
        state = following


@pytest.mark.parametrize("change", Change)
def test_the_clock_stops_only_when_it_was_answered_or_needs_no_reply(change: Change) -> None:
    stops = any(state in OWED and target in CLOSED for state, target in TRANSITIONS[change].items())

    assert stops == (change in {Change.SENT, Change.ANSWERED_ELSEWHERE, Change.NO_REPLY_NEEDED})


@given(state=states)
def test_a_buyer_is_always_heard(state: State) -> None:
    target = after(Change.BUYER_WROTE, state)

    assert target is State.WAITING or (state is target is State.UNCERTAIN)


@pytest.mark.parametrize("change", [Change.SENT, Change.UNCERTAIN, Change.NOT_SENT, Change.HELD])
def test_only_what_was_approved_is_on_its_way(change: Change) -> None:
    assert TRANSITIONS[change].keys() <= {State.APPROVED, State.UNCERTAIN}


def test_nothing_is_approved_but_what_waits() -> None:
    into = {
        (change, state)
        for change, table in TRANSITIONS.items()
        for state, target in table.items()
        if target is State.APPROVED
    }

    assert into == {(Change.APPROVED, State.WAITING)}


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_reached_and_left(state: State) -> None:
    into = {
        source
        for table in TRANSITIONS.values()
        for source, target in table.items()
        if target is state and source is not state
    }
    out = {table[state] for table in TRANSITIONS.values() if table.get(state, state) is not state}

    assert into
    assert out


@given(state=states)
def test_a_refused_reply_is_owed_again_wherever_it_was(state: State) -> None:
    assert after(Change.REFUSED, state) is State.WAITING
