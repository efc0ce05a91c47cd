"""The drafting of a configuration: templates, rules, intents, shops and what they have learned."""

from collections.abc import Callable
from pathlib import Path

from responder.drafting import Drafting, DraftingConfigError
from responder.drafting import load as load_drafting
from responder.drafting.from_edit import Edited, Wish, template_of, write
from responder.drafting.learned.shelf import Shelf
from responder.errors import ConfigError
from responder.reload import refused_words
from responder.settings import Loaded
from responder.settings.load import shipped_config


def read_drafting(loaded: Loaded) -> Drafting:
    """Templates, rules, intents, shops and their models. ``ConfigError`` names what is wrong."""
    found = _drafting(loaded.templates, loaded.rules, loaded.intents, loaded.shops)
    if problems := list(refused_words(loaded, found)):
        raise ConfigError(problems)
    return found.with_experience(Shelf(loaded.settings.models).of)


def template_keeper(loaded: Loaded) -> Callable[[Edited, Wish], Path]:
    """Makes a template of a text and writes it into the configuration directory."""

    def keep(edited: Edited, wish: Wish) -> Path:
        made = template_of(edited, wish, loaded.templates, loaded.rules)
        return write(made, loaded.directory / "templates", loaded.templates)

    return keep


def shipped_drafting() -> Drafting:
    """What comes with the program."""
    config = shipped_config()
    return _drafting(config / "templates", config / "rules", config / "intents", None)


def _drafting(templates: Path, rules: Path, intents: Path, shops: Path | None) -> Drafting:
    try:
        return load_drafting(templates, rules, intents, shops)
    except DraftingConfigError as error:
        raise ConfigError([str(problem) for problem in error.problems]) from error
