"""Files wait in the store for the reply they go with, and leave nothing behind."""

from collections.abc import Awaitable
from datetime import timedelta
from hashlib import sha256

import pytest
from redis.asyncio import Redis

from responder.domain.model import Author, ConversationId, ReplyFile, State, Token
from responder.domain.states import CLOSED, Change
from responder.errors import Conflict, Unknown
from responder.store.accounts import forget_seen
from responder.store.files import (
    LARGE,
    SETTLED_WITHIN,
    UNUSED_FOR,
    contents,
    drop_file,
    keep_file,
    may_keep,
)
from responder.store.outbox import Return, outgoing, returned
from responder.store.purge import purge_closed
from responder.store.second_yes import Request, ask
from responder.store.threads import messages
from responder.testing import FakeClock
from tests.store.shop import Shop

PDF = b"%PDF-1.7 how to wash it"
ROOM = (3, 1000)


async def keep(
    shop: Shop, conversation: ConversationId, token: Token, name: str = "a.pdf", body: bytes = PDF
) -> ReplyFile:
    file = (name, "application/pdf", body)
    return await keep_file(shop.database, conversation, token, file, room=ROOM)


async def kept(shop: Shop) -> tuple[ConversationId, Token, ReplyFile]:
    """A conversation that ann is in, and a file beside her reply."""
    one = await shop.drafted()
    token = (await shop.lease(one)).token
    return one, token, await keep(shop, one, token)


async def approve(
    shop: Shop, conversation: ConversationId, token: Token, *files: str, text: str = "See there."
) -> str:
    return await shop.desk.approve(
        conversation, "ann", token, version=1, text=text, newest=1, files=files
    )


async def code(work: Awaitable[object]) -> str:
    with pytest.raises(Conflict) as refused:
        await work
    return refused.value.code


async def bodies(shop: Shop, conversation: ConversationId, *files: ReplyFile) -> list[bytes | None]:
    return await contents(shop.database, conversation, files)


async def test_a_file_goes_with_the_reply_and_only_its_name_stays(
    shop: Shop, clock: FakeClock, redis: Redis
) -> None:
    one, token, file = await kept(shop)
    assert (await shop.read(one)).files == (file,)

    await approve(shop, one, token, file.id)

    reply = await outgoing(shop.database, one)
    assert reply is not None
    assert reply.files == (file,)
    assert await bodies(shop, one, file) == [PDF]
    approved = (await shop.events())[-1]
    assert f'"sha256":"{sha256(PDF).hexdigest()}"' in approved.data["files"]
    await shop.accept(one, reply)
    assert (await messages(shop.database, one))[-1].attachments == (
        {
            "name": "a.pdf",
            "content_type": "application/pdf",
            "size": str(len(PDF)),
            "sha256": sha256(PDF).hexdigest(),
        },
    )
    assert (await shop.events())[-1].data["files"] == approved.data["files"]
    assert (await shop.read(one)).files == ()
    assert await bodies(shop, one, file) == [None]
    assert not [key async for key in redis.scan_iter("*:files:*")]
    assert not await redis.exists(shop.partition.stock)


async def test_whether_a_file_may_be_kept_is_asked_without_it_and_changes_nothing(
    shop: Shop,
) -> None:
    one, token, file = await kept(shop)
    before = [event.data for event in await shop.events()]

    await may_keep(shop.database, one, token, 100, ROOM)

    assert await code(may_keep(shop.database, one, Token("x"), 100, ROOM)) == "not_claimed"
    assert await code(may_keep(shop.database, one, token, 1000, ROOM)) == "files_too_large"
    assert await code(may_keep(shop.database, one, token, 1, (1, 1000))) == "too_many_files"
    assert (await shop.read(one)).files == (file,)
    assert [event.data for event in await shop.events()] == before


