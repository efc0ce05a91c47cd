"""What a reply may not say, or how long it may not be, is refused with its findings."""

import pytest

from responder.store.users import Role
from tests.console.house import House
from tests.console.person import Person, problem


@pytest.mark.parametrize("text", ["   ", "\n"])
async def test_an_empty_text_is_not_sent(house: House, ann: Person, text: str) -> None:
    one = await house.buyer_writes()
    await house.draft()

    assert await problem(await ann.approve(one, text=text)) == (409, "empty_text")
    assert (await house.read(one)).state == "waiting"


async def test_a_text_that_breaks_a_rule_is_refused_with_its_findings(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    text = "Write to me at jane@shop.example"

    refused = await ann.approve(one, text=text)

    body = (await refused.json())["error"]
    assert (refused.status, body["code"]) == (422, "rule_violation")
    [finding] = body["details"]["findings"]
    assert (finding["rule"], finding["severity"]) == ("email", "block")
    assert text[finding["start"] : finding["end"]] == "jane@shop.example"
    assert finding["suggestion"]


async def test_only_a_supervisor_overrides_a_rule(house: House, ann: Person) -> None:
    sue = await house.person("sue", Role.SUPERVISOR)
    one = await house.buyer_writes()
    await house.draft()
    body = {"text": "Write to me at jane@shop.example", "override": "she asked for it"}

    assert await problem(await ann.approve(one, **body)) == (403, "forbidden")
    await ann.act(one, "release", {"token": await ann.claim(one)})
    assert (await sue.approve(one, **body)).status == 202


async def test_a_reply_that_is_too_long_for_its_thread_is_refused(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes(thread="refund-1")
    await house.draft()

    refused = await ann.approve(one, text="亲" * 140)

    assert await problem(refused) == (422, "rule_violation")


async def test_a_text_is_checked_while_it_is_typed(house: House, ann: Person) -> None:
    one = await house.buyer_writes()

    bad = await ann.act(one, "check", {"text": "😀 or jane@shop.example"})
    good = await ann.act(one, "check", {"text": "It arrives tomorrow."})

    found = {finding["rule"] for finding in (await bad.json())["findings"]}
    assert found == {"emoji", "email"}
    assert await good.json() == {"findings": []}
