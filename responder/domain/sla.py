"""The reply clock: when an answer is due, and when to start worrying."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from responder.domain.model import Risk


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """A moment to speak up at, and the risk from then on."""

    at: datetime
    risk: Risk


@dataclass(frozen=True, slots=True)
class Plan:
    """The thresholds of one conversation, earliest first; the last one is the deadline."""

    steps: tuple[Step, ...]

    @property
    def due_at(self) -> datetime:
        return self.steps[-1].at

    def reached(self, now: datetime) -> int:
        """How many steps have been reached at ``now``."""
        return sum(step.at <= now for step in self.steps)

    def risk(self, now: datetime) -> Risk:
        count = self.reached(now)
        return self.steps[count - 1].risk if count else Risk.NONE

    def next_at(self, now: datetime) -> datetime | None:
        """The next step, with which the risk may rise; None once the promise is broken."""
        return next((step.at for step in self.steps if step.at > now), None)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the reply time, in percent of it, after which to warn."""

    percent: int


@dataclass(frozen=True, slots=True)
class SlaPolicy:
    """A promise to answer within ``respond_within``, and when to start worrying.

    ``warnings`` are moments: a ``Share`` of the reply time that has passed, or a
    ``timedelta`` before the deadline. All but the last raise the risk to
    AT_RISK, the last to CRITICAL; the deadline itself is BREACHED. The clock
    never stops: weekends and holidays count.
    """

    name: str
    respond_within: timedelta
    warnings: tuple[Share | timedelta, ...] = ()

    def __post_init__(self) -> None:
        if self.respond_within <= timedelta(0):
            raise ValueError(f"respond_within must be positive, got {self.respond_within}")
        moments = [self._after(warning) for warning in self.warnings]
        rising = [timedelta(0), *moments, self.respond_within]
        if not all(earlier < later for earlier, later in pairwise(rising)):
            spoken = ", ".join(str(moment) for moment in moments)
            raise ValueError(
                "warn_at must lie between the message and its deadline, earliest first; "
                f"after the message that is: {spoken}"
            )

    def plan(self, since: datetime, due_at: datetime | None = None) -> Plan:
        """The thresholds for a message of ``since``.

        ``due_at`` overrides the deadline where the marketplace names one for the
        thread; warnings that would lie before ``since`` then fall on it.
        """
        due = since + self.respond_within if due_at is None else max(due_at, since)
        shift = due - (since + self.respond_within)
        moments = [max(since + self._after(warning) + shift, since) for warning in self.warnings]
        return Plan((*map(Step, moments, _rising_risks(moments)), Step(due, Risk.BREACHED)))

    def _after(self, warning: Share | timedelta) -> timedelta:
        if isinstance(warning, Share):
            return self.respond_within * warning.percent / 100
        return self.respond_within - warning


def _rising_risks(moments: Sequence[datetime]) -> list[Risk]:
    return [Risk.AT_RISK] * (len(moments) - 1) + [Risk.CRITICAL] * bool(moments)
