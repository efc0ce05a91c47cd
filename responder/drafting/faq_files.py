"""Reads `config/shops/<id>/faq*.md`: every heading of the second level is a question."""

import re
from collections.abc import Iterator
from pathlib import Path

from responder.drafting.faq import Entry, Faq
from responder.drafting.language import LATIN, detect, is_surely, known_language
from responder.drafting.problems import Collector

_HEADING = re.compile(r"#{1,6}\s+(\S.*?)\s*#*$")
_QUESTION = "## "
_MOST_CHARACTERS = 1_500
_MARKS = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_POINT = re.compile(r"\s*(?:[-*+]|\d{1,2}[.)])\s")
_LINK = re.compile(r"\[([^\]\n]{1,200})\]\([^)\n]{1,400}\)")


def read_faq(directory: Path, problems: Collector) -> Faq:
    """The answers in ``directory`` (which need not exist); problems name file and line."""
    entries: list[Entry] = []
    for file in sorted(directory.glob("faq*.md")):
        text = problems.read(file)
        if text is not None:
            entries.extend(_entries(file, text, problems))
    return Faq(entries)


def _entries(file: Path, text: str, problems: Collector) -> Iterator[Entry]:
    told = known_language(file.name.removesuffix(".md").partition(".")[2] or None)
    sections = list(_sections(text))
    if not sections:
        problems.add(file, f'has no heading that begins with "{_QUESTION}": nothing to answer')
    for line, heading, body in sections:
        answer = _plain(body)
        if not answer:
            problems.add(file, f"{heading!r} has no answer below it", line=line)
        elif len(answer) > _MOST_CHARACTERS:
            what = f"the answer has {len(answer)} characters; at most {_MOST_CHARACTERS} are sent"
            problems.add(file, what, line=line)
        else:
            question, *also = (part.strip() for part in heading.split(" / "))
            yield Entry(
                question=question,
                also=tuple(also),
                answer=answer,
                language=told or _language(f"{question} {answer}"),
                source=f"shops/{file.parent.name}/{file.name}: {question}",
            )


def _language(text: str) -> str:
    """The language of ``text``; plain words tell without the model, which takes half a second."""
    return next((one for one in LATIN if is_surely(text, one)), None) or detect(text, "en")[0]


def _sections(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, heading and body of every question."""
    found: tuple[int, str] | None = None
    body: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        heading = _HEADING.match(line)
        if heading is None:
            body.append(line)
            continue
        if found:
            yield (*found, "\n".join(body))
        found = (number, heading[1]) if line.startswith(_QUESTION) else None
        body = []
    if found:
        yield (*found, "\n".join(body))


def _plain(body: str) -> str:
    """Markdown as a message shows it: no marks, links by their words."""
    text = _LINK.sub(r"\1", _MARKS.sub("", body))
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(_joined(one) for one in paragraphs if one.strip())


def _joined(paragraph: str) -> str:
    """One line, but for the points of a list."""
    lines = [" ".join(line.split()) for line in paragraph.strip().splitlines()]
    return ("\n" if all(map(_POINT.match, lines)) else " ").join(lines)
