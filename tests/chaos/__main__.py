"""``python -m tests.chaos``: the whole chaos, its table, and exit 1 where a promise was broken."""

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path
from random import SystemRandom

from tests.chaos.chaos import FULL, SMALL, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="of all dice; drawn where not given")
    parser.add_argument("--small", action="store_true", help="as large as in `make test`")
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    parser.add_argument(
        "--keep", type=Path, default=None, help="keep logs and books in this folder"
    )
    asked = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):  # both take everything down that was started
        signal.signal(number, signal.default_int_handler)
    seed = asked.seed if asked.seed is not None else SystemRandom().randrange(10**6)
    print(f"seed {seed}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="chaos-") as aside:
        directory = asked.keep or Path(aside)
        directory.mkdir(parents=True, exist_ok=True)
        report = asyncio.run(run(directory, seed, SMALL if asked.small else FULL))
    print(report.as_json() if asked.json else report.table())
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
