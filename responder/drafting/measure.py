"""How well messages are understood: the figures of ``responder bench drafts``."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any, TypeVar

from responder.domain.lessons import Lesson
from responder.domain.model import Intent
from responder.drafting.drafter import Drafting
from responder.drafting.language import known_language
from responder.drafting.learned.figures import Figures, Outcome, figures

Value = TypeVar("Value")

_INTENTS = frozenset(intent.value for intent in Intent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One message, and what a person said of it; "" where they said nothing."""

    text: str
    language: str
    intent: str


_Found = tuple[Labelled, str, Outcome]  # a row, the language it was taken for, what became of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """How often the language of a message was right, without a hint at what to expect."""

    messages: int
    right: int
    script_told: int  # of Chinese messages labelled by script: how many
    script_right: int

    @property
    def accuracy(self) -> float | None:
        return round(self.right / self.messages, 4) if self.messages else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All figures of one file. ``cpu_ms`` is what one whole reading of a message costs."""

    languages: Mapping[str, Languages]
    intents: Mapping[str, Figures]  # by language, and "all"
    cpu_ms_median: float
    cpu_ms_p99: float
    wrong: tuple[tuple[str, str, str, str], ...]  # language, wanted, got, text


def read_labelled(file: Path) -> tuple[list[Labelled], list[str]]:
    """The good rows of a JSON Lines ``file``, and for each bad one its line and what is wrong."""
    rows: list[Labelled] = []
    bad: list[str] = []
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return [], [f"{file}: cannot be read as UTF-8 text ({error.__class__.__name__})"]
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append(_row(json.loads(line)))
        except json.JSONDecodeError:
            bad.append(f"{file}:{number}: is not JSON")
        except (TypeError, ValueError) as error:
            bad.append(f"{file}:{number}: {error}")
    return rows, bad


def _row(raw: Any) -> Labelled:
    if not isinstance(raw, dict):
        raise TypeError('is not an object: write {"text": …, "language": …, "intent": …}')
    values = {name: raw.get(name) or "" for name in ("text", "language", "intent")}
    for name, value in values.items():
        if not isinstance(value, str):
            raise TypeError(f"{name} is not a string")
    if not values["text"].strip():
        raise ValueError("text is missing or empty")
    if not (values["language"] or values["intent"]):
        raise ValueError("has neither language nor intent: nothing to compare with")
    if values["intent"] and values["intent"] not in _INTENTS:
        allowed = ", ".join(sorted(_INTENTS))
        raise ValueError(f"intent {values['intent'][:40]!r} is not one of {allowed}")
    if values["language"] and known_language(values["language"]) is None:
        raise ValueError(f"language {values['language'][:20]!r} is not one that is told apart")
    return Labelled(**values)


def lessons(rows: Sequence[Labelled]) -> list[Lesson]:
    """``rows`` as a shop's confirmed history, in the order of the file."""
    return [
        Lesson(
            text=row.text,
            language=known_language(row.language) or "en",
            predicted=Intent.UNKNOWN,
            confirmed=Intent(row.intent),
        )
        for row in rows
        if row.intent
    ]


def measure(
    rows: Sequence[Labelled], drafting: Drafting, cpu: Callable[[], float], *, shop: str = ""
) -> Measured:
    """Read every row as if nothing were known of it; ``cpu`` tells processor time in seconds."""
    costs: list[float] = []
    found: list[_Found] = []
    for row in rows:
        started = cpu()
        reading = drafting.read(row.text, default=None, shop=shop)
        costs.append((cpu() - started) * 1000)
        best = reading.understood.best
        outcome = Outcome(wanted=row.intent, got=best.intent.value, confidence=best.confidence)
        found.append((row, reading.language, outcome))
    labelled = [one for one in found if one[0].intent]
    return Measured(
        languages=dict(_by_language(found, _languages)),
        intents=dict(_by_language(labelled, _intents)),
        cpu_ms_median=round(median(costs), 3),
        cpu_ms_p99=round(quantiles(costs, n=100)[-1] if len(costs) > 1 else costs[0], 3),
        wrong=tuple(
            (row.language, one.wanted, one.got, row.text)
            for row, _, one in labelled
            if not one.right
        ),
    )


def _by_language(
    found: Sequence[_Found], judge: Callable[[Sequence[_Found]], Value]
) -> Iterator[tuple[str, Value]]:
    if not found:
        return
    yield "all", judge(found)
    languages = sorted({_base(row.language) for row, _, _ in found if row.language})
    for language in languages if len(languages) > 1 else ():
        yield language, judge([one for one in found if _base(one[0].language) == language])


def _languages(found: Sequence[_Found]) -> Languages:
    told = [(row.language, got) for row, got, _ in found if row.language]
    scripts = [
        (known_language(wanted), got)
        for wanted, got in told
        if _base(wanted) == "zh" and len(wanted) > len("zh")
    ]
    return Languages(
        messages=len(told),
        right=sum(_base(wanted) == _base(got) for wanted, got in told),
        script_told=len(scripts),
        script_right=sum(wanted == got for wanted, got in scripts),
    )


def _intents(found: Sequence[_Found]) -> Figures:
    return figures([outcome for _, _, outcome in found])


def _base(language: str) -> str:
    """The language without its script: zh-Hant, zh-TW and zh are alike."""
    return (known_language(language) or language).partition("-")[0]
