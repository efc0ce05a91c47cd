"""What a seller gets to read who has made a mistake in a template."""

from pathlib import Path

import pytest

from responder.domain.model import Fact, Intent
from responder.drafting import DraftingConfigError, load
from responder.drafting.liquid_text import FACTS, money
from responder.drafting.problems import Collector
from responder.drafting.template_files import read_templates
from responder.drafting.templates import first_rendered

CONFIG = Path(__file__).parents[2] / "config"
HEAD = '+++\npurpose = "p"\nintent = "invoice"\n'


def _problems(directory: Path) -> list[str]:
    problems = Collector()
    read_templates(directory, problems)
    return [str(problem).removeprefix(f"{directory}/") for problem in problems.problems]


def _write(directory: Path, text: str, name: str = "en/a.liquid") -> None:
    (directory / name).parent.mkdir(exist_ok=True)
    (directory / name).write_text(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no front matter", "en/a.liquid:1: needs front matter"),
        ("+++\nintent = 'invoice'\n", "en/a.liquid:1: needs front matter"),
        (
            HEAD + "+++\nHi {{ order.idd }}",
            "en/a.liquid:5: unknown variable 'order.idd'; known are",
        ),
        (HEAD + "+++\nHi\n{{ id }}", "en/a.liquid:6: unknown variable 'id'; known are"),
        (HEAD + "+++\n{{ body }}", "en/a.liquid:5: unknown variable 'body'"),
        (HEAD + "+++\n{{ shop.name | shout }}", "en/a.liquid:5: unknown filter 'shout'; known are"),
        (HEAD + "+++\n{% if shop.name %}{{ shop.name | date: '%Y' }}{% endif %}", "unknown filter"),
        (HEAD + "+++\nA\n{% if shop.name %}B", "en/a.liquid:6: Liquid: expected tag endif"),
        (HEAD + "+++\n{% include 'x' %}", "en/a.liquid:5: Liquid: unexpected tag 'include'"),
        (HEAD + "+++\n{% zzz %}", "en/a.liquid:5: Liquid: unexpected tag 'zzz'"),
        (HEAD + "+++\n{{ order.id }}", "order.id is undefined: list it in 'requires'"),
        (HEAD + "+++\n{% if order.id %}{% endif %}", "en/a.liquid: says nothing"),
        (HEAD + "+++\n", "en/a.liquid: says nothing"),
        (HEAD + "requires = ['order.x']\n+++\nHi", "requires: unknown fact 'order.x'; known are"),
        (HEAD + "when = {'x' = ['y']}\n+++\nHi", "when: unknown fact 'x'; known are"),
        (
            HEAD + "when = {'order.status' = ['sent']}\n+++\nHi",
            "when: 'order.status' is never 'sent'; it may be cancelled, delivered",
        ),
        (
            HEAD + "colour = 'red'\n+++\nHi",
            "en/a.liquid:4: colour: unknown key; known are also, cases",
        ),
        ("+++\npurpose = 'p'\nintent = 'buy'\n+++\nHi", "en/a.liquid:3: intent: Input should be"),
        ("+++\nintent = 'invoice'\n+++\nHi", "en/a.liquid: purpose: Field required"),
        ("+++\npurpose = \n+++\nHi", "en/a.liquid:2: is not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    _write(tmp_path, text)

    [problem] = _problems(tmp_path)[:1]

    assert said in problem


@pytest.mark.parametrize(("sign", "code"), [("\0", "U+0000"), ("\x1b", "U+001B")])
def test_what_no_message_could_carry_is_named_with_its_line(
    tmp_path: Path, sign: str, code: str
) -> None:
    _write(tmp_path, HEAD + f"+++\nHello\n{sign}you")
    _write(tmp_path, f"{{{{ body }}}}\n\n{sign}", "en/layout.liquid")

    assert sorted(_problems(tmp_path)) == [
        f"en/a.liquid:6: holds {code}, which cannot be sent: write that place anew",
        f"en/layout.liquid:3: holds {code}, which cannot be sent: write that place anew",
    ]


def test_half_a_character_in_a_file_is_named_with_its_line(tmp_path: Path) -> None:
    _write(tmp_path, "")
    (tmp_path / "en" / "a.liquid").write_bytes(HEAD.encode() + b"+++\nHello \xed\xa0\x80")

    assert _problems(tmp_path) == ["en/a.liquid:5: is not UTF-8 (byte 47)"]


def test_a_text_that_one_marketplace_cannot_have_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    odd = 'Hi{% if marketplace == "taobao" %}{{ shop.hours }}{% endif %}'
    _write(tmp_path, HEAD + f"+++\n{odd}")

    with pytest.raises(DraftingConfigError) as wrong:
        load(tmp_path, CONFIG / "rules", CONFIG / "intents")

    assert "a.liquid: it cannot be filled in: shop.hours is undefined" in str(wrong.value)


@pytest.mark.parametrize("amount", ["1e60 CNY", "1e999999999 CNY", "nan CNY", "Infinity CNY"])
def test_an_amount_that_nobody_could_pay_stays_as_it_is_written(amount: str) -> None:
    assert money(amount, "zh") == amount


def test_an_unknown_variable_is_answered_with_all_that_are_known(tmp_path: Path) -> None:
    _write(tmp_path, HEAD + "+++\nHi {{ order.trackng }}")

    [problem] = [found for found in _problems(tmp_path) if "trackng" in found]

    assert all(name in problem for name in FACTS)


def test_every_problem_of_every_file_is_named_at_once(tmp_path: Path) -> None:
    _write(tmp_path, HEAD + "+++\n{{ one }} {{ two }}", "en/a.liquid")
    _write(tmp_path, "nothing", "de/b.liquid")
    _write(tmp_path, "{{ bdy }}", "de/layout.liquid")
    (tmp_path / "en" / "c.liquid").write_bytes(b"\xff\xfe")

    said = _problems(tmp_path)

    assert len(said) == 5
    assert {found.partition(":")[0] for found in said} == {
        "en/a.liquid",
        "en/c.liquid",
        "de/b.liquid",
        "de/layout.liquid",
    }


def test_a_template_that_breaks_a_rule_is_a_problem(tmp_path: Path) -> None:
    _write(tmp_path, HEAD + "+++\nWrite to help@my-shop.com")

    with pytest.raises(DraftingConfigError, match=r"breaks the rule email on amazon"):
        load(tmp_path, CONFIG / "rules", CONFIG / "intents")


def test_problems_of_all_three_directories_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(DraftingConfigError) as failure:
        load(tmp_path, tmp_path, tmp_path)

    assert len(failure.value.problems) == 3


@pytest.mark.parametrize("inside", ["x", "{% if shop.name %}x{% endif %}"])
def test_a_bomb_in_a_template_is_stopped(tmp_path: Path, inside: str) -> None:
    loops = "{% for a in (1..1000) %}{% for b in (1..1000) %}" + inside
    loops += "{% endfor %}{% endfor %}"
    _write(tmp_path, HEAD + f"+++\n{loops}")

    first, second = _problems(tmp_path)

    assert "(1..9)" in first
    assert "(1..9)" in second


def test_a_text_that_fails_at_last_gives_way_to_the_next(tmp_path: Path) -> None:
    _write(tmp_path, HEAD + "cases = ['x_y']\n+++\n{% if shop.name %}{{ order.id }}{% endif %}!")
    _write(
        tmp_path,
        HEAD + "cases = ['x_y']\n+++\n{% if shop.name %}{% else %}A{% endif %}",
        "en/b.liquid",
    )
    _write(tmp_path, HEAD + "+++\nC", "en/c.liquid")
    templates = read_templates(tmp_path, Collector())
    facts = {"shop.name": Fact(value="S", source="s")}

    fitting = templates.fitting("en", Intent.INVOICE, "x_y", marketplace="", facts=facts)
    rendered = first_rendered(fitting, facts, "")

    assert len(fitting) == 3
    assert rendered is not None
    assert rendered.text == "C"


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "en" / "a.liquid").mkdir(parents=True)

    [problem] = _problems(tmp_path)

    assert "en/a.liquid: cannot be read" in problem


def test_an_empty_directory_is_a_problem(tmp_path: Path) -> None:
    [problem] = _problems(tmp_path)

    assert "nothing could be drafted" in problem
