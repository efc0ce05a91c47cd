"""Which secrets stand in a configuration file itself, where whoever reads the file reads them."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, SecretStr


def plain_secrets(settings: BaseModel, raw: Mapping[str, Any]) -> list[str]:
    """The full keys of the secrets that ``raw``, which ``settings`` was read from, holds itself."""
    return [".".join(place) for place in _within(settings.model_dump(by_alias=True), raw)]


def _within(known: object, told: object) -> Iterator[tuple[str, ...]]:
    match known, told:
        case SecretStr(), str():
            yield ()
        case dict(), dict():
            for name in told:
                yield from _under(name, known.get(name), told[name])
        case ((list() | tuple()), list()):
            for place, (one, other) in enumerate(zip(known, told, strict=False)):
                name = other.get("id", place) if isinstance(other, dict) else place
                yield from _under(str(name), one, other)


def _under(name: str, known: object, told: object) -> Iterator[tuple[str, ...]]:
    return ((name, *rest) for rest in _within(known, told))
