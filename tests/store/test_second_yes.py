"""A prepared reply waits for a second person; nothing but their yes puts it on its way."""

import asyncio
from datetime import timedelta

import pytest

from responder.domain.model import ConversationId, State, Token
from responder.errors import Conflict, Unknown
from responder.store.conversations import Asked
from responder.store.outbox import outgoing
from responder.store.second_yes import Request, ask, decline
from responder.store.threads import messages
from responder.testing import FakeClock
from tests.store.shop import Shop


async def asked(shop: Shop, conversation: ConversationId, text: str = "Tomorrow.") -> Asked:
    lease = await shop.desk.claim(conversation, "tim")
    request = Request(text=text, by="tim", why="trainee", version=1, newest=1, step="photos x y")
    await ask(shop.database, conversation, lease.token, request)
    found = (await shop.read(conversation)).asked
    assert found is not None
    return found


async def agree(
    shop: Shop,
    conversation: ConversationId,
    what: Asked,
    who: str = "ann",
    token: Token | None = None,
) -> str:
    if token is None:
        token = (await shop.desk.claim(conversation, who)).token
    return await shop.desk.approve(
        conversation,
        who,
        token,
        version=what.version,
        text=what.text,
        newest=what.newest,
        step=what.step,
        asked=what,
    )


async def test_what_is_asked_waits_and_frees_the_conversation(shop: Shop) -> None:
    conversation = await shop.drafted()

    what = await asked(shop, conversation)

    one = await shop.read(conversation)
    assert (one.state, one.holder, what.by, what.why) == (State.WAITING, "", "tim", "trainee")
    assert await outgoing(shop.database, conversation) is None
    event = (await shop.events())[-1]
    assert (event.type, dict(event.data)) == ("second_yes_asked", {"by": "tim", "why": "trainee"})


async def test_the_second_yes_is_an_approval_that_names_who_prepared_it(shop: Shop) -> None:
    conversation = await shop.drafted()
    what = await asked(shop, conversation)

    await agree(shop, conversation, what)

    reply = await outgoing(shop.database, conversation)
    assert reply is not None
    assert (reply.text, reply.by) == ("Tomorrow.", "ann")
    assert dict((await shop.events())[-1].data)["asked_by"] == "tim"
    assert (await shop.read(conversation)).asked is None


@pytest.mark.parametrize("holder", ["", "tim", "ann"])
async def test_a_yes_does_not_wait_until_who_prepared_it_has_left(shop: Shop, holder: str) -> None:
    conversation = await shop.drafted()
    what = await asked(shop, conversation)
    if holder:
        await shop.desk.claim(conversation, holder)

    await agree(shop, conversation, what, token=Token(""))

    one = await shop.read(conversation)
    assert (one.state, one.holder) == (State.APPROVED, "")


async def test_a_yes_does_not_go_over_the_head_of_a_third_person(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.drafted()
    what = await asked(shop, conversation)
    lease = await shop.desk.claim(conversation, "sue")

    with pytest.raises(Conflict) as refused:
        await agree(shop, conversation, what, token=Token(""))

    assert (refused.value.code, refused.value.details) == ("already_claimed", {"holder": "sue"})
    clock.advance(lease.expires_at - clock.now())
    await agree(shop, conversation, what, token=Token(""))


async def test_two_yeses_at_once_are_one_reply(shop: Shop) -> None:
    conversation = await shop.drafted()
    what = await asked(shop, conversation)

    answers = await asyncio.gather(
        *(agree(shop, conversation, what, who) for who in ("ann", "bob", "sue")),
        return_exceptions=True,
    )

    assert sum(isinstance(one, str) for one in answers) == 1
    assert (await shop.event_types(conversation)).count("approved") == 1


async def test_a_yes_to_what_was_asked_before_is_refused(shop: Shop) -> None:
    conversation = await shop.drafted()
    first = await asked(shop, conversation, "Tomorrow.")
    await asked(shop, conversation, "Friday.")

    with pytest.raises(Conflict, match="has changed"):
        await agree(shop, conversation, first)

    assert await outgoing(shop.database, conversation) is None


async def test_a_no_and_a_yes_at_once_are_one_of_them(shop: Shop) -> None:
    conversation = await shop.drafted()
    what = await asked(shop, conversation)

    answers = await asyncio.gather(
        agree(shop, conversation, what),
        decline(shop.database, conversation, "sue", what, why="Not like this."),
        return_exceptions=True,
    )

    failed = [one for one in answers if isinstance(one, Exception)]
    assert [one.code for one in failed if isinstance(one, Conflict)] == ["stale_ask"]
    sent = await outgoing(shop.database, conversation) is not None
    notes = [one.text for one in await messages(shop.database, conversation)][1:]
    assert sent is (notes == [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"version": 2}, "stale_draft"),
        ({"newest": 0}, "newer_message"),
        ({"token": "nobody's"}, "not_claimed"),
    ],
)
async def test_what_was_not_read_cannot_be_asked_for(
    shop: Shop, change: dict[str, object], code: str
) -> None:
    conversation = await shop.drafted()
    token = (await shop.desk.claim(conversation, "tim")).token
    said = {"version": 1, "newest": 1} | {key: change[key] for key in change if key != "token"}
    request = Request(text="x", by="tim", why="trainee", **said)  # type: ignore[arg-type]

    with pytest.raises(Conflict) as refused:
        await ask(shop.database, conversation, Token(str(change.get("token", token))), request)

    assert refused.value.code == code


