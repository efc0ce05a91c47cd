"""``responder``: the list of commands, and how their errors are told."""

import sys
from importlib import import_module
from typing import Any

import click

from responder import __version__, log
from responder.errors import ConfigError, ResponderError

# Each command lives in a module of its own, imported when it is used.
COMMANDS = {
    "bench": "Run the project's benchmarks.",
    "check": "Read the configuration and say what is wrong; --connect tries it.",
    "dead-letters": "List what could not be handled; show, replay or drop it.",
    "demo": "Run the whole thing on mock marketplaces.",
    "learn": "Learn what buyers of each shop mean from confirmed approvals; list the edits.",
    "make-template": "Make an agent's answer a template.",
    "mock": "Run a marketplace in a box: amazon, taobao, …; or llm.",
    "report": "Show how replies and promises were over some days: a table, CSV or JSON.",
    "serve": "Run the daemon.",
    "simulate": "Live through worlds full of faults; say whether every promise was kept.",
    "status": "Show what is open, by time left, and how the accounts are.",
    "token": "Make API tokens.",
    "user": "Add and list people who may use the console.",
}


class Lazy(click.Group):
    """Imports a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"responder.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="responder")
def group() -> None:
    """Answers marketplace buyers in time, safely.

    Try `responder demo`, then `responder check --config config`.
    """
    log.configure()  # to standard error: what a command prints may be read by a program


def main(arguments: list[str] | None = None) -> Any:
    """Run a command; a known error is told in words, with its exit code."""
    try:
        return group.main(arguments, prog_name="responder", standalone_mode=True)
    except* ResponderError as errors:
        error = first(errors)
        if isinstance(error, ConfigError):
            click.echo("The configuration cannot be used:", err=True)
            for problem in error.problems:
                click.echo(f"  {problem}", err=True)
        else:
            click.echo(f"responder: {error}", err=True)
        sys.exit(error.exit_code)


def first(errors: BaseExceptionGroup[ResponderError]) -> ResponderError:
    """The first plain error of a group of groups."""
    inner = errors.exceptions[0]
    return first(inner) if isinstance(inner, BaseExceptionGroup) else inner
