"""``responder demo``: the whole thing on mock marketplaces, in one process."""

import asyncio
from pathlib import Path

import click

from connectors.feed import FeedError
from responder.cli.serve import reloading_on_hangup, stop_on_signals
from responder.demo import Demo
from responder.demo.place import alone_in
from responder.errors import ResponderError

MOST_PORT = 65535 - 4


@click.command()
@click.option(
    "--port",
    type=click.IntRange(1, MOST_PORT),
    default=8080,
    show_default=True,
    help="The console; the mocks take the next four.",
)
@click.option(
    "--rate",
    type=click.FloatRange(0, 1000),
    default=0.1,
    show_default=True,
    help="New buyer messages a second.",
)
@click.option(
    "--feed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON Lines of buyer messages, instead of the ones that come with the program.",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data/demo"),
    show_default=True,
    help="Where its state lies.",
)
@click.option(
    "--faults",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML: [amazon] and [taobao] tables of fault = rate.",
)
def command(port: int, rate: float, feed: Path | None, data: Path, faults: Path | None) -> None:
    """Mock Amazon and mock Taobao with buyers that keep writing, the daemon and the console.

    Ctrl-C stops it cleanly; the next start goes on where it stopped.
    """
    try:
        with alone_in(data):
            demo = Demo(data, port=port, rate=rate, feed=feed, faults=faults)
            asyncio.run(_run(demo))
    except FeedError as error:
        raise ResponderError(str(error)) from error


async def _run(demo: Demo) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    await demo.run(stop, click.echo, reloading_on_hangup())
