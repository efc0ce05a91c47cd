"""Whether a shop's own model would have done better than the rules, week after week."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from responder.domain.lessons import Lesson
from responder.drafting.intent import Intents
from responder.drafting.learned.figures import Figures, Outcome, figures
from responder.drafting.learned.model import FEWEST, examples, learn

_STEPS = 5
_FEWEST_JUDGED = 40
_LUCK = 1.64  # standard deviations: what chance alone reaches once in twenty times
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
            touched = intents.touched(lesson.text, [lesson.language])
            ruled = intents.judge(fired)
            seen = model.understand(lesson.text, ruled, fired, touched)
            for found, into in ((ruled, by_rules), (seen, by_model)):
                into.append(
                    Outcome(
                        wanted=lesson.confirmed.value,
                        got=found.best.intent.value,
                        confidence=found.best.confidence,
                    )
                )
    return _report(len(lessons), by_rules, by_model)


def _report(lessons: int, by_rules: Sequence[Outcome], by_model: Sequence[Outcome]) -> Report:
    rules, model = figures(by_rules), figures(by_model)
    gain = (model.accuracy or 0.0) - (rules.accuracy or 0.0)
    cost = (rules.precision_when_fires or 0.0) - (model.precision_when_fires or 0.0)
    beats = _beats(by_rules, by_model)
    if not beats:
        why = f"not surely better than the rules ({gain:+.1%} of messages right)"
    elif cost > _CARELESS:
        why = f"right more often ({gain:+.1%}), but its picks are wrong more often ({-cost:+.1%})"
    else:
        why = f"right {gain:+.1%} more often than the rules"
    better = beats and cost <= _CARELESS
    return Report(
        lessons=lessons,
        judged=len(by_model),
        rules=rules,
        model=model,
        better=better,
        why=why,
    )


def _beats(by_rules: Sequence[Outcome], by_model: Sequence[Outcome]) -> bool:
    """Whether the messages on which they differ speak for the model, beyond luck (McNemar)."""
    pairs = list(zip(by_rules, by_model, strict=True))
    won = sum(model.right and not rules.right for rules, model in pairs)
    lost = sum(rules.right and not model.right for rules, model in pairs)
    return won - lost > _LUCK * sqrt(won + lost)
