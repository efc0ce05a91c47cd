"""A template that is being written: shown, refused, and never able to hurt."""

from time import process_time

import pytest

from responder.drafting import Drafting
from responder.drafting.preview import Preview, Wanted, preview

HEAD = '+++\npurpose = "p"\nintent = "unknown"\n+++\n'
HOSTILE = {
    "loops in loops": "{% for a in (1..9999) %}{% for b in (1..9999) %}{% for c in (1..9999) %}x"
    "{% endfor %}{% endfor %}{% endfor %}",
    "one endless loop": "{% for a in (1..99999999999) %}x{% endfor %}",
    "a range that is searched": "{% if '}' == order.id or (1..150000000) contains 'x' %}"
    "y{% endif %}",
    "a range that is joined": "{{ (1..20000000) | join: ',' | size }}",
    "a flood": "{% for a in (1..200) %}" + "x" * 9_000 + "{% endfor %}",
    "a text that doubles": "{% assign a = 'xxxxxxxxxx' %}"
    + "{% assign a = a | append: a %}" * 60
    + "{{ a }}",
    "a text that is replaced": "{% assign a = 'xxxxxxxxxxxxxxxxxxxx' %}"
    + "{% assign a = a | replace: 'x', 'xxxxxxxxxxxxxxxxxxxx' %}" * 12
    + "{{ a }}",
    "captures": "{% capture a %}" + "x" * 5_000 + "{% endcapture %}"
    "{% for i in (1..200) %}{% capture b %}{{ a }}{{ a }}{{ a }}{% endcapture %}{% endfor %}"
    "{{ b }}",
    "deep nesting": "{% if order.id %}" * 500 + "x" + "{% endif %}" * 500,
    "an unclosed tag": "{% if order.id %}" * 2_000,
    "another file": "{% include '/etc/passwd' %}",
    "another file, rendered": "{% render 'layout' %}",
    "python's inside": "{{ order.__class__.__mro__ }}",
    "a clock": "{{ 'now' | date: '%Y' }}",
    "a long number": "{{ 9 | times: 9999999999 | times: 9999999999 | append: '' }}" * 300,
    "a wide padding": "{% tablerow i in (1..99999999) cols:1 %}x{% endtablerow %}",
    "a long split": "{% assign a = '"
    + "x," * 4_000
    + "' | split: ',' %}{% for i in a %}{% for j in a %}x{% endfor %}{% endfor %}",
}


def shown(drafting: Drafting, body: str, language: str = "en") -> Preview:
    wanted = Wanted(language=language, name="a", text=HEAD + body, marketplace="amazon", facts={})
    return preview(drafting, wanted)


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_template_is_refused_within_a_second(shipped: Drafting, what: str) -> None:
    started = process_time()

    found = shown(shipped, HOSTILE[what])

    assert process_time() - started < 1
    assert found.problems or len(found.text) <= 12_000
    assert "root:" not in found.text


@pytest.mark.parametrize("what", ["loops in loops", "a flood", "another file", "deep nesting"])
def test_what_runs_away_is_a_problem_and_no_text(shipped: Drafting, what: str) -> None:
    found = shown(shipped, HOSTILE[what])

    assert found.problems
    assert found.text == ""


def test_the_same_words_have_the_same_version(shipped: Drafting) -> None:
    first, again = shown(shipped, "Hello."), shown(shipped, "Hello.")
    other = shown(shipped, "Hello!")

    assert first.version == again.version != other.version


def test_a_language_without_a_layout_has_the_bare_text(shipped: Drafting) -> None:
    assert shown(shipped, "Dag.", "nl").text == "Dag."


@pytest.mark.parametrize("body", ["Hello \ud800 you", "{{ '\udfff' | money }}", "a\0b"])
def test_what_no_message_could_carry_is_a_problem_with_its_line(
    shipped: Drafting, body: str
) -> None:
    found = shown(shipped, "Hello\n" + body)

    assert [one.line for one in found.problems] == [6]
    assert "cannot be sent" in found.problems[0].what
    assert "\ud800" not in str(found.problems[0])


@pytest.mark.parametrize("facts", [{"order.id": "\ud800"}, {"\ud800": "x"}])
def test_facts_that_no_message_could_carry_are_a_problem(
    shipped: Drafting, facts: dict[str, str]
) -> None:
    wanted = Wanted(language="en", name="a", text=HEAD + "Hi", marketplace="amazon", facts=facts)

    found = preview(shipped, wanted)

    assert len(found.problems) == 1
    assert "\\ud800" in str(found.problems[0])
