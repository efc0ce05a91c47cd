"""What may happen to a store, how often, and with what."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from responder.domain.model import Author
from responder.domain.sla import Share, SlaPolicy
from tests.store.shop import DAY
from tests.store.together.accounts import THREADS

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
