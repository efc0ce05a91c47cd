"""The shipped patterns, read once, and the problems of any others."""

from pathlib import Path

from responder.drafting.intent import Intents
from responder.drafting.intent_files import read_intents
from responder.drafting.problems import Collector

SHIPPED = Path(__file__).parents[2] / "config" / "intents"


def read(directory: Path) -> tuple[Intents, list[str]]:
    problems = Collector()
    intents = read_intents(directory, problems)
    return intents, [str(problem) for problem in problems.problems]


INTENTS, PROBLEMS = read(SHIPPED)
