"""Who may put a file beside a reply and take it away, and how many there is room for."""

from datetime import timedelta

import pytest
from redis.asyncio import Redis

from responder.domain.model import ConversationId, Token
from responder.errors import Unknown
from responder.store.files import UNUSED_FOR, drop_file, keep_file, may_keep
from responder.testing import FakeClock
from tests.store.reply_files import PDF, ROOM, approve, bodies, code, keep, kept
from tests.store.shop import Shop


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
