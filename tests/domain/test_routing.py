"""Who gets which conversation."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.domain.routing import LONG_AGO, Colleague, Skills, Work, choose

WORK = Work(account="amazon-us", language="de", intent="invoice")
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def agent(
    name: str, *, load: int = 0, limit: int = 5, given_at: datetime = LONG_AGO, **skills: object
) -> Colleague:
    return Colleague(
        name=name,
        skills=Skills(**skills),  # type: ignore[arg-type]
        load=load,
        limit=limit,
        given_at=given_at,
    )


def test_the_buyer_comes_back_to_whom_they_know_though_others_have_less_to_do() -> None:
    team = [agent("ann", load=4), agent("bob")]

    assert choose(WORK, team, known=["ann"]) == "ann"
    assert choose(WORK, team, known=["gone", "ann"]) == "ann"


@pytest.mark.parametrize(
    "ann", [agent("ann", load=5), agent("ann", languages=("en",)), agent("ann", limit=0)]
)
def test_whoever_is_full_or_does_not_fit_gets_nothing_even_of_a_buyer_they_know(
    ann: Colleague,
) -> None:
    assert choose(WORK, [ann, agent("bob", load=3)], known=["ann"]) == "bob"
    assert choose(WORK, [ann], known=["ann"]) is None


@pytest.mark.parametrize(
    "skills",
    [
        {"accounts": ("taobao-main",)},
        {"languages": ("zh", "en")},
        {"intents": ("refund_status",)},
    ],
)
def test_skills_say_what_an_agent_is_given(skills: dict[str, tuple[str, ...]]) -> None:
    fitting = Skills(accounts=("amazon-us",), languages=("de",), intents=("invoice",))

    assert not Skills(**skills).fit(WORK)  # type: ignore[arg-type]
    assert fitting.fit(WORK)
    assert Skills().fit(WORK)


def test_a_language_that_nobody_knows_is_for_everybody() -> None:
    unknown = Work(account="amazon-us", language="", intent="unknown")

    assert Skills(languages=("zh",)).fit(unknown)


def test_turns_go_round_among_the_equally_loaded() -> None:
    given_at = {
        name: NOON + timedelta(minutes=at) for at, name in enumerate(("cleo", "ann", "bob"))
    }
    team = [agent(name, load=2, given_at=at) for name, at in given_at.items()]

    assert choose(WORK, team) == "cleo"
    assert choose(WORK, [agent("new", load=2), *team]) == "new"
    assert choose(WORK, [agent("idle", load=1, given_at=NOON + timedelta(1)), *team]) == "idle"


@given(
    loads=st.lists(st.integers(0, 4), min_size=1, max_size=6),
    count=st.integers(1, 60),
)
def test_no_limit_is_ever_passed_and_the_shares_are_even(loads: list[int], count: int) -> None:
    team = {f"a{place}": agent(f"a{place}", load=load) for place, load in enumerate(loads)}
    for number in range(count):
        name = choose(WORK, list(team.values()))
        if name is None:
            break
        one = team[name]
        team[name] = agent(name, load=one.load + 1, given_at=NOON + timedelta(seconds=number))

    after = [one.load for one in team.values()]
    assert max(after) <= 5
    assert sum(after) == min(sum(loads) + count, 5 * len(loads))
    moved = [load for load, before in zip(after, loads, strict=True) if load != before]
    assert not moved or max(moved) - min(moved) <= 1
