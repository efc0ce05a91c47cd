"""The reply clock: when an answer is due, and when to start worrying."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from responder.domain.calendar import ALWAYS, Calendar
from responder.domain.first_words import FirstWords
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
    """A part of a whole, in percent: of the reply time, after which to warn; of the answers."""

    percent: int


@dataclass(frozen=True, slots=True)
class SlaPolicy:
    """A promise to answer within ``respond_within``, and when to start worrying.

    ``warnings`` are moments: a ``Share`` of the reply time that has passed, or a
    ``timedelta`` before the deadline. All but the last raise the risk to
    AT_RISK, the last to CRITICAL; the deadline itself is BREACHED. All of it is
    counted in the time of ``calendar``.

    ``named_warnings`` hold for a deadline that the marketplace names itself:
    durations of plain time before it; none for the usual ones. ``next_response``
    holds from the second answer of a conversation on. ``team`` is the team's own
    target beside the promise, with its own calendar. ``target`` is the share of answers in
    time that the marketplace wants, ``first_words`` what is said by itself meanwhile: neither
    moves a deadline, so neither belongs to what the policy is recognized by.
    """

    name: str
    respond_within: timedelta
    warnings: tuple[Share | timedelta, ...] = ()
    calendar: Calendar = ALWAYS
    named_warnings: tuple[timedelta, ...] = ()
    next_response: "SlaPolicy | None" = None
    team: "SlaPolicy | None" = None
    target: Share | None = field(default=None, repr=False)
    first_words: FirstWords | None = field(default=None, repr=False, hash=False)

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
        falling = [*self.named_warnings, timedelta(0)]
        if not all(earlier > later for earlier, later in pairwise(falling)):
            raise ValueError("named_warn_at must lie before the deadline, earliest first")

    def plan(self, since: datetime, due_at: datetime | None = None) -> Plan:
        """The thresholds for a message of ``since``.

        ``due_at`` overrides the deadline where the marketplace names one for the
        thread; warnings that would lie before ``since`` then fall on it. The
        deadline that the policy gives may be named too. Warnings are counted
        back from the deadline: one that falls on closing time is told when the
        next day opens.
        """
        usual = self.calendar.add(since, self.respond_within)
        due = usual if due_at is None else max(due_at, since)
        if due != usual and self.named_warnings:
            moments = [due - ahead for ahead in self.named_warnings]
        else:
            ahead_of = (self.respond_within - self._after(warning) for warning in self.warnings)
            moments = [self.calendar.add(due, -ahead) for ahead in ahead_of]
        moments = [max(moment, since) for moment in moments]
        return Plan((*map(Step, moments, _rising_risks(moments)), Step(due, Risk.BREACHED)))

    def team_due_at(self, since: datetime) -> datetime | None:
        """When the team means to have answered; None where it has no target of its own."""
        return self.team.plan(since).due_at if self.team else None

    def _after(self, warning: Share | timedelta) -> timedelta:
        if isinstance(warning, Share):
            return self.respond_within * warning.percent / 100
        return self.respond_within - warning


def _rising_risks(moments: Sequence[datetime]) -> list[Risk]:
    return [Risk.AT_RISK] * (len(moments) - 1) + [Risk.CRITICAL] * bool(moments)


def counts_as_told(plan: Plan, told: int, risk: Risk) -> bool:
    """Whether ``told`` steps up to ``risk`` were steps of this ``plan``, for all that is told next.

    They were not where other warnings hold now: the same number of steps is another risk.
    """
    heard = plan.steps[told - 1].risk if 0 < told <= len(plan.steps) else Risk.NONE
    return heard is risk


def still_told(plan: Plan, now: datetime, *, told: int, risk: Risk) -> int:
    """How many steps of a new ``plan`` count as told, where ``told`` steps up to ``risk`` were.

    What has been told is not told again: a step that is reached and no worse
    than what somebody has heard. What the new plan puts off is told when it comes.
    """
    reached = plan.steps[: plan.reached(now)]
    return sum(
        step.risk < risk or (step.risk == risk and (risk > Risk.AT_RISK or place < told))
        for place, step in enumerate(reached)
    )
