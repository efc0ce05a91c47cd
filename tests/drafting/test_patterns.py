import re
from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.drafting.patterns import compile_alternatives, compile_pattern


class _How(TypedDict):
    gap: int
    whole_words: bool


WORDS = {"when": "when|how soon", "ask": "{when}|whether"}
HOW = _How(gap=20, whole_words=True)


def test_a_word_list_is_spelled_out() -> None:
    pattern = compile_pattern("{when}…ship", WORDS, **HOW)

    assert pattern.is_in("how soon will you ship it")
    assert not pattern.is_in("will you ship it")


def test_word_lists_may_name_each_other() -> None:
    assert compile_pattern("{ask}…ship", WORDS, **HOW).is_in("tell me when you ship")


def test_a_gap_stays_inside_of_one_sentence_and_its_width() -> None:
    pattern = compile_pattern("when…ship", {}, **HOW)

    assert not pattern.is_in("when? ship it")
    assert not pattern.is_in("when " + "very " * 10 + "ship")


def test_whole_words_start_but_need_not_end_there() -> None:
    pattern = compile_pattern("cancel", {}, **HOW)

    assert pattern.is_in("please cancelled it")
    assert not pattern.is_in("uncancel")


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("a+", "upper bound"),
        ("a*b", "upper bound"),
        ("a{3,}", "upper bound"),
        ("a++b", "upper bound"),
        ("(?:a|b)*c", "upper bound"),
        ("(?>a+)b", "upper bound"),
        ("(?:a{0,9}){0,9}b", "too many ways"),
        ("(?:a|ab){0,40}c", "too many ways"),
        ("a…b…c…d…e", "too many ways"),
        (r"(a)\1", "refer back"),
        ("(", "not a pattern"),
        ("a{0,3}", "empty text"),
        ("{nobody}", "unknown word {nobody}; known are ask, when"),
    ],
)
def test_a_pattern_that_could_run_away_is_refused(source: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(complaint)):
        compile_pattern(source, WORDS, gap=20, whole_words=False)


def test_words_in_a_circle_are_refused() -> None:
    with pytest.raises(ValueError, match="circle"):
        compile_pattern("{a}", {"a": "{b}", "b": "{a}"}, **HOW)


def test_a_possessive_repeat_costs_one_way() -> None:
    compile_pattern("[a-z]{1,64}+@[a-z]{1,64}+[.][a-z]{2,12}", {}, **HOW)
    with pytest.raises(ValueError, match="too many"):
        compile_pattern("[a-z]{1,64}@[a-z]{1,64}[.][a-z]{2,12}", {}, **HOW)


@pytest.mark.parametrize(
    ("source", "needles"),
    [
        ("refund", {"refund"}),
        ("refund|money back", {"refund", "money back"}),
        ("(?:when|where).{0,9}parcel", {"parcel"}),
        ("(?:when|how soon)", {"when", "how soon"}),
        ("x?parcels?", {"parcel"}),
        ("[ab]c?", {"a", "b"}),
        ("(?>tel)[01]", {"tel0", "tel1"}),
        ("(?:do|did) (?:not|n't)", {"do not", "did not", "do n't", "did n't"}),
        ("(?:ab){1,3}", {"ab"}),
        ("[^a]", set()),
        (r"\d{3}", set()),
        ("a{0,2}[b-d]", {"b", "c", "d"}),
        ("(?!no)[^0-9]", set()),
        ("abc|[^a-c]", set()),
        ("e[a-z]x{0,9}parcel", {"parcel"}),
    ],
)
def test_a_pattern_names_what_every_match_contains(source: str, needles: set[str]) -> None:
    pattern = compile_pattern(source, {}, gap=5, whole_words=False)

    assert set(pattern.needles) == needles


@given(
    text=st.text("abc 1刷", max_size=12),
    source=st.sampled_from(
        ["a|bc", "(?:a|b)c?1", "[ab]1", "a.{0,3}c", "(?<!a)b", "(?:ab|a1){1,2}", "b?c", "(?:a|.)1"]
    ),
)
def test_looking_at_a_glance_never_changes_the_answer(text: str, source: str) -> None:
    pattern = compile_pattern(source, {}, gap=5, whole_words=False)

    assert pattern.is_in(text) == bool(pattern.expression.search(text))
    assert [one.span() for one in pattern.all_in(text)] == [
        one.span() for one in pattern.expression.finditer(text)
    ]


def test_what_could_not_be_compiled_is_refused_before_it_is_tried() -> None:
    with pytest.raises(ValueError, match="look-behind"):
        compile_pattern("(?<=a{1,2})b", {}, gap=5)


def test_alternatives_are_looked_for_one_by_one() -> None:
    found = compile_alternatives("{fruit}|[|]x|(?:a|b)c", {"fruit": "plum|pear"}, gap=5)

    assert [one.source for one in found] == ["plum", "pear", "[|]x", "(?:a|b)c"]
    assert [set(one.needles) for one in found] == [{"plum"}, {"pear"}, {"|x"}, {"ac", "bc"}]
