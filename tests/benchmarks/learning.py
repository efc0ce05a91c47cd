"""What a shop's own labels come to, again and again: learn from some, judge by all the others.

    python tests/benchmarks/learning.py LABELLED.jsonl [--sizes 300,600] [--draws 4]

Prints the mean and the spread over the draws, and how often two messages that are nearly the same
carry the same label: what those who labelled do not agree on, nobody can learn.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import mean, pstdev

from responder.domain.lessons import Lesson
from responder.drafting import load
from responder.drafting.intent import Intents
from responder.drafting.learned.features import pieces
from responder.drafting.learned.figures import UNKNOWN, Figures, Outcome, figures
from responder.drafting.learned.model import Example, ShopModel, examples, learn
from responder.drafting.measure import lessons, read_labelled

CONFIG = Path(__file__).parents[2] / "config"
PARTS = ("templates", "rules", "intents", "shops")
FIGURES = (
    "accuracy_in_scope",
    "precision_when_fires",
    "wrongly_fires_on_unknown",
    "coverage_at_90",
)
ALIKE = (0.6, 0.5, 0.4)  # share of pieces that two messages have in common


def judged(model: ShopModel, held: Sequence[Lesson], intents: Intents) -> Figures:
    """What ``model`` makes of messages that it has not learned from."""
    outcomes = []
    for lesson in held:
        fired = intents.fired(lesson.text, [lesson.language])
        touched = intents.touched(lesson.text, [lesson.language])
        found = model.understand(lesson.text, intents.judge(fired), fired, touched).best
        outcomes.append(
            Outcome(
                wanted=lesson.confirmed.value, got=found.intent.value, confidence=found.confidence
            )
        )
    return figures(outcomes)


def draw(
    size: int, seed: int, known: Sequence[Lesson], prepared: Sequence[Example], intents: Intents
) -> Figures:
    """Learn from ``size`` of the lessons, chosen by ``seed``; judge by the rest."""
    order = Random(seed).sample(range(len(known)), len(known))
    model = learn([prepared[place] for place in order[:size]])
    return judged(model, [known[place] for place in order[size:]], intents)


def twins(known: Sequence[Lesson]) -> dict[int, tuple[float, int]]:
    """For each message how much its nearest other is like it, and which that is."""
    told = [frozenset(pieces(lesson.text)) for lesson in known]
    holders: dict[str, list[int]] = defaultdict(list)
    for place, found in enumerate(told):
        for piece in found:
            holders[piece].append(place)
    nearest = {}
    for place, found in enumerate(told):
        shared: dict[int, int] = defaultdict(int)
        for piece in found:
            for other in holders[piece]:
                shared[other] += 1
        shared.pop(place, None)
        alike = [(count / len(found | told[other]), -other) for other, count in shared.items()]
        share, other = max(alike, default=(0.0, 0))
        nearest[place] = (share, -other)
    return nearest


def say_agreement(known: Sequence[Lesson]) -> None:
    nearest = twins(known)
    for least in ALIKE:
        pairs = [
            (known[place].confirmed, known[other].confirmed)
            for place, (share, other) in nearest.items()
            if share >= least and known[place].confirmed.value != UNKNOWN
        ]
        same = sum(one is other for one, other in pairs)
        share = f"{same / len(pairs):.3f}" if pairs else "-"
        print(f"in scope, with a twin {least:.0%} alike: {len(pairs)}, labelled alike: {share}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sizes", default="300,600")
    parser.add_argument("--draws", type=int, default=4)
    chosen = parser.parse_args()
    rows, bad = read_labelled(chosen.data)
    if bad or not rows:
        sys.exit("\n".join(bad) or f"{chosen.data} is empty")
    known = lessons(rows)
    intents = load(*(CONFIG / name for name in PARTS)).intents
    prepared = examples(known, intents)
    for size in map(int, chosen.sizes.split(",")):
        if size >= len(known):
            sys.exit(f"{chosen.data} has {len(known)} labels: nothing would be left beside {size}")
        found = [draw(size, seed, known, prepared, intents) for seed in range(chosen.draws)]
        told = ((name, [getattr(one, name) or 0.0 for one in found]) for name in FIGURES)
        print(
            f"{size} learned:",
            ", ".join(f"{name} {mean(each):.3f} ± {pstdev(each):.3f}" for name, each in told),
        )
    say_agreement(known)


if __name__ == "__main__":
    main()
