"""What a command prints may be read by a program: logs go elsewhere."""

import pytest
import structlog

from responder.cli.main import main


def test_every_command_logs_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.reset_defaults()
    with pytest.raises(SystemExit):
        main(["report", "--help"])
    capsys.readouterr()

    structlog.get_logger().info("something.happened")

    printed = capsys.readouterr()
    assert (printed.out, "something.happened" in printed.err) == ("", True)
