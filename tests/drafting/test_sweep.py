"""One pass finds what looking for each pattern everywhere finds."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.drafting.patterns import Pattern, compile_alternatives
from responder.drafting.problems import Collector
from responder.drafting.rule_files import read_rules
from responder.drafting.rules import Reading
from responder.drafting.sweep import Sweep, Wanted
from tests.drafting.replies import bad, good

BOOKS = read_rules(Path(__file__).parents[2] / "config" / "rules", Collector())
SOURCES = ["a|bc", "(?:a|b)c?1", "[ab]{2}", "a.{0,3}c", "(?<!a)b(?!c)", "(?:ab|a1){1,2}", r"\b\d"]


def _any_of(source: str) -> tuple[Pattern, ...]:
    return compile_alternatives(source, {}, gap=5, ascii_digits=True)


def _everywhere(patterns: Sequence[Pattern], text: str) -> set[tuple[int, int]]:
    return {match.span() for one in patterns for match in one.expression.finditer(text)}


@given(text=st.text("abc1 .", max_size=40), sources=st.lists(st.sampled_from(SOURCES), max_size=4))
def test_one_pass_finds_each_place_of_each_pattern(text: str, sources: list[str]) -> None:
    wanted = [Wanted(_any_of(source)) for source in sources]

    found = set(Sweep(wanted).places(text))

    assert found == {
        (number, *span)
        for number, wish in enumerate(wanted)
        for span in _everywhere(wish.patterns, text)
    }


@pytest.mark.parametrize("marketplace", ["amazon", "taobao"])
def test_the_shipped_rules_find_the_same_in_a_long_text(marketplace: str) -> None:
    lines = [*bad(), *good()]
    texts = [" ".join(one.text for one in lines[at : at + 20]) for at in range(0, len(lines), 20)]
    rules, sweep = BOOKS[marketplace].read_as[Reading.PLAIN]

    for text in texts:
        places = set(sweep.places(text))
        for number, rule in enumerate(rules):
            assert {(number, *span) for span in _everywhere(rule.patterns, text)} <= places


def test_a_group_is_found_where_one_sentence_has_all_of_it() -> None:
    group = tuple(map(_any_of, ("red|blue", "lamp", "\\b(?:big|small)")))
    sweep = Sweep([Wanted((), (group,))])

    assert [*sweep.places("a big blue lamp. and a lamp")] == [(0, 2, 15)]
    assert [*sweep.places("a lamp that is red, and small!")] == [(0, 2, 29)]
    assert [*sweep.places("a big lamp. a red one")] == []
    assert [*sweep.places("a big reddish thing")] == []
    assert [*sweep.places("of 2.5 m a small red lamp")] == [(0, 11, 25)]


def test_nothing_wanted_finds_nothing() -> None:
    assert [*Sweep([]).places("anything")] == []
    assert [*Sweep([Wanted(())]).places("")] == []
