"""An answer given elsewhere gives up the files of what it answers, and no others."""

from datetime import timedelta

from redis.asyncio import Redis

from responder.domain.model import State
from responder.testing import FakeClock
from tests.store.reply_files import PDF, approve, bodies, kept
from tests.store.shop import Shop


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
