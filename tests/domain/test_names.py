"""Names of people: what one reads is who it is."""

import pytest

from responder.domain.names import trouble_with


@pytest.mark.parametrize(
    "name",
    ["ann", "Ann-Marie O.", "安娜", "安娜 Anna", "Анна", "ann@shop.example", "x" * 64, "José"],
)
def test_a_usual_name_is_nobody_s_trouble(name: str) -> None:
    assert trouble_with(name) == ""


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "1 to 64"),
        ("x" * 65, "1 to 64"),
        ("ann\n", "1 to 64"),
        ("<b>", "1 to 64"),
        (" ann", "blank"),
        ("ann ", "blank"),
        (" ", "blank"),
        ("-cmd", "begin with -"),
        ("ａｎｎ", "write the name as 'ann'"),
        ("Jose\u0301", "1 to 64"),
        ("ﬁona", "write the name as 'fiona'"),
        ("\u0430nn", "mixes Latin and Cyrillic"),
        ("\u0391nn", "mixes Latin and Greek"),
    ],
)
def test_a_name_that_reads_like_another_is_not_given(name: str, why: str) -> None:
    assert why in trouble_with(name)
