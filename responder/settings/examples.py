"""An ``[[accounts]]`` table of each marketplace, to be filled in: what must be said, empty."""

from collections.abc import Iterator, Mapping
from typing import Final, get_args, get_origin

from pydantic import BaseModel

from connectors.plugin import Plugin
from connectors.registry import installed

AMAZON: Final = """\
[[accounts]]
id = "amazon-us"
marketplace = "amazon"
marketplace_id = "ATVPDKIKX0DER"
[accounts.imap]
host = "imap.example.com"
port = 993
username = "shop@example.com"
password = ""
[accounts.smtp]
host = "smtp.example.com"
port = 465
username = "shop@example.com"
password = ""
from = "shop@example.com"
"""
TAOBAO: Final = """\
[[accounts]]
id = "taobao-main"
marketplace = "taobao"
[accounts.top]
app_key = ""
app_secret = ""
session = ""
"""


def examples() -> dict[str, str]:
    """A table by the title of its marketplace; those of other packages come last."""
    plugins = installed().plugins.values()
    return {"Amazon": AMAZON, "Taobao": TAOBAO} | {one.title: example_of(one) for one in plugins}


def example_of(plugin: Plugin) -> str:
    """The table of a plugin, by what its options must say."""
    head = f'[[accounts]]\nid = "{plugin.name}-main"\nmarketplace = "{plugin.name}"\n'
    return head + "\n".join(_table(f"accounts.{plugin.name}", plugin.options)) + "\n"


def _table(name: str, model: type[BaseModel]) -> Iterator[str]:
    """What must be said comes before the tables in it, as TOML wants it."""
    tables: dict[str, type[BaseModel]] = {}
    yield f"[{name}]"
    for field, info in model.model_fields.items():
        if not info.is_required() and field != _USUAL:
            continue
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            tables[info.alias or field] = kind
        else:
            usual = _PORTS.get(name.rpartition(".")[2]) if field == "port" else None
            yield f"{info.alias or field} = {usual or _empty(kind)}"
    for field, inner in tables.items():
        yield from _table(f"{name}.{field}", inner)


_USUAL: Final = "password"  # may be left out for another way to log in that few need
_PORTS: Final = {"imap": 993, "smtp": 465}  # with TLS from the first byte
_EMPTY: Final[Mapping[object, str]] = {
    **dict.fromkeys((int, float), "0"),
    **dict.fromkeys((tuple, list), "[]"),
    bool: "false",
}


def _empty(kind: object) -> str:
    """Something of that kind that nobody takes for filled in."""
    choices = [one for one in get_args(kind) if isinstance(one, str)]
    return f'"{choices[0]}"' if choices else _EMPTY.get(get_origin(kind) or kind, '""')
