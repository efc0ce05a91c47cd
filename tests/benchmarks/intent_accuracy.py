"""How well the intent patterns do on a labelled file.

    python tests/benchmarks/intent_accuracy.py LABELLED.jsonl [--errors N]

One JSON object a line: {"text": ..., "language": ..., "intent": ...}. Prints, as JSON, the accuracy
over messages that have an intent, the precision when an intent is named, the share of unknowns
for which one is named wrongly, figures for each intent, and precision by confidence.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from responder.drafting.intent import Understanding
from responder.drafting.intent_files import read_intents
from responder.drafting.problems import Collector

SHIPPED = Path(__file__).parents[2] / "config" / "intents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    text: str
    wanted: str
    got: str
    case: str
    score: float


def outcomes(file: Path, intents: Path) -> Iterator[Outcome]:
    problems = Collector()
    patterns = read_intents(intents, problems)
    problems.raise_any()
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        understood: Understanding = patterns.understand(row["text"], [row["language"]])
        best = understood.best
        yield Outcome(
            text=row["text"],
            wanted=row["intent"],
            got=best.intent.value,
            case=best.case,
            score=best.score,
        )


def share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def figures(found: Sequence[Outcome]) -> dict[str, object]:
    known = [one for one in found if one.wanted != "unknown"]
    unknown = [one for one in found if one.wanted == "unknown"]
    fired = [one for one in found if one.got != "unknown"]
    return {
        "messages": len(found),
        "accuracy_in_scope": share(sum(one.got == one.wanted for one in known), len(known)),
        "precision_when_fires": share(sum(one.got == one.wanted for one in fired), len(fired)),
        "wrongly_fires_on_unknown": share(
            sum(one.got != "unknown" for one in unknown), len(unknown)
        ),
        "by_intent": by_intent(found),
        "precision_by_score": by_score(fired),
    }


def by_intent(found: Sequence[Outcome]) -> dict[str, object]:
    wanted = Counter(one.wanted for one in found)
    got = Counter(one.got for one in found)
    right = Counter(one.got for one in found if one.got == one.wanted)
    return {
        intent: {
            "messages": wanted[intent],
            "recall": share(right[intent], wanted[intent]),
            "precision": share(right[intent], got[intent]),
        }
        for intent in sorted(wanted | got)
    }


def by_score(fired: Sequence[Outcome]) -> dict[str, object]:
    bins: dict[str, list[Outcome]] = {}
    for one in fired:
        bins.setdefault(f"{int(one.score * 20) / 20:.2f}", []).append(one)
    return {
        name: {
            "messages": len(held),
            "precision": share(sum(one.got == one.wanted for one in held), len(held)),
        }
        for name, held in sorted(bins.items())
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("file", type=Path, help="labelled messages, JSON Lines")
    parser.add_argument("--intents", type=Path, default=SHIPPED, help="directory of patterns")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="print N wrong ones too")
    chosen = parser.parse_args()
    found = list(outcomes(chosen.file, chosen.intents))
    print(json.dumps(figures(found), indent=1))
    wrong = [one for one in found if one.got != one.wanted]
    for one in wrong[: chosen.errors]:
        print(f"{one.wanted} -> {one.got}/{one.case} {one.score:.2f}: {one.text}")


if __name__ == "__main__":
    main()
