"""Which keys a table of the configuration knows."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic.errors import PydanticUserError

Schema = Mapping[str, Any]


def not_known(model: type[BaseModel], place: Sequence[int | str]) -> str:
    """What is said of the key at ``place``, which ``model`` does not know; what it does know."""
    try:
        known = _keys(model.model_json_schema(), place[:-1])
    except PydanticUserError:  # a connector's own types may have no schema
        known = []
    meant = get_close_matches(str(place[-1]), known, n=1)
    guess = f"did you mean {meant[0]}? There are " if meant else "there are "
    return "this key is not known" + (f"; {guess}{', '.join(known)}" if known else "")


def _keys(root: Schema, place: Sequence[int | str]) -> list[str]:
    """The keys of the table at ``place``, in the order in which they are declared."""
    nodes = [root]
    for part in place:
        nodes = [inner for node in nodes for inner in _step(root, node, part)]
    tables = [table for node in nodes for table in _plain(root, node)]
    return list(dict.fromkeys(key for table in tables for key in table.get("properties", {})))


def _step(root: Schema, node: Schema, part: int | str) -> Iterator[Schema]:
    """What lies at ``part`` of ``node``; a union's branch is a part of its own."""
    branches = node.get("discriminator", {}).get("mapping", {})
    if part in branches:
        yield {"$ref": branches[part]}
        return
    for one in _plain(root, node):
        if isinstance(part, int):
            inner = one.get("items")
        else:
            inner = one.get("properties", {}).get(part, one.get("additionalProperties"))
        if isinstance(inner, dict):
            yield inner


def _plain(root: Schema, node: Schema) -> Iterator[Schema]:
    """``node`` without references and unions."""
    if "$ref" in node:
        yield from _plain(root, root["$defs"][node["$ref"].rpartition("/")[2]])
        return
    inner = [*node.get("anyOf", ()), *node.get("oneOf", ())]
    for one in inner:
        yield from _plain(root, one)
    if not inner:
        yield node
