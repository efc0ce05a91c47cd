"""``python -m tests.chaos``: the whole chaos, then the backlog; exit 1 for a broken promise."""

import argparse
import asyncio
import json
import signal
import sys
import tempfile
from pathlib import Path
from random import SystemRandom

from tests.chaos.backlog import Backlog, measure
from tests.chaos.chaos import FULL, SMALL, Report, Scale, run

WAITING = {True: 2_000, False: 20_000}  # messages of the backlog, small and whole


def main() -> int:
    asked = _asked()
    for number in (signal.SIGTERM, signal.SIGINT):  # both take everything down that was started
        signal.signal(number, signal.default_int_handler)
    seed = asked.seed if asked.seed is not None else SystemRandom().randrange(10**6)
    with tempfile.TemporaryDirectory(prefix="chaos-") as aside:
        place = asked.keep or Path(aside)
        found: dict[str, Report | Backlog] = {}
        if asked.only != "backlog":
            print(f"seed {seed}", file=sys.stderr, flush=True)
            found["chaos"] = asyncio.run(run(_made(place / "chaos"), seed, _scale(asked)))
            if not asked.json:  # at once: the backlog may end in a traceback
                print(found["chaos"].table(), flush=True)
        if asked.only != "chaos":
            waiting = WAITING[asked.small]
            found["backlog"] = asyncio.run(measure(_made(place / "backlog"), waiting))
            if not asked.json:
                print(f"\n{found['backlog'].table()}")
    if asked.json:
        print(json.dumps({name: json.loads(one.as_json()) for name, one in found.items()}))
    return 0 if all(one.holds for one in found.values()) else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="of all dice; drawn where not given")
    parser.add_argument("--small", action="store_true", help="as large as in `make test`")
    parser.add_argument("--only", choices=["chaos", "backlog"], default=None)
    parser.add_argument("--json", action="store_true", help="the reports as JSON")
    parser.add_argument(
        "--keep", type=Path, default=None, help="keep logs and books in this folder"
    )
    return parser.parse_args()


def _scale(asked: argparse.Namespace) -> Scale:
    return SMALL if asked.small else FULL


def _made(directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    return directory


if __name__ == "__main__":
    sys.exit(main())
