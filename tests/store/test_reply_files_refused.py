"""A reply whose files are not what was approved does not leave."""

from redis.asyncio import Redis

from responder.domain.model import State, Token
from responder.store.files import UNUSED_FOR, contents
from responder.store.outbox import outgoing
from responder.testing import FakeClock
from tests.store.reply_files import approve, bodies, code, keep, kept
from tests.store.shop import Shop


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
