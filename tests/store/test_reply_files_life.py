"""How long files live: until the reply is settled, is not needed, or is forgotten."""

from datetime import timedelta

from redis.asyncio import Redis

from responder.domain.model import Author
from responder.domain.states import CLOSED, Change
from responder.store.accounts import forget_seen
from responder.store.files import SETTLED_WITHIN
from responder.store.outbox import Return, outgoing, returned
from responder.store.purge import purge_closed
from responder.testing import FakeClock
from tests.store.reply_files import PDF, approve, bodies, keep, kept
from tests.store.shop import Shop


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
