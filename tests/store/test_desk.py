"""The agents' verbs: what each does, and what each refuses."""

import asyncio
from datetime import timedelta

import pytest

from responder.domain.model import Author, ConversationId, Kind, State, Token
from responder.errors import Conflict, Unknown
from responder.store import remarks
from responder.store.desk import Desk
from responder.store.outbox import outgoing
from responder.store.threads import messages
from responder.testing import FakeClock
from tests.store.shop import AGENT_LEASE, UNDO, Shop

NOBODY = ConversationId("03-0123456789abcdef0123")
MINUTE = timedelta(minutes=1)


async def uncertain_reply(shop: Shop, clock: FakeClock) -> ConversationId:
    conversation, _ = await shop.approved()
    clock.advance(UNDO)
    claim = await shop.take(shop.queues.outbox)
    await shop.attempt(claim)
    assert await shop.lose_answer(claim)
    return conversation


# Claims


async def test_one_agent_has_a_conversation_alone(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    lease = await shop.desk.claim(conversation, "ann")

    with pytest.raises(Conflict) as refusal:
        await shop.desk.claim(conversation, "bob")

    assert (refusal.value.code, refusal.value.details["holder"]) == ("already_claimed", "ann")
    one = await shop.read(conversation)
    assert (one.holder, one.holder_until) == ("ann", clock.now() + AGENT_LEASE)
    assert lease.expires_at == clock.now() + AGENT_LEASE


async def test_a_claim_ends_by_itself(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    await shop.desk.claim(conversation, "ann")

    clock.advance(AGENT_LEASE)

    one = await shop.read(conversation)
    assert (one.holder, one.holder_until) == ("", None)
    await shop.desk.claim(conversation, "bob")
    assert (await shop.read(conversation)).holder == "bob"


async def test_an_agent_who_claims_again_has_one_valid_token(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    first = await shop.desk.claim(conversation, "ann")
    second = await shop.desk.claim(conversation, "ann")

    with pytest.raises(Conflict, match="not held"):
        await shop.desk.release(conversation, first.token)
    await shop.desk.release(conversation, second.token)

    assert (await shop.read(conversation)).holder == ""


async def test_a_claim_is_renewed_with_its_token(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    lease = await shop.desk.claim(conversation, "ann")
    clock.advance(AGENT_LEASE - MINUTE)

    renewed = await shop.desk.renew(conversation, "ann", lease.token)

    assert renewed.token == lease.token
    assert (await shop.read(conversation)).holder_until == clock.now() + AGENT_LEASE
    assert (await shop.event_types(conversation)).count("claimed") == 1


@pytest.mark.parametrize("case", ["expired", "another token", "never claimed"])
async def test_a_lost_claim_is_not_renewed(shop: Shop, clock: FakeClock, case: str) -> None:
    conversation = await shop.buyer_writes()
    token = Token("made up")
    if case != "never claimed":
        token = (await shop.desk.claim(conversation, "ann")).token
    if case == "expired":
        clock.advance(AGENT_LEASE)
    if case == "another token":
        token = Token("made up")

    with pytest.raises(Conflict) as refusal:
        await shop.desk.renew(conversation, "ann", token)

    assert refusal.value.code == "not_claimed"


async def test_claiming_and_releasing_leave_events(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    lease = await shop.desk.claim(conversation, "ann")

    await shop.desk.release(conversation, lease.token)

    events = [event for event in await shop.events() if event.type in {"claimed", "released"}]
    assert [(event.type, event.data["by"]) for event in events] == [
        ("claimed", "ann"),
        ("released", "ann"),
    ]


# Approving


async def test_what_is_taken_over_is_lost_to_who_had_it(shop: Shop) -> None:
    one = await shop.drafted()
    ann = await shop.desk.claim(one, "ann")

    sue = await shop.desk.take_over(one, "sue")

    conversation = await shop.read(one)
    assert (conversation.holder, conversation.holder_until) == ("sue", sue.expires_at)
    with pytest.raises(Conflict) as refused:
        await shop.desk.approve(one, "ann", ann.token, version=1, text="Dear Jane")
    assert (refused.value.code, refused.value.details) == ("not_claimed", {"holder": "sue"})
    claimed = [event.data for event in await shop.events() if event.type == "claimed"]
    assert [(told["by"], told["from"]) for told in claimed] == [("ann", ""), ("sue", "ann")]
    with pytest.raises(Conflict, match="not held"):
        await shop.desk.renew(one, "ann", ann.token)


async def test_what_is_given_to_one_is_not_given_to_another(shop: Shop) -> None:
    one = await shop.drafted()

    given = [
        await remarks.assign_if_free(shop.database, one, "ann", by=""),
        await remarks.assign_if_free(shop.database, one, "bob", by=""),
        await remarks.assign_if_free(shop.database, one, "bob", by="sue", whose="ann"),
    ]

    assert given == [True, False, True]
    assert (await shop.read(one)).assignee == "bob"
    told = [event.data for event in await shop.events() if event.type == "assigned"]
    assert [(each["by"], each["assignee"]) for each in told] == [("", "ann"), ("sue", "bob")]


async def test_an_approved_reply_waits_in_the_outbox_for_the_undo_window(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.drafted()

    reply_id = await shop.approve(conversation, "Tomorrow.", agent="ann")

    one = await shop.read(conversation)
    assert (one.state, one.holder) == (State.APPROVED, "")
    assert await shop.queues.outbox.next_at() == clock.now() + UNDO
    reply = await outgoing(shop.database, conversation)
    assert reply is not None
    assert (reply.id, reply.text, reply.by, reply.answers) == (reply_id, "Tomorrow.", "ann", 1)
    assert (reply.state, reply.attempts, reply.first_attempt_at) == ("queued", 0, None)
    assert reply.approved_at == clock.now()


async def test_an_approval_keeps_the_clock_running(shop: Shop) -> None:
    conversation = await shop.drafted()
    before = await shop.read(conversation)
    watching = await shop.queues.watch.next_at()

    await shop.approve(conversation)

    one = await shop.read(conversation)
    assert (one.waiting_since, one.due_at) == (before.waiting_since, before.due_at)
    assert await shop.places(conversation) == {State.APPROVED: before.due_at}
    assert await shop.queues.watch.next_at() == watching


async def test_an_approval_says_who_why_and_which_reply(shop: Shop) -> None:
    conversation = await shop.drafted()
    lease = await shop.lease(conversation)

    reply_id = await shop.desk.approve(
        conversation, "ann", lease.token, version=1, text="x", override="the buyer asked for it"
    )

    event = (await shop.events())[-1]
    assert event.type == "approved"
    assert dict(event.data) == {
        "by": "ann",
        "reply": reply_id,
        "override": "the buyer asked for it",
        "asked_by": "",
    }


async def test_approving_twice_is_one_reply(shop: Shop) -> None:
    conversation = await shop.drafted()
    lease = await shop.lease(conversation)

    first = await shop.desk.approve(conversation, "ann", lease.token, version=1, text="Tomorrow.")
    second = await shop.desk.approve(conversation, "ann", lease.token, version=1, text="Tomorrow. ")

    assert first == second
    assert (await shop.event_types(conversation)).count("approved") == 1


@pytest.mark.parametrize(
    ("agent", "version", "text"),
    [("bob", 1, "Tomorrow."), ("ann", 2, "Tomorrow."), ("ann", 1, "Today.")],
)
async def test_approving_something_else_is_not_the_same_approval(
    shop: Shop, agent: str, version: int, text: str
) -> None:
    conversation = await shop.drafted()
    lease = await shop.lease(conversation)
    await shop.desk.approve(conversation, "ann", lease.token, version=1, text="Tomorrow.")

    with pytest.raises(Conflict) as refusal:
        await shop.desk.approve(conversation, agent, lease.token, version=version, text=text)

    assert refusal.value.code == "not_claimed"


async def test_an_approval_needs_the_claim(shop: Shop) -> None:
    conversation = await shop.drafted()
    await shop.lease(conversation, "bob")

    with pytest.raises(Conflict) as refusal:
        await shop.desk.approve(conversation, "ann", Token("made up"), version=1, text="x")

    assert (refusal.value.code, refusal.value.details) == ("not_claimed", {"holder": "bob"})


async def test_an_approval_under_a_claim_that_has_ended_is_refused(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.drafted()
    lease = await shop.lease(conversation)
    clock.advance(AGENT_LEASE)

    with pytest.raises(Conflict) as refusal:
        await shop.desk.approve(conversation, "ann", lease.token, version=1, text="x")

    assert (refusal.value.code, refusal.value.details) == ("not_claimed", {})
    assert (await shop.read(conversation)).state is State.WAITING


@pytest.mark.parametrize("version", [0, 2])
async def test_an_approval_of_another_version_is_refused(shop: Shop, version: int) -> None:
    conversation = await shop.drafted()
    lease = await shop.lease(conversation)

    with pytest.raises(Conflict) as refusal:
        await shop.desk.approve(conversation, "ann", lease.token, version=version, text="x")

    assert (refusal.value.code, refusal.value.details) == ("stale_draft", {"now": "1"})


async def test_an_approval_where_there_is_no_draft_is_refused(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    lease = await shop.lease(conversation)

    with pytest.raises(Conflict) as refusal:
        await shop.desk.approve(conversation, "ann", lease.token, version=0, text="x")

    assert (refusal.value.code, refusal.value.details) == ("stale_draft", {"now": "0"})


async def test_an_approval_that_has_not_seen_the_newest_message_is_refused(shop: Shop) -> None:
    conversation = await shop.drafted()
    lease = await shop.lease(conversation)
    await shop.buyer_writes("Cancel it!")

    with pytest.raises(Conflict) as refusal:
        await shop.desk.approve(conversation, "ann", lease.token, version=1, text="x")

    assert (refusal.value.code, refusal.value.details) == ("newer_message", {"now": "2"})
    assert await shop.queues.outbox.depth() == 0


async def test_own_words_may_be_approved_where_there_is_no_draft(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    lease = await shop.lease(conversation)

    await shop.desk.approve(conversation, "ann", lease.token, version=0, text="Soon.", newest=1)

    reply = await outgoing(shop.database, conversation)
    assert reply is not None
    assert (reply.text, reply.answers) == ("Soon.", 1)


async def test_own_words_may_be_approved_after_the_draft_was_rejected(shop: Shop) -> None:
    conversation = await shop.drafted()
    lease = await shop.lease(conversation)
    await shop.desk.reject(conversation, "ann", version=1, again=False, why="wrong order")

    await shop.desk.approve(conversation, "ann", lease.token, version=2, text="Soon.")

    assert (await shop.read(conversation)).state is State.APPROVED


async def test_own_words_of_who_has_not_read_the_newest_message_are_refused(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    await shop.buyer_writes("Cancel it!")
    lease = await shop.lease(conversation)

    with pytest.raises(Conflict) as refusal:
        await shop.desk.approve(conversation, "ann", lease.token, version=0, text="x", newest=1)

    assert (refusal.value.code, refusal.value.details) == ("newer_message", {"now": "2"})


async def test_an_approval_of_what_is_not_waiting_is_refused(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.drafted()
    await shop.seller_answers_elsewhere(at=clock.now())
    lease = await shop.lease(conversation)

    with pytest.raises(Conflict, match="answered") as refusal:
        await shop.desk.approve(conversation, "ann", lease.token, version=1, text="x")

    assert (refusal.value.code, refusal.value.details) == ("wrong_state", {"now": "answered"})


async def test_half_an_emoji_in_an_approved_text_is_no_trouble(shop: Shop) -> None:
    conversation = await shop.drafted()

    await shop.approve(conversation, "thanks \ud83d")

    reply = await outgoing(shop.database, conversation)
    assert reply is not None
    assert reply.text == "thanks ?"


async def test_the_id_of_a_reply_is_never_used_again(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.drafted()
    first = await shop.approve(conversation)
    await shop.desk.withdraw(conversation, "ann")
    second = await shop.approve(conversation)
    for key in shop.partition.conversation(conversation):
        await shop.database.redis.delete(key)
    clock.advance(timedelta(days=30))
    await shop.buyer_writes("Hello again")
    await shop.draft()

    third = await shop.approve(conversation)

    assert len({first, second, third}) == 3
    assert all(reply.rpartition(".")[0] == conversation for reply in (first, second, third))


async def test_a_store_that_lost_its_last_writes_gives_no_id_twice(shop: Shop) -> None:
    conversation = await shop.drafted()
    redis = shop.database.redis
    before = {key: await redis.dump(key) or b"" for key in await shop.keys()}
    lost = await shop.approve(conversation)
    await redis.delete(*await shop.keys())
    for key, value in before.items():
        await redis.restore(key, 0, value)

    again = await shop.approve(conversation)

    assert again != lost


# Taking back, throwing away


async def test_a_colleagues_approval_stays_unless_one_may_withdraw_anybodys(shop: Shop) -> None:
    conversation = await shop.drafted()
    await shop.approve(conversation, agent="ann")

    with pytest.raises(Conflict, match="ann approved this") as refused:
        await shop.desk.withdraw(conversation, "bob")
    still = await shop.read(conversation)
    await shop.desk.withdraw(conversation, "sue", of_anybody=True)

    assert (refused.value.code, refused.value.details) == ("not_yours", {"now": "ann"})
    assert still.state is State.APPROVED
    assert (await shop.read(conversation)).state is State.WAITING
    assert (await shop.events())[-1].data["by"] == "sue"


async def test_an_approval_is_withdrawn_while_it_waits(shop: Shop) -> None:
    conversation = await shop.drafted()
    await shop.approve(conversation, "Tomorrow.")

    await shop.desk.withdraw(conversation, "ann")

    one = await shop.read(conversation)
    assert (one.state, one.held, one.problem) == (State.WAITING, "Tomorrow.", "")
    assert await shop.places(conversation) == {State.WAITING: one.due_at}
    assert one.draft is not None
    assert await shop.queues.outbox.depth() == 0
    assert (await shop.event_types(conversation))[-1] == "withdrawn"
    assert await shop.approve(conversation, "Today.")


async def test_a_reply_that_is_leaving_is_not_withdrawn(shop: Shop, clock: FakeClock) -> None:
    conversation, _ = await shop.approved()
    clock.advance(UNDO)
    await shop.attempt(await shop.take(shop.queues.outbox))

    with pytest.raises(Conflict) as refusal:
        await shop.desk.withdraw(conversation, "ann")

    assert (refusal.value.code, refusal.value.details) == ("wrong_state", {"now": "sending"})


async def test_there_is_nothing_to_withdraw_without_an_approval(shop: Shop) -> None:
    conversation = await shop.drafted()

    with pytest.raises(Conflict) as refusal:
        await shop.desk.withdraw(conversation, "ann")

    assert refusal.value.code == "gone"


async def test_what_was_rejected_cannot_be_approved(shop: Shop) -> None:
    conversation = await shop.drafted()
    lease = await shop.lease(conversation)

    with pytest.raises(Conflict, match="not held"):
        await shop.desk.reject(conversation, "bob", version=1, again=False, why="wrong order")
    await shop.desk.reject(conversation, "ann", version=1, again=False, why="wrong order")

    one = await shop.read(conversation)
    assert (one.draft, one.draft_version) == (None, 2)
    assert await shop.queues.draft.depth() == 0
    with pytest.raises(Conflict) as refusal:
        await shop.desk.approve(conversation, "ann", lease.token, version=1, text="x")
    assert refusal.value.code == "stale_draft"
    event = (await shop.events())[-1]
    assert (event.type, event.data["reason"]) == ("draft_rejected", "wrong order")


async def test_another_draft_is_made_when_it_is_asked_for(shop: Shop) -> None:
    conversation = await shop.drafted()

    await shop.desk.reject(conversation, "ann", version=None, again=True, why="")

    assert await shop.draft("better") == 1
    one = await shop.read(conversation)
    assert one.draft is not None
    assert one.draft.proposal.text == "better"


async def test_a_draft_that_is_being_made_is_made_anew_when_it_is_asked_for(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    stale = await shop.take(shop.queues.draft)

    await shop.desk.reject(conversation, "ann", version=None, again=True, why="")

    assert not await shop.queues.draft.done(stale)
    assert (await shop.take(shop.queues.draft)).tries == 1


@pytest.mark.parametrize("drafts", [0, 1])
async def test_the_wrong_version_is_not_rejected(shop: Shop, drafts: int) -> None:
    conversation = await shop.buyer_writes()
    if drafts:
        await shop.draft()

    with pytest.raises(Conflict) as refusal:
        await shop.desk.reject(conversation, "ann", version=7, again=True, why="")

    assert (refusal.value.code, refusal.value.details) == ("stale_draft", {"now": str(drafts)})


async def test_a_draft_in_somebody_elses_hands_is_not_rejected(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.drafted()
    await shop.lease(conversation, "bob")

    with pytest.raises(Conflict) as refusal:
        await shop.desk.reject(conversation, "ann", version=1, again=True, why="")

    assert (refusal.value.code, refusal.value.details) == ("not_claimed", {"holder": "bob"})
    clock.advance(AGENT_LEASE)
    await shop.desk.reject(conversation, "ann", version=1, again=True, why="")


async def test_a_draft_that_was_approved_is_not_rejected(shop: Shop) -> None:
    conversation = await shop.drafted()
    await shop.approve(conversation)

    with pytest.raises(Conflict) as refusal:
        await shop.desk.reject(conversation, "ann", version=1, again=True, why="")

    assert (refusal.value.code, refusal.value.details) == ("wrong_state", {"now": "approved"})


# No reply needed


async def test_saying_that_no_reply_is_needed_stops_the_clock(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.drafted()
    await shop.lease(conversation, "ann")

    await shop.desk.no_reply_needed(conversation, "ann", newest=1)

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since, one.due_at, one.holder) == (
        State.NO_REPLY_NEEDED,
        None,
        None,
        "",
    )
    assert await shop.queues.watch.depth() == 0
    assert await shop.queues.draft.depth() == 0
    event = (await shop.events())[-1]
    assert (event.type, event.data["by"]) == ("no_reply_needed", "ann")


async def test_no_reply_needed_takes_the_draft_out_of_work(shop: Shop) -> None:
    conversation = await shop.buyer_writes()

    await shop.desk.no_reply_needed(conversation, "ann")

    assert await shop.queues.draft.depth() == 0


async def test_saying_twice_that_no_reply_is_needed_is_one_change(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    await shop.desk.no_reply_needed(conversation, "ann")

    await shop.desk.no_reply_needed(conversation, "ann")

    assert (await shop.event_types(conversation)).count("no_reply_needed") == 1


async def test_the_clock_starts_anew_when_the_buyer_writes_again(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.buyer_writes()
    await shop.desk.no_reply_needed(conversation, "ann")
    clock.advance(MINUTE)

    await shop.buyer_writes("Are you there?")

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since) == (State.WAITING, clock.now())


async def test_who_has_not_seen_the_newest_message_cannot_say_that_none_is_needed(
    shop: Shop,
) -> None:
    conversation = await shop.buyer_writes()
    await shop.buyer_writes("Cancel it!")

    with pytest.raises(Conflict) as refusal:
        await shop.desk.no_reply_needed(conversation, "ann", newest=1)

    assert (refusal.value.code, refusal.value.details) == ("newer_message", {"now": "2"})


async def test_only_the_holder_says_that_no_reply_is_needed(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    await shop.lease(conversation, "bob")

    with pytest.raises(Conflict) as refusal:
        await shop.desk.no_reply_needed(conversation, "ann")

    assert (refusal.value.code, refusal.value.details) == ("not_claimed", {"holder": "bob"})
    clock.advance(AGENT_LEASE)
    await shop.desk.no_reply_needed(conversation, "ann")


async def test_a_reply_on_its_way_needs_no_such_word(shop: Shop) -> None:
    conversation = await shop.drafted()
    await shop.approve(conversation)

    with pytest.raises(Conflict) as refusal:
        await shop.desk.no_reply_needed(conversation, "ann")

    assert (refusal.value.code, refusal.value.details) == ("wrong_state", {"now": "approved"})


# Uncertain replies


async def test_a_person_who_found_the_reply_settles_it_as_sent(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await uncertain_reply(shop, clock)
    attempted_at = clock.now()
    clock.advance(MINUTE)

    await shop.desk.resolve_uncertain(conversation, "sue", was_sent=True)

    one = await shop.read(conversation)
    assert (one.state, one.problem) == (State.ANSWERED, "")
    reply = (await messages(shop.database, conversation))[-1]
    assert (reply.text, reply.sent_at, reply.approved_by) == (
        "It comes tomorrow.",
        attempted_at,
        "ann",
    )
    event = (await shop.events())[-1]
    assert (event.type, event.data["by"], event.data["told_by"]) == ("sent", "ann", "sue")


async def test_a_person_who_did_not_find_the_reply_gets_its_words_back(
    shop: Shop, clock: FakeClock
) -> None:
    start = clock.now()
    conversation = await uncertain_reply(shop, clock)

    await shop.desk.resolve_uncertain(conversation, "sue", was_sent=False)

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since, one.held, one.problem) == (
        State.WAITING,
        start,
        "It comes tomorrow.",
        "not_sent: sue",
    )
    assert await outgoing(shop.database, conversation) is None
    assert await shop.queues.draft.depth() == 1


@pytest.mark.parametrize("was_sent", [True, False])
async def test_an_uncertain_reply_is_resolved_once(
    shop: Shop, clock: FakeClock, was_sent: bool
) -> None:
    conversation = await uncertain_reply(shop, clock)
    await shop.desk.resolve_uncertain(conversation, "sue", was_sent=not was_sent)

    with pytest.raises(Conflict) as refusal:
        await shop.desk.resolve_uncertain(conversation, "tom", was_sent=was_sent)

    assert refusal.value.code == "gone"


async def test_of_two_people_who_settle_a_reply_at_once_one_is_too_late(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await uncertain_reply(shop, clock)

    answers = await asyncio.gather(
        *(
            shop.desk.resolve_uncertain(conversation, agent, was_sent=True)
            for agent in ("sue", "tom")
        ),
        return_exceptions=True,
    )

    late = [answer for answer in answers if isinstance(answer, Conflict)]
    assert [conflict.code for conflict in late] == ["gone"]
    assert (await shop.event_types(conversation)).count("sent") == 1


@pytest.mark.parametrize("was_sent", [True, False])
async def test_a_reply_that_is_not_uncertain_is_not_resolved(shop: Shop, was_sent: bool) -> None:
    conversation = await shop.drafted()
    await shop.approve(conversation)

    with pytest.raises(Conflict) as refusal:
        await shop.desk.resolve_uncertain(conversation, "sue", was_sent=was_sent)

    assert (refusal.value.code, refusal.value.details) == ("wrong_state", {"now": "queued"})
    assert (await shop.read(conversation)).state is State.APPROVED


# Words of colleagues


async def test_people_say_things_about_a_conversation_and_take_them_back(shop: Shop) -> None:
    conversation = await shop.buyer_writes()

    await remarks.annotate(
        shop.database, conversation, "ann", "tags", {"tags": "vip,late", "flag": "red"}
    )
    tagged = await shop.read(conversation)
    await remarks.annotate(shop.database, conversation, "ann", "tags", {"tags": "vip", "flag": ""})
    changed = await shop.read(conversation)
    key = shop.partition.conversation(conversation).conversation

    assert (tagged.tags, tagged.flag) == (("vip", "late"), "red")
    assert (changed.tags, changed.flag) == (("vip",), "")
    assert not await shop.database.redis.hexists(key, "flag")
    assert (await shop.event_types(conversation)).count("tags") == 2


async def test_two_people_tag_at_once_and_neither_loses_a_tag(shop: Shop) -> None:
    conversation = await shop.buyer_writes()

    told = await asyncio.gather(
        *(
            remarks.tag(shop.database, conversation, "ann", add=[f"tag {number}"])
            for number in range(10)
        )
    )

    one = await shop.read(conversation)
    assert set(one.tags) == {f"tag {number}" for number in range(10)}
    assert sorted(map(len, told)) == list(range(1, 11))
    assert (await shop.event_types(conversation)).count("tagged") == 10


async def test_tags_keep_their_order_and_a_flag_stays_until_it_is_changed(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    key = shop.partition.conversation(conversation).conversation

    added = await remarks.tag(
        shop.database, conversation, "ann", add=["vip", "late", "vip"], flag="red"
    )
    changed = await remarks.tag(
        shop.database, conversation, "bob", add=["big", "new"], remove=["vip", "new"]
    )
    flagged = await shop.read(conversation)
    gone = await remarks.tag(shop.database, conversation, "bob", remove=["late", "big"], flag="")

    assert (added, changed, gone) == (("vip", "late"), ("late", "big"), ())
    assert (flagged.tags, flagged.flag) == (("late", "big"), "red")
    assert await shop.database.redis.hmget(key, "tags", "flag") == [None, None]


async def test_a_note_lies_in_the_thread_and_changes_nothing_else(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.drafted()
    before = await shop.read(conversation)

    await remarks.note(shop.database, conversation, "ann", "Asked the warehouse.")

    [_, note] = await messages(shop.database, conversation)
    assert (note.author, note.kind, note.text, note.approved_by) == (
        Author.SELLER,
        Kind.NOTE,
        "Asked the warehouse.",
        "ann",
    )
    assert await shop.read(conversation) == before
    assert (await shop.event_types(conversation))[-1] == "note"


@pytest.mark.parametrize("conversation", [NOBODY, ConversationId("nonsense")])
async def test_nothing_can_be_done_to_what_does_not_exist(
    shop: Shop, conversation: ConversationId
) -> None:
    desk: Desk = shop.desk
    token = Token("t")
    verbs = (
        lambda: desk.claim(conversation, "ann"),
        lambda: desk.take_over(conversation, "ann"),
        lambda: remarks.assign_if_free(shop.database, conversation, "ann", by=""),
        lambda: desk.renew(conversation, "ann", token),
        lambda: desk.release(conversation, token),
        lambda: desk.approve(conversation, "ann", token, version=1, text="x"),
        lambda: desk.withdraw(conversation, "ann"),
        lambda: desk.reject(conversation, "ann", version=None, again=True, why=""),
        lambda: desk.no_reply_needed(conversation, "ann"),
        lambda: desk.resolve_uncertain(conversation, "ann", was_sent=True),
        lambda: desk.resolve_uncertain(conversation, "ann", was_sent=False),
        lambda: remarks.annotate(shop.database, conversation, "ann", "tags", {"tags": "x"}),
        lambda: remarks.tag(shop.database, conversation, "ann", add=["x"], flag="red"),
        lambda: remarks.note(shop.database, conversation, "ann", "x"),
    )

    for verb in verbs:
        with pytest.raises(Unknown):
            await verb()

    assert await shop.keys() == set()
    assert await shop.events() == []
