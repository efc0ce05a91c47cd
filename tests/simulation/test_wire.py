"""The ways to a marketplace and to a person, for whoever stands still or dies."""

import asyncio
from collections.abc import Callable
from random import Random

import pytest

from connectors.base import Unavailable
from responder.alerts.channels import TAKEN, TIMEOUT, Outcome
from responder.alerts.message import Message
from responder.domain.model import AccountId
from responder.simulation.ledger import Ledger
from responder.simulation.line import Line
from responder.simulation.loop import BEGINNING, MachineClock, TrueTime, run
from responder.simulation.pager import NO_ANSWER, PAGER, Pager
from responder.simulation.profiles import Profile
from responder.simulation.server import Server
from responder.simulation.wire import LONGEST_WAY, PATIENCE, Weather, Wire
from responder.store.notices import Notice
from responder.store.told import Item

CALM = Profile(name="calm")
NOTICE = Notice(id="n", kind="critical", at=BEGINNING, account=AccountId("shop"))
ALERT = Message(id="m", at=BEGINNING, items=(Item(id=NOTICE.id, notice=NOTICE, arrived=BEGINNING),))
LEAVES_WITHIN, ARRIVES_WITHIN = 0.5, 2.0  # seconds, of an alert


class Case:
    """A process, its way to a marketplace, and when its request arrived there."""

    def __init__(self) -> None:
        self.time = TrueTime(asyncio.get_running_loop())
        self.line = Line(Server(self.time, CALM, Random(1)), "daemon")
        self.wire = Wire(self.time, CALM, Weather(), Random(2), self.line.thaws)
        self.arrived: list[float] = []
        self.ledger = Ledger(self.line.server, {})
        clock = MachineClock(self.time.loop)
        self.pager = Pager(self.line, self.ledger, clock, Random(3), CALM)

    def freeze(self, seconds: float) -> None:
        self.line.frozen_until = self.time.loop.time() + seconds

    def asked(self) -> "asyncio.Task[None]":
        return asyncio.create_task(self.wire.ask(self._arrive, writes=True))

    def handed_over(self) -> "asyncio.Task[Outcome]":
        return asyncio.create_task(self.pager.hand_over(PAGER, ALERT))

    @property
    def rung(self) -> list[str]:
        """By whom."""
        return [one.owner for one in self.ledger.tellings]

    def _arrive(self) -> None:
        self.arrived.append(self.time.loop.time())


def test_nothing_leaves_a_process_that_stands_still() -> None:
    async def story() -> list[float]:
        case = Case()
        case.freeze(10)
        await case.asked()
        return case.arrived

    [at] = run(story())
    assert at > 10


def test_what_was_given_up_meanwhile_does_not_leave() -> None:
    async def story() -> list[float]:
        case = Case()
        case.freeze(2 * PATIENCE)
        with pytest.raises(Unavailable) as given_up:
            await case.asked()
        assert given_up.value.maybe_done
        await case.time.sleep(3 * PATIENCE)
        return case.arrived

    assert run(story()) == []


def test_what_has_left_arrives_and_its_answer_is_read_when_the_process_goes_on() -> None:
    async def story() -> tuple[list[float], float]:
        case = Case()
        asked = case.asked()
        await case.time.sleep(0)
        case.freeze(PATIENCE - 1)
        await asked
        return case.arrived, case.time.loop.time()

    [at], heard_at = run(story())
    assert at < LONGEST_WAY
    assert heard_at == PATIENCE - 1


@pytest.mark.parametrize("stand", [Case.freeze, lambda case, _: case.line.stand_still()])
def test_whoever_waits_until_it_goes_on_does_so(stand: Callable[[Case, float], None]) -> None:
    async def story() -> float:
        case = Case()
        await case.line.while_frozen()
        assert case.time.loop.time() == 0
        stand(case, 7)
        case.time.loop.call_later(7, case.line.go_on)
        await case.line.while_frozen()
        return case.time.loop.time()

    assert run(story()) == 7


def test_an_alert_that_has_left_rings_though_whoever_sent_it_was_killed() -> None:
    async def story() -> list[list[str]]:
        case = Case()
        handed = case.handed_over()
        await case.time.sleep(LEAVES_WITHIN)
        handed.cancel()
        case.line.dead = True
        rung = [case.rung]
        await case.time.sleep(ARRIVES_WITHIN)
        return [*rung, case.rung]

    assert run(story()) == [[], ["daemon"]]


def test_an_alert_does_not_leave_whoever_was_killed_before() -> None:
    async def story() -> list[str]:
        case = Case()
        handed = case.handed_over()
        await case.time.sleep(0)
        handed.cancel()
        await case.time.sleep(LEAVES_WITHIN + ARRIVES_WITHIN)
        return case.rung

    assert run(story()) == []


@pytest.mark.parametrize(("seconds", "outcome"), [(TIMEOUT - 2, TAKEN), (TIMEOUT + 2, NO_ANSWER)])
def test_who_stands_still_reads_what_became_of_his_alert_when_he_goes_on(
    seconds: float, outcome: Outcome
) -> None:
    async def story() -> tuple[list[str], Outcome, float]:
        case = Case()
        handed = case.handed_over()
        await case.time.sleep(LEAVES_WITHIN)
        case.freeze(seconds)
        await case.time.sleep(ARRIVES_WITHIN)
        rung = case.rung
        return rung, await handed, case.time.loop.time()

    assert run(story()) == (["daemon"], outcome, LEAVES_WITHIN + seconds)
