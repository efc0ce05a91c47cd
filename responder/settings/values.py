"""The small values of a configuration file: durations, secrets, warnings before a deadline."""

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    PlainSerializer,
    SecretStr,
    ValidationInfo,
)

from responder.domain.sla import Share

LONGEST = timedelta(days=73_000)  # two centuries from now are still a date, in both directions
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)(ms|s|m|h|d))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SHARE = re.compile(r"(\d{1,2})%")


def duration(value: object) -> timedelta:
    """``"30s"``, ``"1h30m"``, ``"2d"``. ``ValueError`` says what is allowed."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str) and _DURATION.fullmatch(value):
        parts = _PART.findall(value)
        seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
        if seconds > LONGEST.total_seconds():
            raise ValueError(f'{value!r} is too long; write at most "{LONGEST.days}d"')
        return timedelta(seconds=seconds)
    raise ValueError(f'{value!r} is no duration; write e.g. "30s", "5m", "1h30m", "2d"')


def spoken(value: timedelta) -> str:
    """A duration as it is written in a file."""
    seconds = value.total_seconds()
    for unit in ("d", "h", "m"):
        if seconds and seconds % _UNITS[unit] == 0:
            return f"{int(seconds // _UNITS[unit])}{unit}"
    return f"{seconds:g}s"


def _lasts(value: timedelta) -> timedelta:
    if not value:
        raise ValueError('write a duration that is longer than "0s"')
    return value


Duration = Annotated[timedelta, BeforeValidator(duration), PlainSerializer(spoken, return_type=str)]
SomeTime = Annotated[Duration, AfterValidator(_lasts)]

Moment = Annotated[
    AwareDatetime, PlainSerializer(lambda moment: moment.isoformat(), return_type=str)
]


def _target(value: object) -> Share:
    found = _SHARE.fullmatch(value) if isinstance(value, str) else None
    if found is None or int(found[1]) == 0:
        raise ValueError(f'{value!r}: write a share of the answers, from "1%" to "99%"')
    return Share(int(found[1]))


TargetShare = Annotated[
    Share,
    BeforeValidator(_target),
    PlainSerializer(lambda share: f"{share.percent}%", return_type=str),
]


def _warning(value: object) -> Share | timedelta:
    if isinstance(value, str) and (share := _SHARE.fullmatch(value)):
        return Share(int(share[1]))
    try:
        return duration(value)
    except ValueError:
        raise ValueError(
            f'{value!r}: write a share of the reply time that has passed ("50%") '
            'or a duration before the deadline ("4h")'
        ) from None


def _spoken_warning(value: Share | timedelta) -> str:
    return f"{value.percent}%" if isinstance(value, Share) else spoken(value)


Warning_ = Annotated[
    Share | timedelta,
    BeforeValidator(_warning),
    PlainSerializer(_spoken_warning, return_type=str),
]


def _secret(value: object, info: ValidationInfo) -> Any:
    return read_secret(value, info.context)


def read_secret(value: object, context: Mapping[str, Any] | None) -> str:
    """``{ env = "NAME" }``, ``{ file = "PATH" }``, or the secret itself (``plain.py`` warns).

    ``context`` is that of the validation: the directory that a path starts from.
    """
    match value:
        case {"env": str(name), **rest} if not rest:
            if name not in os.environ:
                raise ValueError(f"the environment variable {name} is not set")
            return _said(os.environ[name], f"the environment variable {name}")
        case {"file": str(path), **rest} if not rest:
            return _said(_read(_base(context) / path, path), f"the file {path}")
        case str():
            return value
        case _:
            raise ValueError('write { env = "NAME" } or { file = "PATH" }')


def _read(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").strip()  # some editors begin with a mark
    except OSError as error:
        raise ValueError(f"the file {name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"the file {name} is not text (UTF-8)") from None


def _said(secret: str, where: str) -> str:
    """A secret that is none is a mistake of whoever sets it: it would only show as "refused"."""
    if not secret:
        raise ValueError(f"{where} is empty")
    return secret


def _base(context: Mapping[str, Any] | None) -> Path:
    return context["directory"] if context else Path()


Secret = Annotated[SecretStr, BeforeValidator(_secret)]
