"""Files of patterns: what is wrong with them is named, and what a text touches in them."""

from pathlib import Path

from tests.drafting.shipped_intents import read


def test_each_problem_of_a_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "xx.toml"
    file.write_text(
        'gap = 5\n[[case]]\nintent = "payment"\ncase = "a_b"\npatterns = ["a+", "ok"]\n'
        '[[case]]\nintent = "payment"\ncase = "c_d"\npatterns = ["{nobody}"]\n'
    )

    _intents, problems = read(tmp_path)

    assert len(problems) == 2
    assert "xx.toml: case 1 (a_b): 'a+'" in problems[0]
    assert "unknown word {nobody}" in problems[1]


def test_a_wrong_key_names_those_that_are_known(tmp_path: Path) -> None:
    (tmp_path / "xx.toml").write_text(
        '[[case]]\nintent = "payment"\ncase = "a_b"\npattern = ["a"]\npatterns = ["a"]\n'
    )

    _intents, [problem] = read(tmp_path)

    assert "case.0.pattern: unknown key; known are case, caution, intent, patterns" in problem


def test_a_directory_without_patterns_is_a_problem(tmp_path: Path) -> None:
    _intents, [problem] = read(tmp_path)

    assert "has no *.toml" in problem


def test_a_pattern_that_speaks_against_a_rule_is_touched_as_well(tmp_path: Path) -> None:
    file = tmp_path / "zh.toml"
    file.write_text(
        'whole_words = false\n[[case]]\nintent = "refund_status"\ncase = "refund"\n'
        'patterns = ["退款", "退钱"]\nunless = ["发票"]\n',
        encoding="utf-8",
    )
    intents, problems = read(tmp_path)
    assert not problems

    assert intents.touched("發票和退款", ["zh-Hant", "zh"]) == {"退款", "发票"}
    assert not intents.fired("發票和退款", ["zh"])
    assert not intents.touched("發票和退款", ["en"])
