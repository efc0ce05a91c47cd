"""Which promise holds for which conversation."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from responder.domain.calendar import WorkingHours
from responder.domain.policies import Promises, Refinement
from responder.domain.sla import SlaPolicy
from responder.domain.week import Hours, week_of

HOUR = timedelta(hours=1)
START = datetime(2026, 11, 1, tzinfo=UTC)
LATER = SlaPolicy("later", 6 * HOUR)
USUAL = SlaPolicy("usual", 24 * HOUR, next_response=LATER)
ANGRY = SlaPolicy("angry", 2 * HOUR)
VIP = SlaPolicy("vip", HOUR)
PROMISES = Promises(
    USUAL,
    (Refinement(VIP, intents=("complaint",), tags=("vip",)), Refinement(ANGRY, ("complaint",))),
)


def test_the_usual_policy_holds_where_no_refinement_fits() -> None:
    assert PROMISES.policy(intent="invoice", tags=["vip"], answers=False) is USUAL


def test_all_that_a_refinement_names_must_fit_and_the_first_that_does_holds() -> None:
    assert PROMISES.policy(intent="complaint", answers=False) is ANGRY
    assert PROMISES.policy(intent="complaint", tags=["new", "vip"], answers=False) is VIP


def test_a_conversation_that_was_answered_before_has_the_promise_for_the_next_answer() -> None:
    assert PROMISES.policy(answers=True) is LATER
    assert PROMISES.policy(intent="complaint", answers=True) is ANGRY, "it has but one"


def test_promises_are_plain_when_nothing_but_the_account_decides() -> None:
    assert Promises(VIP).is_plain
    assert not Promises(USUAL).is_plain
    assert not Promises(VIP, (Refinement(ANGRY),)).is_plain


def test_a_fingerprint_changes_with_every_part_of_a_promise() -> None:
    office = WorkingHours(week_of({"mon": (Hours(9 * HOUR, 18 * HOUR),)}), ZoneInfo("UTC"))
    others = [
        PROMISES,
        Promises(USUAL),
        Promises(replace(USUAL, respond_within=HOUR)),
        Promises(replace(USUAL, warnings=(HOUR,))),
        Promises(replace(USUAL, team=VIP)),
        Promises(replace(USUAL, calendar=office)),
        Promises(replace(USUAL, calendar=replace(office, holidays=(date(2026, 5, 1),)))),
        Promises(replace(USUAL, calendar=replace(office, zone=ZoneInfo("Asia/Shanghai")))),
    ]

    assert len({one.fingerprint for one in others}) == len(others)


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    code = "from tests.domain.test_policies import PROMISES; print(PROMISES.fingerprint)"

    said = {
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout
        for _ in range(2)
    }

    assert said == {f"{PROMISES.fingerprint}\n".encode()}


def test_what_a_calendar_has_worked_out_does_not_change_its_fingerprint() -> None:
    office = WorkingHours(week_of({"mon": (Hours(9 * HOUR, 18 * HOUR),)}), ZoneInfo("UTC"))
    promises = Promises(replace(USUAL, calendar=office))
    before = promises.fingerprint

    USUAL.plan(START)
    promises.usual.plan(START)

    assert promises.fingerprint == before
