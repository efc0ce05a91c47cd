"""What one person may not decide alone waits for another's yes, and nothing leaves before it."""

from datetime import timedelta
from pathlib import Path

import pytest

from responder.console.services import Services
from responder.domain.model import Author, ConversationId, Fact
from responder.drafting import load
from responder.store.users import Role
from responder.testing import FakeClock
from tests.console.house import AMAZON, ORDER, House, Person, problem

CONFIG = Path(__file__).parents[2] / "config"
SHOP = """
accounts = ["amazon-us"]
name = "Corner Shop"
currency = "EUR"
[caps]
small = { share = 15, cap = 10.00 }
large = { share = 30, cap = 25.00 }
goodwill = 5.00
agent = 20.00
freight_back = 6.50
"""
FACTS = {
    name: Fact(value=value, source=f"order {ORDER}")
    for name, value in {
        "order.id": ORDER,
        "order.status": "delivered",
        "order.total": "99.00",
        "order.currency": "EUR",
    }.items()
}
SHOWN: dict[str, object] = {"id": ORDER, "status": "delivered", "total": "99.00", "currency": "EUR"}
PHOTO = ({"name": "crack.jpg", "content_type": "image/jpeg"},)
WHY = "Offer the replacement first."


@pytest.fixture
def drafting_with_caps(tmp_path: Path) -> object:
    (tmp_path / "corner.toml").write_text(SHOP)
    return load(CONFIG / "templates", CONFIG / "rules", CONFIG / "intents", tmp_path)


@pytest.fixture
def shop(house: House, drafting_with_caps: object) -> House:
    """A house whose shop has caps."""
    object.__setattr__(house.services, "drafting", drafting_with_caps)
    assert isinstance(house.services, Services)
    return house


@pytest.fixture
async def tim(house: House) -> Person:
    return await house.person("tim", Role.TRAINEE)


@pytest.fixture
async def sue(house: House) -> Person:
    return await house.person("sue", Role.SUPERVISOR)


async def broken_cup(house: House, text: str = "The cup arrived broken.") -> ConversationId:
    one = await house.buyer_writes(text, order_ids=(ORDER,), attachments=PHOTO)
    await house.draft(facts=FACTS, order=SHOWN, account=AMAZON)
    return one


async def confirm(who: Person, one: ConversationId, **body: str) -> tuple[int, str]:
    shown = await who.json(f"/conversations/{one}")
    body = {"id": shown["second_yes"]["id"], "token": await who.claim(one)} | body
    response = await who.act(one, "confirm", body)
    return (202, "") if response.status == 202 else await problem(response)


