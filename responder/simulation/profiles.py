"""How much goes wrong: the rates and counts of each kind of fault."""

from dataclasses import dataclass, fields, replace
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Rates are of one call or message (0 to 1); ``_a_day`` counts are of a whole world's day."""

    name: str
    # the store
    answer_lost: float = 0  # the server ran the command, its answer never came
    scripts_late: float = 0  # of scripts: they arrive up to a minute after they were sent
    store_restarts_a_day: float = 0  # nothing is lost, but everybody is disconnected
    full_a_day: float = 0  # it takes no writes for a while
    rollbacks_a_day: float = 0  # an `everysec` server dies and loses its last second
    # our own machines
    kills_a_day: float = 0  # a daemon dies at any await
    freezes_a_day: float = 0  # a daemon stands still for minutes, and goes on
    stand_ins_a_day: float = 0  # a daemon stands still where something leaves; another takes over
    slow_draft: float = 0  # of looks for order facts: the draft takes longer than its lease
    clock_steps_a_day: float = 0
    clock_off: float = 0  # seconds that a machine's clock may be off, either way
    # what the marketplaces do to one request
    unavailable: float = 0  # refused at the door
    maybe_done: float = 0  # no usable answer; done or not
    belated: float = 0  # of writes that were called lost: they arrive after all, within ``HELD_UP``
    stored_late: float = 0  # of TOP's writes: called timed out, and stored within ``HELD_UP``
    too_slow: float = 0  # done, but the answer comes after the caller has given up
    rejected: float = 0  # a reply refused at once
    refused_later: float = 0  # a reply accepted, and refused by a message afterwards
    refused_unnamed: float = 0  # of the refusals by mail: they do not say of which reply
    # what they do to messages
    duplicate: float = 0  # listed twice
    late: float = 0  # visible only up to ``latest`` seconds after it was written
    latest: float = 7200
    redelivered: float = 0  # a confirmed event comes again
    unheard: float = 0  # an event is lost: only the source's own lists tell of what it told
    odd: float = 0  # answers and mails that are written oddly, or break off
    beside: float = 0  # phishing, advertisements, broken and unknown events beside a message
    # what they do to an account
    outages_a_day: float = 0  # minutes to hours
    storms_a_day: float = 0  # 429 on everything for minutes
    dead_tokens_a_day: float = 0  # 401 until it heals
    long_outages_a_day: float = 0  # six hours
    skews_a_day: float = 0  # our requests look old to it
    relists_a_day: float = 0  # the cursor is void: everything is listed again
    moves_a_day: float = 0  # a person moves a mail to the archive, and mostly back
    # the owner
    settings_a_day: float = 0  # another promise to the buyers: all daemons start anew
    # people
    crossing: float = 0  # of approvals: the buyer writes at that very moment
    elsewhere: float = 0  # of buyers' messages: answered in the marketplace's own window
    pager_fails: float = 0  # of alerts handed to the channel

    def without(self, name: str) -> Self:
        return replace(self, **{name: 0})  # type: ignore[arg-type]

    @property
    def faults(self) -> list[str]:
        """The names of the faults that this profile has."""
        names = [field.name for field in fields(self) if field.name not in {"name", "latest"}]
        return [name for name in names if self.rate(name)]

    def rate(self, name: str) -> float:
        return float(getattr(self, name))


CALM = Profile(name="calm", elsewhere=0.03)
ROUGH = Profile(
    name="rough",
    answer_lost=0.001,
    scripts_late=0.001,
    store_restarts_a_day=1,
    kills_a_day=6,
    freezes_a_day=1,
    slow_draft=0.01,
    clock_steps_a_day=2,
    clock_off=2,
    unavailable=0.01,
    maybe_done=0.02,
    belated=0.2,
    too_slow=0.005,
    rejected=0.01,
    refused_later=0.01,
    refused_unnamed=0.2,
    duplicate=0.05,
    late=0.05,
    redelivered=0.02,
    unheard=0.02,
    outages_a_day=1,
    storms_a_day=1,
    dead_tokens_a_day=1,
    long_outages_a_day=0.3,
    skews_a_day=0.5,
    relists_a_day=1,
    moves_a_day=3,
    settings_a_day=0.3,
    odd=0.02,
    beside=0.02,
    full_a_day=0.5,
    crossing=0.05,
    elsewhere=0.05,
    pager_fails=0.02,
)
HELL = Profile(
    name="hell",
    answer_lost=0.01,
    scripts_late=0.01,
    store_restarts_a_day=4,
    rollbacks_a_day=8,
    kills_a_day=40,
    freezes_a_day=8,
    stand_ins_a_day=3,
    slow_draft=0.05,
    clock_steps_a_day=12,
    clock_off=20,
    unavailable=0.05,
    maybe_done=0.15,
    belated=0.4,
    too_slow=0.03,
    rejected=0.04,
    refused_later=0.05,
    refused_unnamed=0.3,
    duplicate=0.2,
    late=0.2,
    redelivered=0.1,
    unheard=0.05,
    outages_a_day=3,
    storms_a_day=3,
    dead_tokens_a_day=2,
    long_outages_a_day=0.5,
    skews_a_day=2,
    relists_a_day=3,
    moves_a_day=15,
    settings_a_day=1,
    odd=0.1,
    beside=0.1,
    full_a_day=3,
    crossing=0.15,
    elsewhere=0.08,
    pager_fails=0.1,
)
PROFILES = {profile.name: profile for profile in (CALM, ROUGH, HELL)}
