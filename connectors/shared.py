"""What all processes that serve one account hold in common."""

from dataclasses import dataclass

from connectors.budget import Budget
from connectors.calls import Calls
from connectors.pigeonholes import Pigeonholes
from connectors.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Each None where there is no such place: then this process is alone, and renews nothing."""

    budget: Budget | None = None
    vault: Vault | None = None
    calls: Calls | None = None
    pigeonholes: Pigeonholes | None = None


ALONE = Shared()
