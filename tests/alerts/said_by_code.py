"""Every reason that the code can give, found in the source itself; for each place a stand-in."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import connectors
import responder

STAND_IN = "x1"
# Whatever is given to these becomes a reason that somebody may read.
MAKERS = {
    *("Unavailable", "RateLimited", "Unauthorized", "Rejected", "NotThere", "SessionRefused"),
    *("SetAside", "Broken", "aside", "_aside", "unreadable", "without_facts"),
    *("Outcome", "give_up", "_careful"),
}
KEYWORDS = {"reason", "trouble"}
# These say how a shop or its files stand, in words that a page shows.
SPEAKERS = {"check", "in_words", "confirmed", "room_for", "refusal"}
FOLDERS = ("connectors", "responder/workers", "responder/alerts", "responder/store")
PRETENDED = ("mock", "fake", "faults")  # they stand for others, and say what those would
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def reasons() -> dict[str, str]:
    """Each reason, and where it is said."""
    root = Path(responder.__file__).parents[1]
    assert Path(connectors.__file__).parents[1] == root
    files = [file for folder in FOLDERS for file in sorted((root / folder).rglob("*.py"))]
    return {
        said: f"{file.relative_to(root)}:{line}"
        for file in files
        if not file.name.startswith(PRETENDED)
        for said, line in _in(ast.parse(file.read_text(encoding="utf-8")))
        if " " in said
    }


def _in(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for function in ast.walk(tree):
        if isinstance(function, Function):
            named = _named(function)
            for node in ast.walk(function):
                for given in _given(node, function.name):
                    yield from ((said, given.lineno) for said in _texts(given, named))


def _given(node: ast.AST, within: str) -> Iterator[ast.expr]:
    """What ``node`` gives as a reason."""
    if isinstance(node, ast.Call):
        if _name(node.func) in MAKERS:
            yield from node.args
        yield from (one.value for one in node.keywords if one.arg in KEYWORDS)
    elif isinstance(node, ast.Return) and within in SPEAKERS and node.value is not None:
        yield node.value


def _name(called: ast.expr) -> str:
    match called:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _named(function: Function) -> dict[str, list[ast.expr]]:
    """What is written down under each name in a function."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.setdefault(name, []).append(value)
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                found.setdefault(name, []).append(value)
    return found


def _texts(given: ast.expr, named: dict[str, list[ast.expr]]) -> Iterator[str]:
    """The texts that an expression may come to, as far as they stand there."""
    match given:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(
                str(one.value) if isinstance(one, ast.Constant) else STAND_IN for one in parts
            )
            for one in parts:
                if isinstance(one, ast.FormattedValue) and isinstance(one.value, ast.Name):
                    yield from _texts(one.value, named)
        case ast.IfExp(body=one, orelse=other):
            yield from (*_texts(one, named), *_texts(other, named))
        case ast.Name(id=name) if name != "ref":  # where a thing lies, beside the reason
            others = {key: values for key, values in named.items() if key != name}
            for value in named.get(name, ()):
                yield from _texts(value, others)
