"""Files go with their reply as they are; what stays of them is the name."""

from hashlib import sha256

from redis.asyncio import Redis

from responder.store.files import LARGE, keep_file
from responder.store.outbox import outgoing
from responder.store.threads import messages
from responder.testing import FakeClock
from tests.store.reply_files import PDF, approve, bodies, code, keep, kept
from tests.store.shop import Shop


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


async def test_a_large_file_is_the_same_when_it_is_read(shop: Shop) -> None:
    one = await shop.drafted()
    token = (await shop.lease(one)).token
    body = b"%PDF-" + bytes(range(256)) * (LARGE // 128)
    file = ("a.pdf", "application/pdf", body)

    kept = await keep_file(shop.database, one, token, file, room=(1, len(body)))

    assert await bodies(shop, one, kept) == [body]