async def test_files_go_in_the_order_of_the_approval_and_the_others_are_given_up(
    shop: Shop, redis: Redis
) -> None:
    one = await shop.drafted()
    token = (await shop.lease(one)).token
    first, second, third = [await keep(shop, one, token, f"{n}.pdf") for n in "123"]

    await approve(shop, one, token, third.id, first.id)

    reply = await outgoing(shop.database, one)
    assert reply is not None
    assert reply.files == (third, first)
    assert await bodies(shop, one, first, second) == [PDF, None]
    stock = await redis.hget(shop.partition.stock, one)
    assert int(str(stock).split()[1]) == 2 * 32


async def test_an_approval_without_files_gives_up_those_that_lie_there(
    shop: Shop, redis: Redis
) -> None:
    one, token, file = await kept(shop)

    await approve(shop, one, token)

    reply = await outgoing(shop.database, one)
    assert reply is not None
    assert reply.files == ()
    assert await bodies(shop, one, file) == [None]
    assert not await redis.exists(shop.partition.stock)
    assert "files" not in (await shop.events())[-1].data


async def test_asked_again_with_the_same_files_an_approval_answers_the_same(shop: Shop) -> None:
    one, token, file = await kept(shop)
    reply = await approve(shop, one, token, file.id)

    assert await approve(shop, one, token, file.id) == reply
    assert await code(approve(shop, one, token)) == "not_claimed"


async def test_only_who_holds_the_claim_puts_a_file_there_or_takes_it_away(
    shop: Shop, clock: FakeClock
) -> None:
    one, token, file = await kept(shop)

    assert await code(keep(shop, one, Token("other"))) == "not_claimed"
    assert await code(drop_file(shop.database, one, Token("other"), file)) == "not_claimed"
    clock.advance(timedelta(minutes=6))
    assert await code(keep(shop, one, token)) == "not_claimed"
    assert await code(drop_file(shop.database, one, token, file)) == "not_claimed"
    nowhere = ConversationId("00-ffff")
    with pytest.raises(Unknown):
        await keep(shop, nowhere, token)
    with pytest.raises(Unknown):
        await drop_file(shop.database, nowhere, token, file)


async def test_while_a_reply_is_under_way_nothing_is_put_beside_it(shop: Shop) -> None:
    one, token, file = await kept(shop)
    await approve(shop, one, token, file.id)
    token = (await shop.lease(one)).token

    assert await code(keep(shop, one, token)) == "wrong_state"
    assert await code(drop_file(shop.database, one, token, file)) == "wrong_state"
    assert await bodies(shop, one, file) == [PDF]


async def test_a_stale_approval_is_refused_as_ever_and_takes_no_file(shop: Shop) -> None:
    one, token, file = await kept(shop)
    await shop.buyer_writes("One more thing")

    assert await code(approve(shop, one, token, file.id)) == "newer_message"
    assert await code(approve(shop, one, Token("lost"), file.id)) == "not_claimed"
    assert (await shop.read(one)).files == (file,)


async def test_a_file_of_another_conversation_refuses_the_approval(shop: Shop) -> None:
    here, there = await shop.drafted(), await shop.drafted(thread="other")
    theirs = await keep(shop, there, (await shop.lease(there, "bob")).token)
    token = (await shop.lease(here)).token

    assert await code(approve(shop, here, token, theirs.id)) == "file_gone"
    mine = await keep(shop, here, token)
    assert await code(approve(shop, here, token, mine.id, theirs.id)) == "file_gone"

    assert await outgoing(shop.database, here) is None
    assert (await shop.read(here)).state is State.WAITING


async def test_a_file_whose_time_is_over_refuses_the_approval(shop: Shop, clock: FakeClock) -> None:
    one = await shop.drafted()
    file = await keep(shop, one, (await shop.lease(one)).token)
    clock.advance(UNUSED_FOR)
    token = (await shop.lease(one)).token

    assert (await shop.read(one)).files == ()
    assert await code(approve(shop, one, token, file.id)) == "file_gone"

    again = await keep(shop, one, token)
    assert (await shop.read(one)).files == (again,)
    assert await bodies(shop, one, file) == [None]


