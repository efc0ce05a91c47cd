"""What somebody may be told of."""

from typing import Literal, get_args

AlertKind = Literal[
    "at_risk",
    "critical",
    "breached",
    "account_down",
    "account_warning",
    "ingest_gap",
    "shift_gap",
    "send_refused",
    "send_uncertain",
    "dead_letter",
]
KINDS: tuple[AlertKind, ...] = get_args(AlertKind)
