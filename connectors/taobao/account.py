"""What the connector must know of one Taobao or Tmall shop."""

from dataclasses import dataclass

from connectors.top.access import TopAccess


@dataclass(frozen=True, slots=True, kw_only=True)
class TopAccount(TopAccess):
    """One shop's way to TOP.

    ``group_name`` is the shop's TMC group. Consumers of one group share one queue, so
    every shop of a group that holds several says who it is: ``seller``, its user id
    or nick. Events of another are then left to that one. ``chat`` switches our own
    chat extension on (see chat.py).
    """

    group_name: str = ""
    seller: str = ""
    chat: bool = False
