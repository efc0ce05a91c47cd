"""The table of faults in connectors/README.md says what is so: switches, tests, entries."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from connectors.amazon.mock import FAULTS as AMAZON
from connectors.registry import BUILT_IN
from connectors.taobao.mock_faults import KNOWN_FAULTS as TAOBAO

ROOT = Path(__file__).parents[2]
SWITCHES: Mapping[str, frozenset[str]] = {
    "amazon": frozenset(AMAZON),
    "taobao": frozenset(TAOBAO),
    **{plugin.name: frozenset(plugin.faults) for plugin in BUILT_IN},
}


@dataclass(frozen=True)
class Row:
    entry: str
    switches: str
    tests: tuple[str, ...]

    def named(self) -> Iterator[tuple[str, str]]:
        """Marketplace and switch, each."""
        for part in self.switches.split(";"):
            markets, colon, names = part.partition(":")
            if colon:
                for market in markets.split(","):
                    for name in re.findall(r"`(\w+)`", names):
                        yield market.strip(), name


def rows() -> list[Row]:
    lines = (ROOT / "connectors" / "README.md").read_text(encoding="utf-8").splitlines()
    cells = [line.strip("|").split("|") for line in lines if re.match(r"\| (C\d|eBay|login)", line)]
    return [
        Row(entry.strip(), switches, tuple(re.findall(r"`(test_\w+)`", tests)))
        for entry, _, switches, tests in cells
    ]


@cache
def known_tests() -> frozenset[str]:
    found = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return frozenset(name for text in found for name in re.findall(r"def (test_\w+)\(", text))


def test_every_entry_of_section_c_has_a_row() -> None:
    assert [row.entry for row in rows() if row.entry.startswith("C")] == [
        f"C{number}" for number in range(1, 28)
    ]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.entry)
def test_each_row_names_a_switch_that_there_is_and_a_test_that_there_is(row: Row) -> None:
    for market, name in row.named():
        assert name in SWITCHES[market] or name == "daily_quota", (market, name)
    assert [name for name in row.tests if name not in known_tests()] == []
    assert row.tests or "exempt" in row.switches


@pytest.mark.parametrize("market", SWITCHES)
def test_every_switch_of_a_mock_is_in_the_table(market: str) -> None:
    named = {name for row in rows() for where, name in row.named() if where == market}

    assert SWITCHES[market] - named == set()
