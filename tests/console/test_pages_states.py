"""The one screen in each state of a conversation, for each role."""

from datetime import timedelta

from responder.domain.model import Kind
from responder.store.users import Role
from responder.testing import FakeClock
from tests.console.house import House
from tests.console.markup import find, has
from tests.console.person import Person


async def test_without_a_draft_a_person_writes(house: House, ann: Person) -> None:
    one = await house.buyer_writes()

    html = await ann.html(f"/c/{one}")

    assert find(html, "#text").text(strip=True) == ""
    assert find(html, "#draft").attributes["data-ready"] == "no"


async def test_our_replies_notes_and_notices_look_different(
    house: House, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes(
        language="en", attachments=({"name": "photo.jpg"},), warnings=("unknown charset",)
    )
    await house.draft()
    await ann.approve(one, text="It is on its way.")
    clock.advance(timedelta(seconds=6))
    await house.send()
    await ann.act(one, "note", {"text": "called her"})
    await house.buyer_writes("Refund issued", kind=Kind.NOTICE)

    html = await ann.html(f"/c/{one}")

    ours = find(html, ".message-seller").text()
    assert "approved by ann" in ours
    assert "2026-11-02 01:00 Los Angeles" in ours
    assert "colleagues only" in find(html, ".message-note").text()
    assert "Refund issued" in find(html, ".message-notice .text").text()
    assert find(html, ".attachments").text(strip=True) == "photo.jpg"
    assert "unknown charset" in find(html, ".warning").text()
    assert "Answered" in find(html, "#reply").text()


async def test_an_approved_reply_can_be_taken_back_while_it_waits(
    house: House, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.approve(one, text="It is on its way.")

    html = await ann.html(f"/c/{one}")

    assert "It is on its way." in find(html, ".settled blockquote").text()
    assert has(html, "[data-do=undo-this]")
    bob, sue = await house.person("bob"), await house.person("sue", Role.SUPERVISOR)
    assert not has(await bob.html(f"/c/{one}"), "[data-do=undo-this]"), "it is ann's"
    assert has(await sue.html(f"/c/{one}"), "[data-do=undo-this]")
    clock.advance(timedelta(seconds=6))
    await house.queues.outbox.claim(1)


async def test_a_reply_that_came_back_is_kept_with_its_reason(house: House, ann: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.approve(one, text="It is on its way.")
    await house.buyer_writes("Wait, wrong address!")

    html = await ann.html(f"/c/{one}")

    assert "It is on its way." in find(html, ".came-back blockquote").text()
    assert has(html, "[data-do=take-held]")
    assert "something newer came before it left" in find(html, ".came-back p").text()
    assert "Came back" in find(await ann.html("/rows"), ".row .chip").text()


async def test_an_uncertain_reply_asks_what_became_of_it(
    house: House, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.approve(one, text="It is on its way.")
    clock.advance(timedelta(seconds=6))
    await house.lose_answer()

    html = await ann.html(f"/c/{one}")

    assert has(html, "[data-do=was-sent]")
    assert has(html, "[data-do=was-not-sent]")
    assert not has(html, "[data-do=approve]")
    await ann.act(one, "resolve-uncertain", {"outcome": "not_sent"})
    assert "It was not sent" in find(await ann.html(f"/c/{one}"), ".came-back").text()


async def test_no_reply_needed_is_said_as_such(house: House, ann: Person) -> None:
    one = await house.buyer_writes()
    await ann.act(one, "no-reply-needed", {})

    assert "needing no reply" in find(await ann.html(f"/c/{one}"), "#reply").text()


async def test_others_see_who_is_in_it(house: House, ann: Person) -> None:
    one = await house.buyer_writes()
    await house.claim(one, "bob")

    html = await ann.html(f"/c/{one}")

    assert "bob is in it" in find(html, ".row .holder").text()
    assert "hidden" not in find(html, "#holder").attributes
    bob = await house.person("bob")
    assert "hidden" in find(await bob.html(f"/c/{one}"), "#holder").attributes


async def test_a_trainee_is_shown_no_button_that_would_be_refused(house: House) -> None:
    tim = await house.person("tim", Role.TRAINEE)
    one = await house.buyer_writes()
    await house.draft()

    html = await tim.html(f"/c/{one}")

    assert "second yes" in find(html, "[data-do=approve]").text()
    assert not has(html, "[data-do=no-reply-needed]")


async def test_only_who_may_override_is_offered_it(house: House, ann: Person) -> None:
    sue = await house.person("sue", Role.SUPERVISOR)
    one = await house.buyer_writes()

    assert has(await sue.html(f"/c/{one}"), "#draft[data-may-override]")
    assert not has(await ann.html(f"/c/{one}"), "#draft[data-may-override]")
