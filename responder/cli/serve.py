"""``responder serve``: the daemon."""

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import click

from responder.app import ROLES, Running, serve
from responder.cli.options import config_option, read_config
from responder.clock import SystemClock
from responder.settings import Loaded


@click.command()
@config_option
@click.option(
    "--roles",
    default=",".join(ROLES),
    show_default=True,
    help="What this process does; several processes may share one store.",
)
def command(directory: Path, roles: str) -> None:
    """Run the daemon until SIGTERM or Ctrl-C, then drain. SIGHUP reads sla.toml anew."""
    chosen = [role.strip() for role in roles.split(",") if role.strip()]
    unknown = [role for role in chosen if role not in ROLES]
    if unknown or not chosen:
        raise click.BadParameter(f"choose among {', '.join(ROLES)}", param_hint="--roles")
    asyncio.run(_serve(read_config(directory), chosen))


async def _serve(loaded: Loaded, roles: list[str]) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    reload_on_hangup = reloading_on_hangup()

    def is_up(running: Running) -> None:
        reload_on_hangup(running)
        if running.console:
            click.echo(f"console: {running.console}", err=True)

    await serve(
        loaded,
        roles=roles,
        clock=SystemClock(),
        stop=stop,
        on_ready=is_up,
        on_first_login=_show if sys.stderr.isatty() else None,  # a secret: for eyes, not for logs
    )


def stop_on_signals(stop: asyncio.Event) -> None:
    """SIGTERM and SIGINT set ``stop``."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)


def reloading_on_hangup() -> Callable[[Running], None]:
    """SIGHUP has the configuration read anew; what it gives is told once the daemon is up.

    A hangup that comes before is not the end of a daemon that starts, and is not forgotten.
    """
    loop, came_early = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGHUP, came_early.set)

    def is_up(running: Running) -> None:
        loop.add_signal_handler(signal.SIGHUP, running.reload)
        if came_early.is_set():
            running.reload()

    return is_up


def _show(link: str) -> None:
    click.echo(f"first login, works once: {link}", err=True)
