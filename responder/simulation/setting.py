"""What a world is made from, and what becomes of it."""

from dataclasses import dataclass

from responder.simulation.profiles import Profile
from responder.simulation.records import Break


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a world is made from; the same setting makes the same world."""

    seed: int
    profile: Profile
    days: float = 1.0
    accounts: int = 5
    buyers: int = 100
    daemons: int = 2
    first_words: bool = False  # whether chats say them
    proactive: bool = False  # whether shops write first about orders that give an occasion
    model: bool = False  # whether a language model writes better drafts
    poll: float = 900  # seconds between two polls of chat; of mail it is twice that
    keep_closed: float = 36_000  # seconds; far less than a service would, for purges to matter
    census: bool = True  # without it nothing may be lost on the way, or it stays lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of it."""

    setting: Setting
    breaks: tuple[Break, ...]
    counts: dict[str, int]
    journal: tuple[tuple[float, str], ...]
