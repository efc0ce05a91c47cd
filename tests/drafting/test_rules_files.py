"""Files of rules: what is wrong with them is named, and what a rule of them finds."""

from pathlib import Path

from responder.domain.model import Severity
from responder.drafting.problems import Collector
from responder.drafting.rule_files import read_rules
from responder.drafting.rules import RuleBook, check


def test_each_problem_of_a_rules_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "common.toml").write_text(
        'most = 1\n[[rule]]\nid = "x_y"\nseverity = "block"\nmessage = "m"\npatterns = ["a"]\n'
    )
    (tmp_path / "other.toml").write_text(
        '[[rule]]\nid = "x_y"\nseverity = "block"\nmessage = "m"\npatterns = ["a+", "("]\n'
    )
    (tmp_path / "broken.toml").write_text("[[rule]\n")
    problems = Collector()

    read_rules(tmp_path, problems)

    said = [str(problem) for problem in problems.problems]
    assert len(said) == 4
    assert "broken.toml:1: is not valid TOML" in said[0]
    assert "common.toml:1: most: unknown key; known are gap, hosts, most_characters" in said[1]
    assert "other.toml: rule x_y: patterns: 'a+'" in said[2]


def test_a_marketplace_may_replace_a_common_rule(tmp_path: Path) -> None:
    rule = '[[rule]]\nid = "x_y"\nseverity = "{}"\nmessage = "m"\npatterns = ["abc"]\n'
    (tmp_path / "common.toml").write_text(rule.format("block"))
    (tmp_path / "soft.toml").write_text(rule.format("warn"))

    books = read_rules(tmp_path, Collector())

    assert [one.severity for one in check("abc", books["common"])] == [Severity.BLOCK]
    assert [one.severity for one in check("abc", books["soft"])] == [Severity.WARN]


def test_rules_without_common_ones_are_a_problem(tmp_path: Path) -> None:
    problems = Collector()

    read_rules(tmp_path, problems)

    assert "has no common.toml" in str(problems.problems[0])


def test_words_that_stand_together_in_one_sentence_are_found_in_any_order(tmp_path: Path) -> None:
    book = _book_of(tmp_path, 'together = [["red", "lamp"]]')

    found = [
        [(one.start, one.end) for one in check(text, book)]
        for text in ("A lamp, a red one.", "The red lamp.", "A lamp. It is red.", "A lamp.")
    ]

    assert found == [[(2, 13)], [(4, 12)], [], []]


def test_words_that_stand_together_need_at_least_two(tmp_path: Path) -> None:
    problems = Collector()
    _write_rule(tmp_path, 'together = [["red"]]')

    read_rules(tmp_path, problems)

    assert ["together" in str(problem) for problem in problems.problems] == [True]


def _book_of(directory: Path, more: str) -> RuleBook:
    problems = Collector()
    _write_rule(directory, more)
    books = read_rules(directory, problems)
    problems.raise_any()
    return books["common"]


def _write_rule(directory: Path, more: str) -> None:
    (directory / "common.toml").write_text(
        f"""
[[rule]]
id = "red_lamp"
severity = "block"
message = "no red lamps"
patterns = ["never said"]
{more}
""",
        encoding="utf-8",
    )
