import json
from itertools import count
from pathlib import Path

import pytest

from responder.drafting import Drafting
from responder.drafting.measure import lessons, measure, read_labelled


def _file(path: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _cpu() -> float:
    return next(_TICKS) / 1000


_TICKS = count()


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("{not json", "is not JSON"),
        ("[]", "is not an object"),
        ({"text": "", "intent": "payment"}, "text is missing"),
        ({"text": "x"}, "has neither language nor intent"),
        ({"text": "x", "intent": "buy"}, "intent 'buy' is not one of cancel_order,"),
        ({"text": "x", "language": "xx"}, "language 'xx'"),
        ({"text": 3, "intent": "payment"}, "text is not a string"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_left_out(
    tmp_path: Path, row: object, what: str
) -> None:
    good = {"text": "Where is it?", "language": "en", "intent": "order_status"}

    rows, bad = read_labelled(_file(tmp_path / "a.jsonl", good, "", row, good))

    assert len(rows) == 2
    assert len(bad) == 1
    assert f"a.jsonl:3: {what}" in bad[0]


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xff\xfe\x00")

    rows, [problem] = read_labelled(tmp_path / "a")

    assert rows == []
    assert "cannot be read as UTF-8" in problem


def test_messages_are_measured_by_language_without_a_hint(
    tmp_path: Path, shipped: Drafting
) -> None:
    file = _file(
        tmp_path / "a.jsonl",
        {"text": "Where is my parcel, please?", "language": "en", "intent": "order_status"},
        {"text": "请问什么时候发货", "language": "zh-CN", "intent": "order_status"},
        {"text": "請問什麼時候發貨", "language": "zh-TW", "intent": "order_status"},
        {"text": "在吗", "language": "zh", "intent": "unknown"},
        {"text": "Wo bleibt mein Paket?", "language": "de"},
    )

    measured = measure(read_labelled(file)[0], shipped, _cpu)

    assert measured.languages["all"].accuracy == 1.0
    assert set(measured.languages) == {"all", "en", "zh", "de"}
    assert (measured.languages["zh"].script_told, measured.languages["zh"].script_right) == (2, 2)
    assert measured.intents["all"].messages == 4
    assert measured.intents["zh"].accuracy == 1.0
    assert measured.cpu_ms_median == measured.cpu_ms_p99 == 1.0
    assert measured.wrong == ()


def test_what_is_wrong_is_kept_to_be_looked_at(tmp_path: Path, shipped: Drafting) -> None:
    file = _file(tmp_path / "a", {"text": "Hello", "language": "en", "intent": "payment"})

    measured = measure(read_labelled(file)[0], shipped, _cpu)

    assert measured.wrong == (("en", "payment", "unknown", "Hello"),)


def test_labels_are_a_history_in_their_order(tmp_path: Path) -> None:
    file = _file(
        tmp_path / "a",
        {"text": "b", "language": "en", "intent": "payment"},
        {"text": "only a language", "language": "en"},
        {"text": "a", "language": "zh-TW", "intent": "invoice"},
    )

    found = lessons(read_labelled(file)[0])

    assert [(one.text, one.language, one.confirmed.value) for one in found] == [
        ("b", "en", "payment"),
        ("a", "zh-Hant", "invoice"),
    ]
