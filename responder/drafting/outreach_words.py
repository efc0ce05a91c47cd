"""The words for an occasion: ``config/proactive/<language>.toml``. Pure but for ``load``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from responder.domain.model import Severity
from responder.domain.outreach import Occasion
from responder.drafting.drafter import Drafting
from responder.drafting.problems import DraftingConfigError, Problem

AUDIENCES = ("buyer", "warehouse")
PLACES = {
    "buyer": frozenset({"order_id", "item", "quantity"}),
    "warehouse": frozenset({"order_id", "item", "quantity", "doubts"}),
}
FALLBACK = "en"
LONGEST_ITEM = 80  # characters of a title


@dataclass(frozen=True, slots=True)
class OutreachWords:
    """By language, audience and occasion."""

    texts: Mapping[str, Mapping[tuple[str, Occasion], str]]

    def said(
        self, occasion: Occasion, audience: str, language: str, known: Mapping[str, str]
    ) -> str | None:
        """The text in ``language``, else in English; None where there is none."""
        for name in (language, language.partition("-")[0], FALLBACK):
            text = self.texts.get(name, {}).get((audience, occasion))
            if text is not None:
                return text.format_map({**known, "item": _short(known.get("item", ""))})
        return None


def broken_rules(
    drafting: Drafting, text: str, *, account: str, marketplace: str, language: str, order_id: str
) -> tuple[str, ...]:
    """The rules that words to a buyer break so that they may not leave."""
    known = drafting.known(account, language, {"order.id": order_id}, own=(order_id,))
    found = drafting.check(text, marketplace, known)
    return tuple(sorted({hit.rule for hit in found if hit.severity is Severity.BLOCK}))


def load(folder: Path) -> OutreachWords:
    """Read every language. ``DraftingConfigError`` names each mistake: file, key, what is wrong."""
    problems: list[Problem] = []
    texts = {path.stem: _read(path, problems) for path in sorted(folder.glob("*.toml"))}
    if problems:
        raise DraftingConfigError(problems)
    return OutreachWords(texts)


def _read(path: Path, problems: list[Problem]) -> dict[tuple[str, Occasion], str]:
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        problems.append(Problem(file=path, key="", what=str(error)))
        return {}
    found: dict[tuple[str, Occasion], str] = {}
    for audience, table in told.items():
        if audience not in AUDIENCES or not isinstance(table, dict):
            what = f"only {' and '.join(AUDIENCES)} are read"
            problems.append(Problem(file=path, key=audience, what=what))
            continue
        for name, text in table.items():
            wrong = _mistake(audience, name, text)
            if wrong:
                problems.append(Problem(file=path, key=f"{audience}.{name}", what=wrong))
            else:
                found[audience, Occasion(name)] = text
    return found


def _mistake(audience: str, name: str, text: object) -> str:
    if name not in set(Occasion):
        return f"there is no such occasion; there are {', '.join(Occasion)}"
    if not isinstance(text, str) or not text.strip():
        return "write what is said, in quotes"
    try:
        places = {place for _, place, _, _ in Formatter().parse(text) if place is not None}
    except ValueError as error:
        return str(error)
    unknown = sorted(places - PLACES[audience])
    if unknown:
        return f"{{{unknown[0]}}} is not known; there are {', '.join(sorted(PLACES[audience]))}"
    try:
        text.format_map(dict.fromkeys(places, "1"))
    except (ValueError, LookupError) as error:
        return str(error)
    return ""


def _short(item: str) -> str:
    words = " ".join(item.replace("{", "(").replace("}", ")").split())
    return words if len(words) <= LONGEST_ITEM else f"{words[: LONGEST_ITEM - 1]}…"
