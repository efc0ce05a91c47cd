"""Which marketplaces there are besides Amazon and Taobao: our own, and those of other packages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from connectors.aliexpress.plugin import PLUGIN as ALIEXPRESS
from connectors.ebay.plugin import PLUGIN as EBAY
from connectors.mailbox.plugin import PLUGIN as MAILBOX
from connectors.plugin import Plugin

GROUP: Final = "marketplace_responder.connectors"
BUILT_IN: Final = (ALIEXPRESS, EBAY, MAILBOX)
TAKEN: Final = frozenset({"amazon", "taobao", "common", *(plugin.name for plugin in BUILT_IN)})


@dataclass(frozen=True, slots=True)
class Registry:
    """Plugins by name; ``broken`` says by entry point what is wrong with those that are not."""

    plugins: Mapping[str, Plugin]
    broken: Mapping[str, str] = field(default_factory=dict)


@cache
def installed() -> Registry:
    """Our own, and what the installed packages name. Read once."""
    return registered(entry_points(group=GROUP))


def registered(points: Iterable[EntryPoint]) -> Registry:
    """Load ``points`` beside our own. One that cannot be loaded spoils no other."""
    plugins = {plugin.name: plugin for plugin in BUILT_IN}
    broken = {}
    for point in sorted(points, key=lambda one: (one.name, one.value)):
        plugin = _loaded(point)
        if isinstance(plugin, str):
            broken[point.name] = plugin
        elif plugin.name in TAKEN or plugin.name in plugins:
            broken[point.name] = f"there is already a marketplace {plugin.name!r}"
        else:
            plugins[plugin.name] = plugin
    return Registry(plugins, broken)


def _loaded(point: EntryPoint) -> Plugin | str:
    try:
        found = point.load()
    except Exception as error:  # noqa: BLE001 - somebody else's package may do anything
        return f"{point.value} cannot be loaded: {error.__class__.__name__}: {error}"
    return found if isinstance(found, Plugin) else f"{point.value} is no connectors.plugin.Plugin"