async def test_what_a_trainee_approves_waits_for_an_agent(
    house: House, tim: Person, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()

    answer = await (await tim.approve(one, text="It comes on Friday.")).json()

    assert answer["reply_id"] is None
    assert answer["second_yes"]["why"] == "trainee"
    clock.advance(timedelta(minutes=1))
    await house.send()
    whole = await ann.json(f"/conversations/{one}")
    assert (whole["state"], whole["reply"], whole["holder"]) == ("waiting", None, None)
    assert whole["second_yes"]["by"] == "tim"
    assert whole["asked_text"] == "It comes on Friday."
    assert [item["id"] for item in (await ann.json("/conversations?view=second_yes"))["items"]]
    assert (await ann.json("/counts"))["second_yes"] == 1


async def test_the_second_yes_sends_exactly_what_was_prepared(
    house: House, tim: Person, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")

    assert await confirm(ann, one) == (202, "")

    clock.advance(timedelta(seconds=6))
    await house.send()
    whole = await ann.json(f"/conversations/{one}")
    assert (whole["state"], whole["messages"][-1]["text"]) == ("answered", "It comes on Friday.")
    assert whole["messages"][-1]["approved_by"] == "ann"
    assert whole["second_yes"] is None


async def test_a_yes_does_not_wait_until_the_trainee_has_left(
    house: House, tim: Person, ann: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")
    asked = (await ann.json(f"/conversations/{one}"))["second_yes"]["id"]
    await tim.claim(one)

    response = await ann.act(one, "confirm", {"id": asked})

    assert response.status == 202
    assert await house.outgoing_text(one) == "It comes on Friday."


async def test_a_yes_is_refused_while_a_third_person_answers(
    house: House, tim: Person, ann: Person, sue: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one)
    asked = (await ann.json(f"/conversations/{one}"))["second_yes"]["id"]
    await sue.claim(one)

    response = await ann.act(one, "confirm", {"id": asked})

    assert await problem(response) == (409, "already_claimed")
    assert await house.outgoing_text(one) == ""


async def test_a_trainee_cannot_agree(house: House, tim: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one)

    assert await confirm(tim, one) == (403, "forbidden")
    assert await house.outgoing_text(one) == ""


async def test_nobody_agrees_with_themselves(shop: House, ann: Person) -> None:
    one = await broken_cup(shop)
    await ann.approve(one, text="We refund you 50 EUR.")

    assert await confirm(ann, one) == (403, "forbidden")


async def test_a_no_gives_the_words_back_with_the_reason(
    house: House, tim: Person, ann: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")
    asked = (await ann.json(f"/conversations/{one}"))["second_yes"]["id"]

    response = await ann.act(one, "decline", {"id": asked, "reason": WHY})

    assert response.status == 200
    whole = await tim.json(f"/conversations/{one}")
    assert (whole["second_yes"], whole["held"]) == (None, "It comes on Friday.")
    assert [(note["by"], note["text"]) for note in whole["notes"]] == [("ann", WHY)]


async def test_what_was_asked_lapses_when_the_buyer_writes_again(
    house: House, tim: Person, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")
    asked = (await ann.json(f"/conversations/{one}"))["second_yes"]["id"]
    clock.advance(timedelta(seconds=1))
    await house.buyer_writes("Never mind, it is here.")

    body = {"id": asked, "token": await ann.claim(one)}
    assert await problem(await ann.act(one, "confirm", body)) == (409, "stale_ask")
    whole = await ann.json(f"/conversations/{one}")
    assert (whole["second_yes"], whole["held"]) == (None, "It comes on Friday.")


async def test_what_was_asked_again_is_not_what_was_read(
    house: House, tim: Person, ann: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")
    first = (await ann.json(f"/conversations/{one}"))["second_yes"]["id"]
    await tim.approve(one, text="It comes on Monday.")

    body = {"id": first, "token": await ann.claim(one)}
    assert await problem(await ann.act(one, "confirm", body)) == (409, "stale_ask")
    assert await house.outgoing_text(one) == ""


async def test_an_agent_answers_instead_of_agreeing(house: House, tim: Person, ann: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")
    seen = (await ann.json(f"/conversations/{one}"))["second_yes"]["id"]

    await ann.approve(one, text="It comes on Monday.", instead_of=seen)

    assert await house.outgoing_text(one) == "It comes on Monday."
    assert (await ann.json(f"/conversations/{one}"))["second_yes"] is None


@pytest.mark.parametrize("seen", [None, "an older one"])
async def test_nobody_passes_over_unseen_what_a_colleague_has_prepared_not_even_with_a_claim(
    house: House, tim: Person, ann: Person, seen: str | None
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")
    asked = (await ann.json(f"/conversations/{one}"))["second_yes"]["id"]
    body = {"instead_of": seen} if seen else {}

    response = await ann.approve(one, text="It comes on Monday.", **body)

    assert await problem(response) == (409, "stale_ask")
    assert (await response.json())["error"]["details"] == {"id": asked, "by": "tim"}
    assert await house.outgoing_text(one) == ""
    assert (await ann.json(f"/conversations/{one}"))["second_yes"]["id"] == asked


async def test_a_second_trainee_does_not_replace_unseen_what_the_first_has_prepared(
    house: House, tim: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")
    tom = await house.person("tom", Role.TRAINEE)

    assert await problem(await tom.approve(one, text="Soon.")) == (409, "stale_ask")

    assert (await tom.json(f"/conversations/{one}"))["asked_text"] == "It comes on Friday."


async def test_an_amount_above_the_cap_waits_for_a_supervisor(
    shop: House, ann: Person, sue: Person
) -> None:
    one = await broken_cup(shop)

    answer = await (await ann.approve(one, text="We refund you 50 EUR.")).json()

    assert answer["second_yes"]["why"] == "above_cap"
    bob = await shop.person("bob")
    assert await confirm(bob, one) == (403, "forbidden")
    await bob.act(one, "release", {"token": await bob.claim(one)})
    assert await confirm(sue, one) == (202, "")
    assert await shop.outgoing_text(one) == "We refund you 50 EUR."


@pytest.mark.parametrize(
    "text",
    [
        "We issue a refund. It is 50 EUR.",
        "Your refund:\n50 EUR",
        "We send you a replacement at once.",
        "Please send it back, then you get a full refund.",
    ],
)
async def test_words_of_ones_own_get_nothing_dear_out_alone(
    shop: House, ann: Person, text: str
) -> None:
    one = await broken_cup(shop)

    answer = await (await ann.approve(one, text=text)).json()

    assert answer["second_yes"]["why"] == "above_cap"


async def test_a_supervisor_decides_above_the_cap_alone(shop: House, sue: Person) -> None:
    one = await broken_cup(shop)

    await sue.approve(one, text="We refund you 50 EUR.")

    assert await shop.outgoing_text(one) == "We refund you 50 EUR."


async def test_the_drafted_step_is_kept_when_it_was_sent(
    shop: House, ann: Person, clock: FakeClock
) -> None:
    one = await broken_cup(shop)
    draft = (await ann.json(f"/conversations/{one}"))["draft"]
    assert (draft["step"], draft["facts"]["ladder.amount"]["value"]) == (
        "small_refund",
        "10.00 EUR",
    )

    await ann.approve(one)
    clock.advance(timedelta(seconds=6))
    await shop.send()

    ladder = (await ann.json(f"/conversations/{one}"))["ladder"]
    assert ladder["made"] == "small_refund"
    assert (await shop.read(one)).ladder_step == f"small_refund damaged_defective {ORDER}"


async def test_a_gap_is_never_sent_not_even_by_a_supervisor(house: House, sue: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()

    response = await sue.approve(one, text="Send it to ⟦address⟧.", override="it is urgent")

    assert await problem(response) == (422, "rule_violation")
    [finding] = (await response.json())["error"]["details"]["findings"]
    assert finding["rule"] == "gap"


async def test_who_agrees_may_not_pass_over_a_rule(house: House, tim: Person, ann: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()
    assert await problem(await tim.approve(one, text="Write to help@shop.com")) == (
        422,
        "rule_violation",
    )
    assert await problem(
        await tim.approve(one, text="Write to help@shop.com", override="they asked")
    ) == (403, "forbidden")
    assert (await ann.json(f"/conversations/{one}"))["second_yes"] is None


async def test_a_reply_of_ours_does_not_lapse_by_itself(
    house: House, tim: Person, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")
    await house.seller_writes("Answered from the app.")

    whole = await ann.json(f"/conversations/{one}")

    assert (whole["state"], whole["second_yes"]) == ("answered", None)
    assert whole["messages"][-1]["author"] == Author.SELLER