async def test_what_is_on_its_way_cannot_be_asked_for(shop: Shop) -> None:
    conversation, _ = await shop.approved()
    token = (await shop.desk.claim(conversation, "tim")).token
    request = Request(text="x", by="tim", why="trainee", version=1, newest=1)

    with pytest.raises(Conflict, match="not possible while"):
        await ask(shop.database, conversation, token, request)


@pytest.mark.parametrize("name", ["00-0aa4565c0fb55a26d90f", "nonsense"])
async def test_nothing_is_asked_about_what_is_not_there(shop: Shop, name: str) -> None:
    request = Request(text="x", by="tim", why="trainee", version=1, newest=1)
    what = await asked(shop, await shop.drafted())

    with pytest.raises(Unknown):
        await ask(shop.database, ConversationId(name), Token("t"), request)
    with pytest.raises(Unknown):
        await decline(shop.database, ConversationId(name), "ann", what, why="no")


@pytest.mark.parametrize("verb", ["approve", "ask"])
async def test_without_a_claim_nothing_is_passed_over_that_was_prepared_since_one_read(
    shop: Shop, verb: str
) -> None:
    conversation = await shop.drafted()
    read = await shop.read(conversation)
    await asked(shop, conversation, "Friday.")

    with pytest.raises(Conflict, match="has changed") as refused:
        await without_claim(shop, conversation, verb, read.asked_id)

    assert refused.value.code == "stale_ask"
    assert await outgoing(shop.database, conversation) is None
    now = await shop.read(conversation)
    assert now.asked is not None
    assert now.asked.text == "Friday."

    await without_claim(shop, conversation, verb, now.asked_id)


async def without_claim(shop: Shop, conversation: ConversationId, verb: str, seen_ask: str) -> None:
    """Ann says her own words, having read what ``seen_ask`` names."""
    if verb == "approve":
        desk, words = shop.desk, "Monday."
        await desk.approve(conversation, "ann", Token(""), version=1, text=words, seen_ask=seen_ask)
        return
    request = Request(text="Monday.", by="ann", why="above_cap", version=1, newest=1)
    await ask(shop.database, conversation, Token(""), request, seen_ask=seen_ask)


async def test_another_draft_lets_it_lapse_and_keeps_the_words(shop: Shop) -> None:
    conversation = await shop.drafted()
    await asked(shop, conversation)
    await shop.desk.reject(conversation, "ann", version=1, again=False, why="")

    one = await shop.read(conversation)

    assert (one.asked, one.lapsed) == (None, "Tomorrow.")


async def test_the_step_of_a_reply_is_kept_when_it_was_sent(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.drafted()
    await agree(shop, conversation, await asked(shop, conversation))
    assert (await shop.read(conversation)).ladder_step == ""

    clock.advance(timedelta(minutes=1))
    claim = await shop.take(shop.queues.outbox)
    await shop.accept(conversation, await shop.attempt(claim))

    assert (await shop.read(conversation)).ladder_step == "photos x y"
