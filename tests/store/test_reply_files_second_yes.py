"""A prepared reply keeps its files until the second yes."""

from datetime import timedelta

from redis.asyncio import Redis

from responder.domain.model import Token
from responder.store.files import SETTLED_WITHIN, UNUSED_FOR
from responder.store.outbox import outgoing
from responder.store.second_yes import Request, ask
from responder.testing import FakeClock
from tests.store.reply_files import PDF, approve, bodies, code, keep, kept
from tests.store.shop import Shop


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