async def test_bytes_that_the_store_has_lost_refuse_the_approval(shop: Shop, redis: Redis) -> None:
    one, token, file = await kept(shop)
    await redis.delete(shop.partition.files(one))

    assert await code(approve(shop, one, token, file.id)) == "file_gone"


async def test_bytes_that_are_not_what_was_approved_are_none(shop: Shop, redis: Redis) -> None:
    one = await shop.drafted()
    file = await keep(shop, one, (await shop.lease(one)).token)
    await redis.hset(shop.partition.files(one), file.id, "b3RoZXI=")

    assert await bodies(shop, one, file) == [None]
    assert await contents(shop.database, one, ()) == []


async def test_a_file_is_taken_away_again(shop: Shop, redis: Redis) -> None:
    one = await shop.drafted()
    token = (await shop.lease(one)).token
    first, second = await keep(shop, one, token), await keep(shop, one, token, "b.pdf")

    await drop_file(shop.database, one, token, first)

    assert (await shop.read(one)).files == (second,)
    assert str(await redis.hget(shop.partition.stock, one)).split()[1] == "32"
    await drop_file(shop.database, one, token, first)  # it is gone already
    await drop_file(shop.database, one, token, second)
    assert (await shop.read(one)).files == ()
    assert not await redis.exists(shop.partition.stock, shop.partition.files(one))


async def test_nobody_fills_a_conversation_or_the_store(shop: Shop, clock: FakeClock) -> None:
    one, two = await shop.drafted(), await shop.drafted(thread="two")
    token, other = (await shop.lease(one)).token, (await shop.lease(two)).token
    file = ("a.pdf", "application/pdf", PDF)

    assert await code(keep(shop, one, token, body=b"x" * 1020)) == "files_too_large"
    for _ in range(3):
        await keep(shop, one, token)
    assert await code(keep(shop, one, token)) == "too_many_files"
    most = 3 * 32 + 31
    work = keep_file(shop.database, two, other, file, room=ROOM, most=most)
    assert await code(work) == "no_room"
    await keep_file(shop.database, two, other, file, room=ROOM, most=most + 1)

    clock.advance(UNUSED_FOR)

    other = (await shop.lease(two)).token
    await keep_file(shop.database, two, other, file, room=ROOM, most=32)


async def test_what_waits_in_other_partitions_counts_too(shop: Shop, redis: Redis) -> None:
    one = await shop.drafted()
    token = (await shop.lease(one)).token
    beside = next(p for p in shop.database.partitions.all if p.stock != shop.partition.stock)
    until = int((shop.clock.now() + UNUSED_FOR).timestamp() * 1000)
    await redis.hset(beside.stock, mapping={"x": f"{until} 100", "old": "1 100"})
    file = ("a.pdf", "application/pdf", PDF)

    work = keep_file(shop.database, one, token, file, room=ROOM, most=131)

    assert await code(work) == "no_room"
    await keep_file(shop.database, one, token, file, room=ROOM, most=132)


async def test_a_withdrawn_reply_gives_its_files_back(shop: Shop) -> None:
    one, token, file = await kept(shop)
    await approve(shop, one, token, file.id)

    await shop.desk.withdraw(one, "ann")

    assert (await shop.read(one)).files == (file,)
    token = (await shop.lease(one)).token
    more = await keep(shop, one, token, "b.pdf")
    await approve(shop, one, token, file.id, more.id, text="Both.")
    reply = await outgoing(shop.database, one)
    assert reply is not None
    assert reply.files == (file, more)


