"""What the connector must know of one Taobao or Tmall shop."""

from dataclasses import dataclass

from connectors.top.access import TopAccess


@dataclass(frozen=True, slots=True, kw_only=True)
class TopAccount(TopAccess):
    """One shop's way to TOP.

    ``group_name`` is the TMC group that holds this shop alone: consumers of one
    group share one queue, so a second shop in it would lose its events to this
    one. ``chat`` switches our own chat extension on (see chat.py).
    """

    group_name: str = ""
    chat: bool = False
