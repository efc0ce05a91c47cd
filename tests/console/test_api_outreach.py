"""Messages about orders that nobody asked for, over the API and on their page."""

from dataclasses import replace
from itertools import pairwise

import pytest

from responder.domain.outreach import Occasion, Standing
from responder.store.outreach import Move, Wording, decide, outreaches, propose, read_outreach
from responder.store.queues import Queues
from responder.store.users import Role
from tests.console.house import House
from tests.console.person import Person, problem
from tests.console.shops import AMAZON

TEXT = "Hello, your order 113-1234567-1234567 is for 40 pieces: is the quantity right?"
WORDS = Wording(
    order_id="113-1234567-1234567", occasion=Occasion.QUANTITY, channel="confirmOrderDetails",
    audience="buyer", text=TEXT, language="en", is_free=True,
)  # fmt: skip

UNCERTAIN = (Standing.PROPOSED, Standing.APPROVED, Standing.SENDING, Standing.UNCERTAIN)


async def become(house: House, name: str, *standings: Standing) -> None:
    """Go from each standing to the next."""
    for before, after in pairwise(standings):
        await decide(house.database, name, Move(before=before, after=after))


@pytest.fixture
async def name(house: House) -> str:
    await propose(house.database, AMAZON, WORDS)
    [one] = await outreaches(house.database, [Standing.PROPOSED])
    return one.id


async def test_they_are_listed_as_what_they_are(house: House, ann: Person, name: str) -> None:
    [item] = (await ann.json("/outreach"))["items"]

    assert (item["id"], item["state"], item["occasion"]) == (name, "proposed", "large_quantity")
    assert (await ann.json("/outreach?state=sent"))["items"] == []
    assert await problem(await ann.get("/api/v1/outreach?state=nowhere")) == (400, "invalid")


async def test_they_count_as_no_conversation_and_no_reply(
    house: House, ann: Person, name: str
) -> None:
    await ann.post(f"/outreach/{name}/approve", {"version": 1})

    assert (await ann.json("/conversations?view=all"))["items"] == []
    counts = await ann.json("/counts")
    assert not any(counts.values())


async def test_an_approved_one_is_on_its_way_once(house: House, ann: Person, name: str) -> None:
    first = await ann.post(f"/outreach/{name}/approve", {"version": 1, "text": f"{TEXT} Thanks."})
    again = await ann.post(f"/outreach/{name}/approve", {"version": 1})

    assert first.status == 202
    assert await problem(again) == (409, "settled")
    one = await read_outreach(house.database, name)
    assert (one.state, one.by, one.text) == (Standing.APPROVED, "ann", f"{TEXT} Thanks.")
    [claim] = await Queues(house.database).outreach.claim(5)
    assert claim.item == name


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({"version": 2}, (409, "stale_draft")),
        ({"version": 1, "text": "See https://shop.example for 20 % off"}, (422, "rule_violation")),
        ({"version": 1, "text": "   "}, (400, "invalid")),
        ({"version": 0}, (400, "invalid")),
        ({"version": 1, "words": "x"}, (400, "invalid")),
    ],
)
async def test_what_cannot_be_approved_is_refused_and_stays(
    house: House, ann: Person, name: str, body: dict[str, object], answer: tuple[int, str]
) -> None:
    assert await problem(await ann.post(f"/outreach/{name}/approve", body)) == answer
    assert (await read_outreach(house.database, name)).state is Standing.PROPOSED


@pytest.mark.parametrize(
    ("in_bytes", "text", "fits"),
    [(True, "谢" * 133, True), (True, "谢" * 134, False), (False, "谢" * 134, True)],
)
async def test_words_that_its_way_does_not_take_are_not_approved(
    house: House, ann: Person, text: str, *, in_bytes: bool, fits: bool
) -> None:
    """Sent, they would be refused for good."""
    await propose(house.database, AMAZON, replace(WORDS, most=400, in_bytes=in_bytes))
    [one] = await outreaches(house.database, [Standing.PROPOSED])

    response = await ann.post(f"/outreach/{one.id}/approve", {"version": 1, "text": text})

    assert response.status == (202 if fits else 400)
    after = Standing.APPROVED if fits else Standing.PROPOSED
    assert (await read_outreach(house.database, one.id)).state is after


async def test_a_trainee_approves_none(house: House, name: str) -> None:
    tom = await house.person("tom", Role.TRAINEE)

    refused = await tom.post(f"/outreach/{name}/approve", {"version": 1})

    assert await problem(refused) == (403, "forbidden")


async def test_a_dropped_one_does_not_leave(house: House, ann: Person, name: str) -> None:
    body = {"version": 1, "reason": "known buyer"}

    assert (await ann.post(f"/outreach/{name}/drop", body)).status == 200
    assert (await read_outreach(house.database, name)).state is Standing.DROPPED
    assert await problem(await ann.post("/outreach/99-x/drop", body)) == (404, "not_found")


@pytest.mark.parametrize(
    ("outcome", "state"), [("sent", Standing.SENT), ("not_sent", Standing.APPROVED)]
)
async def test_a_person_decides_what_became_of_an_uncertain_one(
    house: House, ann: Person, name: str, outcome: str, state: Standing
) -> None:
    await become(house, name, *UNCERTAIN)

    assert (await ann.post(f"/outreach/{name}/resolve", {"outcome": outcome})).status == 200
    assert (await read_outreach(house.database, name)).state is state
    assert len(await Queues(house.database).outreach.claim(5)) == (outcome == "not_sent")


@pytest.mark.parametrize("outcome", ["sent", "not_sent"])
async def test_who_looked_for_one_try_says_nothing_of_the_next(
    house: House, ann: Person, name: str, outcome: str
) -> None:
    await become(house, name, *UNCERTAIN)
    [shown] = (await ann.json("/outreach"))["items"]
    told = {"outcome": "not_sent", "version": shown["version"]}
    assert (await ann.post(f"/outreach/{name}/resolve", told)).status == 200
    await become(house, name, *UNCERTAIN[1:])

    late = await ann.post(f"/outreach/{name}/resolve", told | {"outcome": outcome})

    assert await problem(late) == (409, "stale_draft")
    assert (await read_outreach(house.database, name)).state is Standing.UNCERTAIN


async def test_words_of_the_marketplace_cannot_be_changed(house: House, ann: Person) -> None:
    await propose(
        house.database,
        AMAZON,
        Wording(
            order_id="113-1", occasion=Occasion.DELIVERED, channel="review", audience="buyer",
            text="", language="en", is_free=False,
        ),
    )  # fmt: skip
    [one] = await outreaches(house.database, [Standing.PROPOSED])
    path = f"/outreach/{one.id}/approve"

    assert await problem(await ann.post(path, {"version": 1, "text": "Five stars?"})) == (
        400, "invalid",
    )  # fmt: skip
    assert (await ann.post(path, {"version": 1})).status == 202


async def test_the_page_shows_them_and_the_desk_says_that_there_are_some(
    house: House, ann: Person, name: str
) -> None:
    shown = await ann.html("/outreach")
    desk = await ann.html("/")

    assert TEXT in shown
    assert "no reply clock stops" in shown
    assert 'href="/outreach"><span>Proactive</span> <span class="count">1</span>' in desk
