"""How the mock writes an answer: JSON or XML, in TOP's real form and in its odd ones."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from xml.sax.saxutils import escape

Leaf: TypeAlias = str | int | bool | None
Answer: TypeAlias = "Mapping[str, Leaf | Listed | Answer]"

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # not even escaped
COMMENT = "<!--top011229189136.center.et2-->"


@dataclass(frozen=True, slots=True)
class Listed:
    """A list, which TOP wraps twice: ``{"messages": {"tmc_message": […]}}``."""

    name: str
    items: "Sequence[Answer | str]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How to write: what the caller asked for, and the oddities that strike this time."""

    xml: bool = False
    simplify: bool = False
    single_as_object: bool = False
    numbers_as_strings: bool = False
    trailing_comment: bool = False

    @property
    def content_type(self) -> str:
        return "text/xml" if self.xml else "text/javascript"


def write(name: str, answer: Answer, manner: Manner) -> bytes:
    """The bytes of ``answer`` under the outer key ``name``."""
    comment = COMMENT if manner.trailing_comment else ""
    if manner.xml:
        body = f'<?xml version="1.0" encoding="utf-8" ?><{name}>{_xml(answer)}</{name}>'
        return (body + comment).encode()
    inner = _json(answer, manner)
    simple = manner.simplify and name != "error_response"
    return (_compact(inner if simple else {name: inner}) + comment).encode()


def outer_name(method: str) -> str:
    """The key around an answer to ``method``: without ``taobao.``, dots as underscores."""
    return method.removeprefix("taobao.").replace(".", "_") + "_response"


def identifier(value: str) -> int | str:
    """An id as TOP writes it in JSON: a bare 64-bit number where it is one."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 20 else value


_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _json(value: object, manner: Manner) -> object:
    match value:
        case str() | None:
            return value
        case Listed(_, []):
            return None  # an empty list drops its key
        case Listed(name, items):
            written = [_json(item, manner) for item in items]
            alone = manner.single_as_object and len(written) == 1
            inner = written[0] if alone else written
            return inner if manner.simplify else {name: inner}
        case bool():
            return value
        case int():
            return str(value) if manner.numbers_as_strings else value
        case Mapping():
            told = ((name, _json(item, manner)) for name, item in value.items())
            return {name: item for name, item in told if item is not None}
        case _:
            return value


def _xml(value: object) -> str:
    match value:
        case Mapping():
            return "".join(_element(name, item) for name, item in value.items())
        case bool():
            return str(value).lower()
        case _:
            return escape(_NOT_IN_XML.sub("", str(value)))


def _element(name: str, value: object) -> str:
    match value:
        case None | Listed(_, []):
            return ""
        case Listed(inner, items):
            written = "".join(f"<{inner}>{_xml(item)}</{inner}>" for item in items)
            return f'<{name} list="true">{written}</{name}>'
        case _:
            return f"<{name}>{_xml(value)}</{name}>"