async def test_files_outlive_a_day_while_the_reply_is_on_its_way_or_uncertain(
    shop: Shop, clock: FakeClock
) -> None:
    one, token, file = await kept(shop)
    await approve(shop, one, token, file.id)
    clock.advance(timedelta(seconds=11))
    claim = await shop.take(shop.queues.outbox)
    await shop.attempt(claim)
    assert await shop.lose_answer(claim)
    clock.advance(SETTLED_WITHIN - timedelta(hours=1))

    assert await bodies(shop, one, file) == [PDF]
    await shop.desk.resolve_uncertain(one, "ann", was_sent=False)

    assert (await shop.read(one)).files == (file,)


async def test_a_reply_held_by_a_newer_message_gives_its_files_back(shop: Shop) -> None:
    one, token, file = await kept(shop)
    await approve(shop, one, token, file.id)

    await shop.buyer_writes("Stop!")

    found = await shop.read(one)
    assert (found.held, found.files) == ("See there.", (file,))


async def test_a_refused_reply_gives_its_files_back(shop: Shop, clock: FakeClock) -> None:
    one, token, file = await kept(shop)
    await approve(shop, one, token, file.id)
    clock.advance(timedelta(seconds=11))
    claim = await shop.take(shop.queues.outbox)
    reply = await shop.attempt(claim)

    back = Return(
        change=Change.REFUSED, reply_state="sending", why="552", reply_id=reply.id, claim=claim
    )
    assert await returned(shop.database, one, back) == ("ok",)

    assert (await shop.read(one)).files == (file,)
    assert await bodies(shop, one, file) == [PDF]


async def test_a_prepared_reply_keeps_its_files_for_the_second_yes(
    shop: Shop, clock: FakeClock
) -> None:
    one = await shop.drafted()
    token = (await shop.desk.claim(one, "tim")).token
    file = await keep(shop, one, token)
    request = Request(
        text="See there.", by="tim", why="trainee", version=1, newest=1, files=(file,)
    )
    await ask(shop.database, one, token, request)
    clock.advance(SETTLED_WITHIN - timedelta(hours=1))
    asked = (await shop.read(one)).asked
    assert asked is not None
    assert asked.files == (file,)

    await shop.desk.approve(
        one,
        "ann",
        Token(""),
        version=1,
        text=asked.text,
        newest=1,
        asked=asked,
        files=[each.id for each in asked.files],
    )

    reply = await outgoing(shop.database, one)
    assert reply is not None
    assert reply.files == (file,)


async def test_what_was_kept_for_a_reply_that_came_back_is_kept_no_shorter_for_a_prepared_one(
    shop: Shop, clock: FakeClock, redis: Redis
) -> None:
    one, token, file = await kept(shop)
    await approve(shop, one, token, file.id)
    await shop.desk.withdraw(one, "ann")
    before = await redis.hget(shop.partition.conversation(one).conversation, "files_until")
    token = (await shop.desk.claim(one, "tim")).token
    request = Request(
        text="See there.", by="tim", why="trainee", version=1, newest=1, files=(file,)
    )

    await ask(shop.database, one, token, request)

    after = await redis.hget(shop.partition.conversation(one).conversation, "files_until")
    assert int(str(after)) >= int(str(before))
    clock.advance(SETTLED_WITHIN - timedelta(hours=1))
    assert await bodies(shop, one, file) == [PDF]


async def test_a_prepared_reply_whose_file_is_gone_is_not_laid_before_anybody(
    shop: Shop, clock: FakeClock, redis: Redis
) -> None:
    one = await shop.drafted()
    token = (await shop.desk.claim(one, "tim")).token
    file = await keep(shop, one, token)
    request = Request(
        text="See there.", by="tim", why="trainee", version=1, newest=1, files=(file,)
    )
    await redis.delete(shop.partition.files(one))

    assert await code(ask(shop.database, one, token, request)) == "file_gone"
    await keep(shop, one, token)
    clock.advance(UNUSED_FOR)
    token = (await shop.desk.claim(one, "tim")).token
    assert await code(ask(shop.database, one, token, request)) == "file_gone"


