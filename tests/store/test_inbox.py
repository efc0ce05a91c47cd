"""INGEST: a page of messages and the cursor, in one step, and the reply clock that it starts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from responder.domain.model import AccountId, Author, ConversationId, Kind, State
from responder.domain.sla import SlaPolicy
from responder.store.accounts import read_account
from responder.store.dead_letters import count_dead, dead_letters
from responder.store.inbox import Aside, Ingested, ingest
from responder.store.threads import messages
from responder.testing import FakeClock
from tests.store.shop import Shop

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def test_a_buyers_message_starts_the_clock_at_the_marketplaces_time(
    shop: Shop, clock: FakeClock
) -> None:
    wrote_at = clock.now() - HOUR

    conversation = await shop.buyer_writes("Where is it?", at=wrote_at)

    one = await shop.read(conversation)
    assert one.state is State.WAITING
    assert one.waiting_since == wrote_at
    assert one.due_at == wrote_at + timedelta(hours=24)
    assert (one.newest, one.buyer, one.preview) == (1, "Jane", "Where is it?")
    assert one.created_at == clock.now()


async def test_a_buyers_message_is_watched_from_its_first_threshold_and_drafted_at_once(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.buyer_writes()

    assert await shop.queues.watch.next_at() == clock.now() + 12 * HOUR
    assert await shop.queues.draft.next_at() == clock.now()
    assert await shop.queues.outbox.next_at() is None


async def test_a_deadline_that_the_marketplace_names_is_kept(shop: Shop, clock: FakeClock) -> None:
    due_at = clock.now() + 30 * HOUR

    await shop.receive(shop.arrival(due_at=due_at))

    assert (await shop.read(shop.conversation())).due_at == due_at


async def test_the_same_message_is_stored_once(shop: Shop) -> None:
    first = await shop.receive(shop.arrival(name="m1"))
    second = await shop.receive(shop.arrival(name="m1"), shop.arrival(name="m2"))

    assert (first.messages, second.messages) == (1, 1)
    assert len(await messages(shop.database, shop.conversation())) == 2


async def test_a_message_twice_on_one_page_is_stored_once(shop: Shop) -> None:
    stored = await shop.receive(shop.arrival(name="m1"), shop.arrival(name="m1"))

    assert stored.messages == 1


async def test_the_same_page_again_changes_nothing_but_the_books(
    shop: Shop, clock: FakeClock
) -> None:
    page = shop.page(shop.arrival(), shop.arrival(Author.PLATFORM, kind=Kind.NOTICE))
    await shop.take_in(page)
    before = await shop.read(shop.conversation())
    events = await shop.events()
    clock.advance(MINUTE)

    again = await shop.take_in(page)

    assert again == Ingested(messages=0, aside=0)
    assert await shop.read(shop.conversation()) == before
    assert await shop.events() == events
    assert (await read_account(shop.database, shop.account)).seen == 4


async def test_one_message_id_in_two_accounts_is_two_messages(shop: Shop, clock: FakeClock) -> None:
    other = Shop(shop.database, clock, AccountId("amazon-de"))

    first = await shop.receive(shop.arrival(name="m1"))
    second = await other.receive(other.arrival(name="m1"))

    assert (first.messages, second.messages) == (1, 1)
    assert other.conversation() != shop.conversation()


async def test_a_page_under_a_lost_lease_changes_nothing_and_the_cursor_stays(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.take_in(shop.page(cursor="7"))
    lost = await shop.poll()
    clock.advance(MINUTE)
    [held] = await shop.queues.poll.claim(1)
    keys, events = await shop.keys(), await shop.events()

    page = shop.page(shop.arrival(), cursor="8")
    stored = await ingest(shop.database, page, lost, next_poll=clock.now())

    assert stored is None
    assert await shop.keys() == keys
    assert await shop.events() == events
    assert (await read_account(shop.database, shop.account)).cursor == "7"
    assert await shop.queues.poll.done(held)


@pytest.mark.parametrize("stands", ["", "7"])
async def test_a_page_that_does_not_follow_what_the_store_has_changes_nothing(
    shop: Shop, clock: FakeClock, stands: str
) -> None:
    if stands:
        await shop.take_in(shop.page(cursor=stands))
    claim = await shop.poll()
    keys, events = await shop.keys(), await shop.events()

    # Page 8 was stored, and a store that lost its last second has forgotten it; 9 follows it.
    ahead = replace(shop.page(shop.arrival(), cursor="9"), after="8")
    lost = await ingest(shop.database, ahead, claim, next_poll=clock.now())
    unchanged = (await shop.keys(), await shop.events())
    following = replace(shop.page(shop.arrival(), cursor="8"), after=stands)
    stored = await ingest(shop.database, following, claim, next_poll=clock.now())

    assert lost is None
    assert unchanged == (keys, events)
    assert stored is not None
    assert (await read_account(shop.database, shop.account)).cursor == "8"


async def test_the_cursor_moves_with_the_messages(shop: Shop, clock: FakeClock) -> None:
    await shop.take_in(shop.page(shop.arrival(), cursor="uid:42"))

    book = await read_account(shop.database, shop.account)
    assert book.cursor == "uid:42"
    assert book.polled_at == book.ok_at == clock.now()


async def test_after_a_page_the_account_is_polled_again_when_it_was_said(
    shop: Shop, clock: FakeClock
) -> None:
    claim = await shop.poll()

    await ingest(shop.database, shop.page(), claim, next_poll=clock.now() + MINUTE)

    assert await shop.queues.poll.next_at() == clock.now() + MINUTE
    assert not await shop.queues.poll.done(claim)


async def test_the_lease_may_be_kept_for_the_next_page(shop: Shop, clock: FakeClock) -> None:
    claim = await shop.poll()
    lease_end = clock.now() + MINUTE

    await ingest(shop.database, shop.page(cursor="1"), claim, next_poll=lease_end, keep=True)
    second = await ingest(
        shop.database, shop.page(shop.arrival(), cursor="2"), claim, next_poll=lease_end
    )

    assert second == Ingested(messages=1, aside=0)
    assert (await read_account(shop.database, shop.account)).cursor == "2"


async def test_a_page_that_came_through_begins_the_tries_anew(shop: Shop, clock: FakeClock) -> None:
    await shop.poll()
    clock.advance(MINUTE)
    [second] = await shop.queues.poll.claim(1)

    await ingest(shop.database, shop.page(), second, next_poll=clock.now())

    [third] = await shop.queues.poll.claim(1)
    assert (second.tries, third.tries) == (2, 1)


async def test_the_books_tell_what_was_seen_from_what_was_stored(
    shop: Shop, clock: FakeClock
) -> None:
    aside = Aside(id="x", reason="no sender", ref="INBOX/9", at=clock.now())
    await shop.receive(shop.arrival(name="m1"))

    await shop.take_in(
        shop.page(shop.arrival(name="m1"), shop.arrival(name="m2"), aside=[aside], ignored=3)
    )

    book = await read_account(shop.database, shop.account)
    known_before = 1
    assert (book.seen, book.stored, book.ignored, book.set_aside) == (7, 2, 3, 1)
    assert book.seen == book.stored + known_before + book.ignored + book.set_aside


# The clock


async def test_a_buyer_who_writes_again_does_not_restart_the_clock(
    shop: Shop, clock: FakeClock
) -> None:
    first_at = clock.now()
    conversation = await shop.buyer_writes()
    clock.advance(HOUR)

    await shop.buyer_writes("Hello??")

    one = await shop.read(conversation)
    assert one.waiting_since == first_at
    assert one.due_at == first_at + 24 * HOUR
    assert (one.newest, one.preview) == (2, "Hello??")


async def test_a_buyer_who_writes_again_keeps_the_alerts_that_were_told(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.buyer_writes()
    watching = await shop.queues.watch.next_at()
    clock.advance(HOUR)

    await shop.buyer_writes("Hello??")

    assert await shop.queues.watch.next_at() == watching


async def test_an_older_message_that_comes_late_moves_the_clock_back(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.buyer_writes()
    older = clock.now() - 3 * HOUR

    await shop.buyer_writes("My first question", at=older)

    one = await shop.read(conversation)
    assert one.waiting_since == older
    assert one.due_at == older + 24 * HOUR
    assert await shop.queues.watch.next_at() == older + 12 * HOUR


async def test_messages_of_one_page_may_come_in_any_order(shop: Shop, clock: FakeClock) -> None:
    now = clock.now()

    await shop.receive(shop.arrival(at=now), shop.arrival(at=now - HOUR), shop.arrival(at=now))

    assert (await shop.read(shop.conversation())).waiting_since == now - HOUR


@pytest.mark.parametrize(
    ("author", "kind"),
    [
        (Author.PLATFORM, Kind.NOTICE),
        (Author.PLATFORM, Kind.CHAT),
        (Author.PLATFORM, Kind.REFUSAL),
        (Author.BUYER, Kind.NOTICE),
        (Author.SELLER, Kind.NOTICE),
        (Author.SELLER, Kind.CHAT),
    ],
)
async def test_only_a_buyers_chat_starts_the_clock(shop: Shop, author: Author, kind: Kind) -> None:
    await shop.receive(shop.arrival(author, "words", kind=kind))

    one = await shop.read(shop.conversation())
    assert one.state is State.ANSWERED
    assert (one.waiting_since, one.due_at, one.newest) == (None, None, 0)
    depths = await shop.queues.depths()
    assert {name: depth for name, depth in depths.items() if depth} == {"poll": 1}


async def test_a_buyers_message_without_a_plan_is_kept_but_owes_nothing(shop: Shop) -> None:
    await shop.receive(replace(shop.arrival(), plan=None))

    one = await shop.read(shop.conversation())
    assert (one.state, one.due_at, one.newest) == (State.ANSWERED, None, 1)


async def test_a_notice_leaves_a_running_clock_alone(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    await shop.draft()
    before = await shop.read(conversation)
    clock.advance(HOUR)

    await shop.receive(shop.arrival(Author.SELLER, "We will be with you", kind=Kind.NOTICE))

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since, one.due_at) == (
        State.WAITING,
        before.waiting_since,
        before.due_at,
    )
    assert one.draft == before.draft


# Answered elsewhere


async def test_an_answer_given_elsewhere_clears_exactly_the_messages_up_to_it(
    shop: Shop, clock: FakeClock
) -> None:
    start = clock.now()
    conversation = await shop.buyer_writes("one", at=start)
    await shop.buyer_writes("two", at=start + MINUTE)
    await shop.buyer_writes("three", at=start + 3 * MINUTE)

    await shop.seller_answers_elsewhere(at=start + 2 * MINUTE)

    one = await shop.read(conversation)
    assert one.state is State.WAITING
    assert one.waiting_since == start + 3 * MINUTE
    assert one.due_at == start + 3 * MINUTE + 24 * HOUR
    assert await shop.queues.watch.next_at() == start + 3 * MINUTE + 12 * HOUR


async def test_an_answer_given_elsewhere_to_everything_stops_the_clock(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.buyer_writes()

    await shop.seller_answers_elsewhere(at=clock.now())

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since, one.due_at, one.risk) == (
        State.ANSWERED,
        None,
        None,
        "none",
    )
    assert await shop.queues.draft.depth() == 0
    assert await shop.queues.watch.depth() == 0
    assert "answered_elsewhere" in await shop.event_types(conversation)


async def test_an_answer_given_before_the_buyer_wrote_stops_no_clock(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.buyer_writes()

    await shop.seller_answers_elsewhere(at=clock.now() - MINUTE)

    assert (await shop.read(conversation)).waiting_since == clock.now()


async def test_an_old_message_that_comes_after_its_answer_is_not_owed(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.seller_answers_elsewhere(at=clock.now())

    conversation = await shop.buyer_writes("older", at=clock.now() - MINUTE)

    assert (await shop.read(conversation)).state is State.ANSWERED


async def test_a_message_written_in_the_moment_of_the_answer_is_answered_by_it(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.seller_answers_elsewhere(at=clock.now())

    conversation = await shop.buyer_writes(at=clock.now())

    assert (await shop.read(conversation)).state is State.ANSWERED


async def test_an_older_answer_that_comes_late_makes_nothing_owed_again(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.seller_answers_elsewhere("newer", at=clock.now())
    await shop.seller_answers_elsewhere("older", at=clock.now() - HOUR)

    conversation = await shop.buyer_writes(at=clock.now() - MINUTE)

    assert (await shop.read(conversation)).state is State.ANSWERED


async def test_an_old_message_that_is_answered_already_has_the_open_one_drafted_again(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.seller_answers_elsewhere(at=clock.now() - HOUR)
    conversation = await shop.buyer_writes()
    await shop.draft()

    await shop.buyer_writes("older than the answer", at=clock.now() - 2 * HOUR)

    one = await shop.read(conversation)
    assert one.waiting_since == clock.now()
    assert one.draft is None
    assert await shop.draft() == 1


async def test_an_approved_reply_that_has_not_left_is_held_when_the_buyer_writes(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await shop.approved("It comes tomorrow.")

    await shop.buyer_writes("Cancel it!")

    one = await shop.read(conversation)
    assert (one.state, one.held, one.draft) == (State.WAITING, "It comes tomorrow.", None)
    assert await shop.queues.outbox.depth() == 0
    assert await shop.queues.draft.depth() == 1
    assert "held" in await shop.event_types(conversation)


async def test_an_approved_reply_that_has_not_left_is_held_when_somebody_answers_elsewhere(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await shop.approved("It comes tomorrow.")

    await shop.seller_answers_elsewhere(at=clock.now())

    one = await shop.read(conversation)
    assert (one.state, one.held) == (State.ANSWERED, "It comes tomorrow.")
    assert await shop.queues.outbox.depth() == 0


async def test_the_approved_words_sent_by_somebody_elsewhere_are_not_sent_again(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await shop.approved("It comes tomorrow.")

    await shop.seller_answers_elsewhere("It comes  tomorrow.", at=clock.now())

    assert (await shop.read(conversation)).state is State.ANSWERED
    assert await shop.queues.outbox.depth() == 0
    assert (await shop.texts(conversation))[-1] == "It comes  tomorrow."


async def test_a_buyer_who_writes_after_all_was_answered_starts_a_new_clock(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.buyer_writes()
    await shop.seller_answers_elsewhere(at=clock.now())
    clock.advance(HOUR)

    await shop.buyer_writes("One more thing")

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since) == (State.WAITING, clock.now())


async def test_an_answer_given_elsewhere_is_told_once(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    await shop.seller_answers_elsewhere(at=clock.now())

    await shop.seller_answers_elsewhere("And one more thing", at=clock.now())

    assert (await shop.event_types(conversation)).count("answered_elsewhere") == 1


async def test_a_notice_does_not_change_that_no_reply_was_needed(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    await shop.desk.no_reply_needed(conversation, "ann")

    await shop.receive(shop.arrival(Author.PLATFORM, kind=Kind.NOTICE))

    assert (await shop.read(conversation)).state is State.NO_REPLY_NEEDED


async def test_a_conversation_is_in_the_index_of_its_state_alone(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.buyer_writes()
    due_at = clock.now() + 24 * HOUR
    waiting = await shop.places(conversation)
    clock.advance(HOUR)
    await shop.seller_answers_elsewhere(at=clock.now())
    answered, answered_at = await shop.places(conversation), clock.now()
    clock.advance(HOUR)
    await shop.buyer_writes()

    assert waiting == {State.WAITING: due_at}
    assert answered == {State.ANSWERED: answered_at}
    assert await shop.places(conversation) == {State.WAITING: clock.now() + 24 * HOUR}


# What cannot become a message


async def test_what_cannot_become_a_message_is_a_dead_letter_once(
    shop: Shop, clock: FakeClock
) -> None:
    aside = Aside(id="sha256:1", reason="no sender", ref="INBOX/9", at=clock.now())

    first = await shop.take_in(shop.page(aside=[aside]))
    second = await shop.take_in(shop.page(aside=[aside]))

    assert (first.aside, second.aside) == (1, 0)
    [(name, letter)] = (await dead_letters(shop.database)).items()
    assert name.endswith("message:amazon-us:sha256:1")
    assert (letter["reason"], letter["ref"], letter["account"]) == (
        "no sender",
        "INBOX/9",
        "amazon-us",
    )


async def test_one_id_set_aside_in_two_accounts_of_a_partition_is_two_dead_letters(
    shop: Shop, clock: FakeClock
) -> None:
    names = (AccountId(f"shop-{number}") for number in range(1000))
    neighbour = next(
        name for name in names if shop.database.partitions.of_account(name) is shop.partition
    )
    other = Shop(shop.database, clock, neighbour)
    aside = Aside(id="7", reason="too large", ref="INBOX/7", at=clock.now())

    await shop.take_in(shop.page(aside=[aside]))
    await other.take_in(other.page(aside=[aside]))

    assert await count_dead(shop.database) == 2


async def test_something_set_aside_leaves_an_event(shop: Shop, clock: FakeClock) -> None:
    aside = Aside(id="7", reason="too large", ref="INBOX/7", at=clock.now())

    await shop.take_in(shop.page(aside=[aside]))

    [event] = await shop.events()
    assert (event.type, event.account, event.conversation) == ("set_aside", shop.account, None)
    assert event.data["item"] == "message:amazon-us:7"


# What a conversation knows


async def test_orders_and_the_first_subject_are_gathered_over_messages(shop: Shop) -> None:
    first = replace(shop.arrival(), subject="", order_ids=("A-1", "A-2"))
    second = replace(shop.arrival(), subject="Order A-2", order_ids=("A-2", "A-3"))
    third = replace(shop.arrival(), subject="Re: Order A-2", order_ids=("A-3", "A-3"))

    await shop.receive(first, second)
    await shop.receive(third)

    one = await shop.read(shop.conversation())
    assert one.order_ids == ("A-1", "A-2", "A-3")
    assert one.subject == "Order A-2"


async def test_a_conversation_is_answered_to_where_the_newest_message_says(shop: Shop) -> None:
    await shop.receive(replace(shop.arrival(), reply_to={"to": "a@relay"}))
    await shop.receive(replace(shop.arrival(), reply_to={"to": "b@relay"}))

    assert (await shop.read(shop.conversation())).reply_to == {"to": "b@relay"}


async def test_the_language_that_the_marketplace_names_is_kept(shop: Shop) -> None:
    named = shop.arrival()
    await shop.receive(replace(named, message=replace(named.message, language="de")))
    await shop.receive(shop.arrival())

    assert (await shop.read(shop.conversation())).language == "de"


async def test_each_message_leaves_an_event_that_says_who_wrote(shop: Shop) -> None:
    await shop.receive(shop.arrival(), shop.arrival(Author.PLATFORM, kind=Kind.NOTICE))

    events = await shop.events()

    assert [(e.type, e.data["seq"], e.data["author"]) for e in events] == [
        ("message", "1", "buyer"),
        ("message", "2", "platform"),
    ]
    assert {event.conversation for event in events} == {shop.conversation()}


async def test_a_message_with_half_an_emoji_does_not_stop_the_page(shop: Shop) -> None:
    stored = await shop.receive(shop.arrival(text="thanks \ud83d", thread="\ud83d"))

    assert stored.messages == 1
    assert await shop.texts(shop.conversation("\ud83d")) == ["thanks ?"]


async def test_a_message_may_name_its_conversation(shop: Shop) -> None:
    conversation = await shop.buyer_writes(thread="known")

    await shop.receive(
        replace(shop.arrival(text="more", thread="unknown"), conversation=conversation)
    )

    assert await shop.texts(conversation) == ["Where is my parcel?", "more"]


@pytest.mark.parametrize("named", ["20251101", "99-abc", "15-abc"])
async def test_a_name_that_is_no_conversation_of_the_account_is_passed_over(
    shop: Shop, named: str
) -> None:
    assert shop.partition.number != 15

    await shop.receive(replace(shop.arrival(), conversation=ConversationId(named)))

    assert await shop.texts(shop.conversation()) == ["Where is my parcel?"]


async def test_a_page_may_speak_of_many_conversations(shop: Shop) -> None:
    threads = [f"t{number}" for number in range(5)]

    stored = await shop.receive(*(shop.arrival(thread=thread) for thread in threads * 2))

    assert stored.messages == 10
    assert await shop.queues.draft.depth() == 5
    for thread in threads:
        assert (await shop.read(shop.conversation(thread))).newest == 2


async def test_a_clock_that_starts_late_in_its_time_is_watched_at_once(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.buyer_writes(at=clock.now() - 23 * HOUR)

    watching = await shop.queues.watch.next_at()

    assert watching is not None
    assert watching <= clock.now()


async def test_a_plan_without_warnings_is_watched_from_its_deadline(
    shop: Shop, clock: FakeClock
) -> None:
    plain = SlaPolicy("plain", 3 * HOUR).plan(clock.now())

    await shop.receive(replace(shop.arrival(), plan=plain))

    assert await shop.queues.watch.next_at() == clock.now() + 3 * HOUR
