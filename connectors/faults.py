"""The faults of a marketplace in a box: named, each with a rate, thrown with seeded dice.

A faults file is TOML or JSON: fault names with rates from 0 to 1, and
optionally ``seed``::

    seed = 7
    html_only = 0.25
    duplicate_mail = 0.1
"""

import json
import tomllib
from collections.abc import Mapping
from json import JSONDecodeError
from random import Random
from typing import Self


class FaultsError(ValueError):
    """A faults file that cannot be read; the message names the fault and what is allowed."""


class Faults:
    """Which faults strike, and how often.

    ``known`` maps every fault this marketplace has to its rate when nothing is
    said. The same ``dice`` and the same questions give the same answers.
    """

    def __init__(
        self, known: Mapping[str, float], dice: Random, rates: Mapping[str, object] | None = None
    ) -> None:
        self._known = dict(known)
        self._dice = dice
        self._rates = dict(known)
        self.set(rates or {})

    @classmethod
    def parse(cls, text: str, *, known: Mapping[str, float], dice: Random) -> Self:
        """Read a faults file's text, TOML or JSON. Raises ``FaultsError``."""
        return cls(known, dice, _decoded(text))

    @property
    def rates(self) -> Mapping[str, float]:
        """Every known fault with its rate now."""
        return dict(self._rates)

    def set(self, rates: Mapping[str, object]) -> None:
        """Replace all rates; faults not named go back to their default. All or nothing."""
        named = {name: rate for name, rate in rates.items() if name != "seed"}
        checked = {name: self._checked(name, rate) for name, rate in named.items()}
        seed = rates.get("seed")
        if seed is not None:
            if not isinstance(seed, int):
                raise FaultsError("seed: must be a whole number")
            self._dice.seed(seed)
        self._rates = {**self._known, **checked}

    def strikes(self, name: str) -> bool:
        """Whether fault ``name`` happens this time. No dice are thrown at 0 and 1."""
        rate = self._rates[name]
        return rate > 0 and (rate >= 1 or self._dice.random() < rate)

    def _checked(self, name: str, rate: object) -> float:
        if name not in self._known:
            known = ", ".join(sorted(self._known))
            raise FaultsError(f"{name}: no such fault; known are {known}")
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
            raise FaultsError(f"{name}: a rate is a number from 0 to 1")
        return float(rate)


def _decoded(text: str) -> Mapping[str, object]:
    """JSON where it starts like an object, TOML otherwise."""
    try:
        decoded = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (JSONDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise FaultsError(f"not readable as TOML or JSON: {error}") from None
    assert isinstance(decoded, dict)  # both start with an object
    return decoded
