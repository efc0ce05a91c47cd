"""``responder make-template``: make an agent's answer a template."""

import asyncio
from pathlib import Path
from typing import TextIO

import click

from responder.cli.options import config_option, opened, read_config
from responder.console.learning import edited, last_answer
from responder.domain.model import ConversationId, Intent
from responder.drafting.from_edit import Edited, Wish
from responder.drafting.problems import DraftingConfigError
from responder.errors import ConfigError
from responder.proposing import template_keeper
from responder.settings import Loaded
from responder.store import conversations as store

INTENTS = click.Choice([intent.value for intent in Intent])


@click.command()
@click.argument("conversation")
@config_option
@click.option("--name", required=True, help="Of the file, without .liquid: refund_status.ours")
@click.option("--purpose", required=True, help="One line: what it is for.")
@click.option("--intent", type=INTENTS, help="Where the draft took it for another.")
@click.option("--case", "case", default="", help="The case of the intent.")
@click.option("--whole-intent", is_flag=True, help="For every case of the intent.")
@click.option("--text", "file", type=click.File(encoding="utf-8"), help="Instead of what was sent.")
def command(
    conversation: str,
    directory: Path,
    name: str,
    purpose: str,
    intent: str | None,
    case: str,
    file: TextIO | None,
    *,
    whole_intent: bool,
) -> None:
    """Write what was answered in CONVERSATION into the configuration as a template.

    Facts of the order become variables. Nothing is written that the loader would refuse.
    """
    loaded = read_config(directory)
    chosen = Intent(intent) if intent else None
    given = file.read() if file else ""
    made = asyncio.run(_edited(loaded, ConversationId(conversation), given, chosen, case))
    try:
        path = template_keeper(loaded)(
            made, Wish(name=name, purpose=purpose, whole_intent=whole_intent)
        )
    except DraftingConfigError as error:
        raise ConfigError([str(problem) for problem in error.problems]) from error
    click.echo(f"{path}: used from the next start of the daemon")


async def _edited(
    loaded: Loaded, conversation: ConversationId, text: str, intent: Intent | None, case: str
) -> Edited:
    async with opened(loaded) as database:
        one = await store.read(database, conversation)
        return edited(one, text or await last_answer(database, one), intent, case)
