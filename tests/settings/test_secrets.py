"""A secret that cannot be used is named by where it should be; its own text never is."""

from pathlib import Path

import pytest

from responder.settings.values import read_secret


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "the file secret is empty"),
        (b" \n", "the file secret is empty"),
        (b"hid\xffden", "the file secret is not text"),
    ],
)
def test_a_file_without_a_secret_is_named(tmp_path: Path, body: bytes, said: str) -> None:
    (tmp_path / "secret").write_bytes(body)

    with pytest.raises(ValueError, match=said) as refusal:
        read_secret({"file": "secret"}, {"directory": tmp_path})

    assert "den" not in str(refusal.value)


def test_a_variable_that_is_set_to_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_SECRET", "")

    with pytest.raises(ValueError, match="the environment variable NO_SECRET is empty"):
        read_secret({"env": "NO_SECRET"}, None)


def test_the_mark_that_some_editors_begin_with_is_no_part_of_a_secret(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hidden\n", encoding="utf-8-sig")

    assert read_secret({"file": "secret"}, {"directory": tmp_path}) == "hidden"
