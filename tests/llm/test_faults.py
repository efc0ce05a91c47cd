"""Every fault of a model ends in the template draft, within the deadline."""

from time import monotonic

import pytest

from responder.drafting import Drafting
from responder.drafting.llm.mock import FAULTS
from responder.drafting.llm.port import Why
from responder.drafting.llm.writer import Stands
from tests.llm.conftest import Box
from tests.llm.scene import question, writer

DEADLINE = 1.0
ENDS = {
    "rate_limit": Why.RATE_LIMITED,
    "error_500": Why.UNAVAILABLE,
    "unauthorized": Why.UNAUTHORIZED,
    "slow": Why.DEADLINE,
    "hang": Why.DEADLINE,
    "hang_midway": Why.DEADLINE,
    "break_off": Why.UNAVAILABLE,
    "html": Why.NOT_JSON,
    "empty": Why.EMPTY,
    "length": Why.TRUNCATED,
    "no_finish": Why.TRUNCATED,
    "content_filter": Why.REFUSED,
    "bad_json": Why.NOT_JSON,
    "bad_chunk": Why.NOT_JSON,
    "wrong_shape": Why.NOT_JSON,
    "huge": Why.TRUNCATED,
}
OBJECTED = ("invent", "promise", "wrong_language", "leak", "placeholder")
HARMLESS = ("no_json_mode", "no_usage", "whole", "odd_chunks", "fenced")
BY_THE_BUYER = "obey"  # see test_injections.py


def test_every_fault_is_looked_at() -> None:
    assert {*ENDS, *OBJECTED, *HARMLESS, BY_THE_BUYER, "needs_human"} == set(FAULTS)


async def ended(box: Box, shipped: Drafting, *faults: str, streamed: bool = True) -> object:
    _, client = await box(*faults)
    asked = question("Where is my parcel? I need it.")
    started = monotonic()
    found = await writer(client, shipped.check_answer, deadline=DEADLINE).improve(
        asked, shipped.propose(asked)
    )
    assert monotonic() - started < DEADLINE + 0.5
    return found


@pytest.mark.parametrize("fault", ENDS)
async def test_a_model_that_fails_leaves_the_template_draft(
    fault: str, box: Box, shipped: Drafting
) -> None:
    assert await ended(box, shipped, fault) == Stands(ENDS[fault].value)


@pytest.mark.parametrize("fault", ["length", "bad_json", "no_finish", "empty", "content_filter"])
async def test_an_answer_in_one_piece_fails_the_same_way(
    fault: str, box: Box, shipped: Drafting
) -> None:
    assert await ended(box, shipped, fault, "whole") == Stands(ENDS[fault].value)


@pytest.mark.parametrize("fault", OBJECTED)
async def test_a_model_that_says_too_much_leaves_the_template_draft(
    fault: str, box: Box, shipped: Drafting
) -> None:
    found = await ended(box, shipped, fault)

    assert isinstance(found, Stands)
    assert found.why.startswith(("objected:llm_", "objected:language"))


@pytest.mark.parametrize("fault", HARMLESS)
async def test_what_only_looks_odd_does_no_harm(fault: str, box: Box, shipped: Drafting) -> None:
    found = await ended(box, shipped, fault)

    assert not isinstance(found, Stands), found


async def test_a_model_that_asks_for_a_person_is_heard(box: Box, shipped: Drafting) -> None:
    assert await ended(box, shipped, "needs_human") == Stands("needs_human")


async def test_an_endpoint_that_is_not_there_is_one_that_fails(box: Box, shipped: Drafting) -> None:
    mock, client = await box()
    await mock.stop()
    asked = question("Where is my parcel?")

    found = await writer(client, shipped.check_answer).improve(asked, shipped.propose(asked))

    assert found == Stands("unavailable")


async def test_json_mode_is_asked_for_until_it_is_refused(box: Box, shipped: Drafting) -> None:
    mock, client = await box("no_json_mode")
    asked = question("Where is my parcel?")
    for _ in range(2):
        await writer(client, shipped.check_answer).improve(asked, shipped.propose(asked))

    assert ["response_format" in body for body in mock.asked] == [True, False, False]


async def test_the_key_is_sent_and_never_shown(box: Box, shipped: Drafting) -> None:
    mock, client = await box()
    asked = question("Where is my parcel?")

    await writer(client, shipped.check_answer).improve(asked, shipped.propose(asked))

    assert mock.asked[0]["authorization"] == "Bearer s3cret"
    assert "s3cret" not in repr(client._address)
