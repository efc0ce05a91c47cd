"""Whether a shop's own model would have done better than the rules, week after week."""

from collections.abc import Sequence
from dataclasses import dataclass

from responder.domain.lessons import Lesson
from responder.drafting.intent import Intents
from responder.drafting.learned.figures import Figures, Outcome, figures
from responder.drafting.learned.model import FEWEST, examples, learn

_STEPS = 5
_FEWEST_JUDGED = 40
_MARGIN = 0.01  # of accuracy, by which the model must be better
_CARELESS = 0.02  # of precision, which it may cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The rules and the model on the same messages, none of which the model had learned from."""

    lessons: int
    judged: int
    rules: Figures
    model: Figures
    better: bool
    why: str


def backtest(lessons: Sequence[Lesson], intents: Intents) -> Report:
    """Learn from the oldest lessons, judge by the next ones, go on from there.

    ``lessons`` come oldest first. ``ValueError`` where there are too few of them.
    """
    if len(lessons) < FEWEST + _FEWEST_JUDGED:
        raise ValueError(
            f"{len(lessons)} confirmed messages are too few: {FEWEST} to learn from and "
            f"{_FEWEST_JUDGED} to judge by are needed"
        )
    prepared = examples(lessons, intents)
    start = max(FEWEST, len(lessons) // 3)
    width = -(-(len(lessons) - start) // _STEPS)
    by_rules: list[Outcome] = []
    by_model: list[Outcome] = []
    for end in range(start, len(lessons), width):
        model = learn(prepared[:end])
        for lesson in lessons[end : end + width]:
            fired = intents.fired(lesson.text, [lesson.language])
            ruled = intents.judge(fired)
            seen = model.understand(lesson.text, ruled, fired)
            for found, into in ((ruled, by_rules), (seen, by_model)):
                into.append(
                    Outcome(
                        wanted=lesson.confirmed.value,
                        got=found.best.intent.value,
                        confidence=found.best.confidence,
                    )
                )
    return _report(len(lessons), figures(by_rules), figures(by_model))


def _report(lessons: int, rules: Figures, model: Figures) -> Report:
    gain = (model.accuracy or 0.0) - (rules.accuracy or 0.0)
    cost = (rules.precision_when_fires or 0.0) - (model.precision_when_fires or 0.0)
    better = gain >= _MARGIN and cost <= _CARELESS
    if better:
        why = f"right {gain:+.1%} more often than the rules"
    elif gain < _MARGIN:
        why = f"not better than the rules ({gain:+.1%} of messages right)"
    else:
        why = f"right more often ({gain:+.1%}), but its picks are wrong more often ({-cost:+.1%})"
    return Report(
        lessons=lessons,
        judged=model.messages,
        rules=rules,
        model=model,
        better=better,
        why=why,
    )
