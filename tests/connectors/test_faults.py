"""Faults: known by name, thrown with seeded dice."""

from random import Random

import pytest

from connectors.faults import Faults, FaultsError

KNOWN = {"late": 0.0, "copy": 1.0}


def faults(**rates: object) -> Faults:
    return Faults(KNOWN, Random(1), rates)


def test_a_fault_that_is_not_named_keeps_its_default() -> None:
    assert faults(late=0.5).rates == {"late": 0.5, "copy": 1.0}


def test_never_is_never_and_always_is_always() -> None:
    thrown = faults(late=0)

    assert not any(thrown.strikes("late") for _ in range(100))
    assert all(thrown.strikes("copy") for _ in range(100))


def test_the_same_seed_throws_the_same_dice() -> None:
    first, second = faults(late=0.5, seed=9), faults(late=0.5, seed=9)

    thrown = [first.strikes("late") for _ in range(50)]

    assert thrown == [second.strikes("late") for _ in range(50)]
    assert 0 < sum(thrown) < 50


@pytest.mark.parametrize("text", ["late = 0.25\nseed = 3", '{"late": 0.25, "seed": 3}'])
def test_a_file_may_be_toml_or_json(text: str) -> None:
    assert Faults.parse(text, known=KNOWN, dice=Random(1)).rates["late"] == 0.25


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("latte = 1", "latte: no such fault; known are copy, late"),
        ("late = 2", "late: a rate is a number from 0 to 1"),
        ("late = true", "late: a rate is a number from 0 to 1"),
        ('late = "often"', "late: a rate is a number from 0 to 1"),
        ('seed = "x"', "seed: must be a whole number"),
        ("late =", "not readable as TOML or JSON"),
        ("{", "not readable as TOML or JSON"),
    ],
)
def test_a_bad_file_is_refused_with_what_is_allowed(text: str, said: str) -> None:
    with pytest.raises(FaultsError, match=said):
        Faults.parse(text, known=KNOWN, dice=Random(1))


def test_a_refused_change_changes_nothing() -> None:
    thrown = faults(late=0.5)

    with pytest.raises(FaultsError):
        thrown.set({"copy": 0.0, "latte": 1})

    assert thrown.rates == {"late": 0.5, "copy": 1.0}
