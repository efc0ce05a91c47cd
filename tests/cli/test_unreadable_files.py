"""A file that is not what a command wants is named, in words and not in a traceback."""

from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.journal import Journal, JournalError
from responder.cli.main import main

JUNK = b"\xdd\x00 no text at all"


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[object, str]]:
    """Runs a command; its exit code and what it said on standard error."""

    def command(*arguments: str) -> tuple[object, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        return ended.value.code, capsys.readouterr().err

    return command


@pytest.mark.parametrize("option", ["--feed", "--faults", "--state"])
@pytest.mark.parametrize("marketplace", ["amazon", "taobao", "ebay"])
@pytest.mark.parametrize("body", [JUNK, b"plain words\nin two lines\n"])
def test_a_mock_names_a_file_that_it_cannot_read(
    run: Callable[..., tuple[object, str]],
    tmp_path: Path,
    option: str,
    marketplace: str,
    body: bytes,
) -> None:
    file = tmp_path / "file"
    file.write_bytes(body)

    code, said = run("mock", marketplace, "--port", "0", option, str(file))

    assert code == 1
    assert said.startswith(f"responder: {file}")
    assert file.read_bytes() == body, "nothing of it may be lost"


@pytest.mark.parametrize("option", ["--feed", "--faults"])
def test_the_demo_names_it_too(
    run: Callable[..., tuple[object, str]], tmp_path: Path, option: str
) -> None:
    file = tmp_path / "file"
    file.write_bytes(JUNK)

    code, said = run("demo", option, str(file), "--data", str(tmp_path / "demo"))

    assert code == 1
    assert said.startswith(f"responder: {file}")


def test_a_line_that_a_crash_has_torn_is_dropped_and_no_reason_to_refuse(tmp_path: Path) -> None:
    file = tmp_path / "books"
    file.write_bytes(b'{"a": 1}\n\x00\x00')

    assert list(Journal(file).read()) == [{"a": 1}]
    assert file.read_bytes() == b'{"a": 1}\n'


def test_what_holds_no_books_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "books"
    file.write_bytes(b"my own notes")

    with pytest.raises(JournalError, match="books:1: this is no line of a mock's books"):
        list(Journal(file).read())

    assert file.read_bytes() == b"my own notes"