async def test_a_large_file_is_the_same_when_it_is_read(shop: Shop) -> None:
    one = await shop.drafted()
    token = (await shop.lease(one)).token
    body = b"%PDF-" + bytes(range(256)) * (LARGE // 128)
    file = ("a.pdf", "application/pdf", body)

    kept = await keep_file(shop.database, one, token, file, room=(1, len(body)))

    assert await bodies(shop, one, kept) == [body]


async def test_where_no_reply_is_needed_its_files_are_given_up(
    shop: Shop, clock: FakeClock, redis: Redis
) -> None:
    one, token, file = await kept(shop)
    await approve(shop, one, token, file.id)
    await shop.desk.withdraw(one, "ann")

    await shop.desk.no_reply_needed(one, "ann")

    assert not await redis.exists(shop.partition.stock, shop.partition.files(one))
    clock.advance(timedelta(minutes=1))
    await shop.receive(shop.arrival(text="And another thing"))
    assert (await shop.read(one)).files == (), "it lies beside no later reply"


async def test_files_of_a_reply_that_somebody_gave_elsewhere_are_given_up(
    shop: Shop, clock: FakeClock, redis: Redis
) -> None:
    one, _, _ = await kept(shop)
    clock.advance(timedelta(minutes=1))

    await shop.seller_answers_elsewhere()

    assert not await redis.exists(shop.partition.stock, shop.partition.files(one))
    clock.advance(timedelta(minutes=1))
    await shop.receive(shop.arrival(text="And another thing"))
    assert (await shop.read(one)).files == (), "it lies beside no later reply"


async def test_an_answer_given_elsewhere_to_only_a_part_leaves_the_files(
    shop: Shop, clock: FakeClock
) -> None:
    one, _, file = await kept(shop)
    clock.advance(timedelta(minutes=1))
    answered = clock.now()
    clock.advance(timedelta(minutes=1))
    await shop.receive(shop.arrival(text="And another thing"))

    await shop.seller_answers_elsewhere(at=answered)

    found = await shop.read(one)
    assert (found.state, found.files) == (State.WAITING, (file,))


async def test_a_reply_held_by_an_answer_given_elsewhere_keeps_its_files(
    shop: Shop, clock: FakeClock
) -> None:
    one, token, file = await kept(shop)
    await approve(shop, one, token, file.id)
    clock.advance(timedelta(seconds=1))

    await shop.seller_answers_elsewhere()

    found = await shop.read(one)
    assert (found.state, found.held, found.files) == (State.ANSWERED, "See there.", (file,))
    assert await bodies(shop, one, file) == [PDF]


async def test_a_prepared_reply_keeps_its_files_when_somebody_answers_elsewhere(
    shop: Shop, clock: FakeClock
) -> None:
    one = await shop.drafted()
    token = (await shop.desk.claim(one, "tim")).token
    file = await keep(shop, one, token)
    request = Request(
        text="See there.", by="tim", why="trainee", version=1, newest=1, files=(file,)
    )
    await ask(shop.database, one, token, request)
    clock.advance(timedelta(minutes=1))

    await shop.seller_answers_elsewhere()

    clock.advance(timedelta(minutes=1))
    await shop.receive(shop.arrival(text="And another thing"))
    found = await shop.read(one)
    assert (found.lapsed, found.files) == ("See there.", (file,))


async def test_a_purged_conversation_leaves_no_file_behind(
    shop: Shop, clock: FakeClock, redis: Redis
) -> None:
    one, token, file = await kept(shop)
    await approve(shop, one, token, file.id)
    clock.advance(timedelta(seconds=1))
    await shop.receive(shop.arrival(Author.SELLER, "Answered on the marketplace's own pages."))
    assert await redis.exists(shop.partition.files(one))
    clock.advance(timedelta(hours=2))

    assert await purge_closed(shop.database, CLOSED, clock.now()) == 1
    await forget_seen(shop.database, clock.now())

    assert not await redis.exists(shop.partition.stock, shop.partition.files(one))
