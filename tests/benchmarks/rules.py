"""How well and how fast the content rules judge the labelled list of replies.

Run with ``python tests/benchmarks/rules.py``. Held out: the third that nobody tuned on.
Fresh: a second list of other shapes; one half was mended by, the other only counted.
Blind: of a third list, written without looking at the rules, the half that was only counted.
Disguises, shapes, voices, last: written one after the other by whoever had mended the rules, to get
past them, each measured before it was mended by (the README says how that went).
Desk, street: written before the rules were opened; evening: after the mending by these two.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from statistics import median
from time import process_time_ns

sys.path.insert(0, str(Path(__file__).parents[2]))

from responder.domain.model import Severity
from responder.drafting.language import warm_up
from responder.drafting.problems import Collector
from responder.drafting.rule_files import read_rules
from responder.drafting.rules import check
from tests.drafting.replies import Line, bad, fresh_bad, fresh_good, good
from tests.drafting.replies.disguises import contacts

PROBLEMS = Collector()
BOOKS = read_rules(Path(__file__).parents[2] / "config" / "rules", PROBLEMS)
PROBLEMS.raise_any()  # a rule that cannot be read would be measured as absent
BLIND = (bad("blind_bad.txt"), good("blind_good.txt"))
LATER = {
    name: (bad(f"{name}_bad.txt"), good(f"{name}_good.txt"))
    for name in ("shapes", "voices", "last", "desk", "street", "evening")
}
LONG = 2_000  # characters, as many as a marketplace takes
ROUNDS = 5


def is_missed(line: Line) -> bool:
    return not line.is_found(check(line.text, BOOKS[line.marketplace], line.known))


def is_blocked(line: Line) -> bool:
    found = check(line.text, BOOKS[line.marketplace], line.known)
    return any(one.severity is Severity.BLOCK for one in found)


def microseconds(line: Line) -> float:
    """CPU time of one check, the best of a few."""
    took = []
    for _ in range(ROUNDS):
        started = process_time_ns()
        check(line.text, BOOKS[line.marketplace], line.known)
        took.append((process_time_ns() - started) / 1000)
    return min(took)


def say(name: str, worse: Sequence[Line], better: Sequence[Line]) -> None:
    lost, stopped = sum(map(is_missed, worse)), sum(map(is_blocked, better))
    print(
        f"{name:9} recall {1 - lost / len(worse):.4f} ({len(worse) - lost} of {len(worse)}), "
        f"false blocks {stopped / max(1, len(better)):.4f} ({stopped} of {len(better)})"
    )


def long_replies(lines: Sequence[Line]) -> Iterator[Line]:
    """Good replies one after the other, of one language: more to look at than any real one has."""
    key = attrgetter("marketplace", "language")
    for _, alike in groupby(sorted(lines, key=key), key):
        first, *rest = alike
        text = " ".join(line.text for line in (first, *rest))
        for start in range(0, max(1, len(text) - LONG), LONG // 2):
            yield replace(first, text=text[start : start + LONG])


def say_times(what: str, lines: Sequence[Line]) -> None:
    times = sorted(map(microseconds, lines))
    print(
        f"CPU µs {what}: median {median(times):.0f}, "
        f"99 % below {times[len(times) * 99 // 100]:.0f}, mean {sum(times) / len(times):.0f}"
    )


def main() -> None:
    warm_up()
    worse, better = bad(), good()
    say("all", worse, better)
    say("tuned", *([one for one in part if not one.is_held_out] for part in (worse, better)))
    say("held out", *([one for one in part if one.is_held_out] for part in (worse, better)))
    fresh = (fresh_bad(), fresh_good())
    say("fresh", *([one for one in part if not one.is_only_counted] for part in fresh))
    say("counted", *([one for one in part if one.is_only_counted] for part in fresh))
    say("blind", *([one for one in part if one.is_only_counted] for part in BLIND))
    say("disguises", list(contacts()), [])
    for name, part in LATER.items():
        say(name, *part)
    say_times("a reply", [*worse, *better])
    say_times(f"a reply of {LONG} characters", list(long_replies(better)))


if __name__ == "__main__":
    main()
