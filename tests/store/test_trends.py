"""What our replies were, counted by the script that notes them as sent."""

from datetime import date, timedelta

from responder.domain.budget import Tally
from responder.domain.model import ConversationId
from responder.store.days import day_of, read_days
from responder.store.trends import WAITED, Trends, read_trends
from responder.testing import FakeClock
from tests.store.shop import Shop

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


async def send(
    shop: Shop, conversation: ConversationId, step: str = "", receipt: str = "R"
) -> None:
    await shop.draft()
    lease = await shop.lease(conversation)
    one = await shop.read(conversation)
    await shop.desk.approve(
        conversation, "ann", lease.token, version=one.draft_version, text="Yes.", step=step
    )
    assert isinstance(shop.clock, FakeClock)
    shop.clock.advance(MINUTE / 2)
    claim = await shop.take(shop.queues.outbox)
    await shop.accept(conversation, await shop.attempt(claim), receipt=f"{receipt}-{conversation}")


async def trends(shop: Shop, since: date | None = None) -> Trends:
    return await read_trends(shop.database, [shop.account], since or day_of(shop.clock.now()))


async def test_how_long_each_message_waited_is_counted_by_class(
    shop: Shop, clock: FakeClock
) -> None:
    one = await shop.buyer_writes(at=clock.now() - 5 * HOUR)
    await shop.buyer_writes("Hello?", at=clock.now() - 2 * MINUTE)
    await send(shop, one)
    await send(shop, await shop.buyer_writes(thread="b", at=clock.now()))
    await send(shop, await shop.buyer_writes(thread="c", at=clock.now() - 48 * HOUR))

    waited = (await trends(shop)).waited

    within = dict(zip([*WAITED, None], waited, strict=True))
    assert {limit: n for limit, n in within.items() if n} == {
        MINUTE: 1,
        3 * MINUTE: 1,
        12 * HOUR: 1,
        None: 1,
    }


async def test_a_wait_of_exactly_a_limit_belongs_to_the_next_class(
    shop: Shop, clock: FakeClock
) -> None:
    await send(shop, await shop.buyer_writes(at=clock.now() - MINUTE / 2))

    assert (await trends(shop)).waited[:2] == [0, 1]


async def test_each_reply_counts_for_what_it_was_about_and_what_it_gave(shop: Shop) -> None:
    await send(shop, await shop.buyer_writes(thread="a"), "small_refund damaged_defective 113-1")
    await send(shop, await shop.buyer_writes(thread="b"), "small_refund damaged_defective")
    await send(shop, await shop.buyer_writes(thread="c"))

    found = await trends(shop)

    assert dict(found.given) == {("small_refund", "damaged_defective"): 2}
    assert found.intents.total() == 3


async def test_each_reply_counts_for_whoever_approved_it(shop: Shop) -> None:
    await send(shop, await shop.buyer_writes(thread="a"))
    await send(shop, await shop.buyer_writes(thread="b"))

    assert dict((await trends(shop)).people) == {"ann": 2}


async def test_a_reply_that_is_refused_later_is_none_of_the_figures(shop: Shop) -> None:
    await send(shop, await shop.buyer_writes(thread="a"), "small_refund damaged_defective 113-1")
    before = await trends(shop)
    two = await shop.buyer_writes(thread="b")
    await shop.buyer_writes("Hello?", thread="b")
    await send(shop, two, "small_refund damaged_defective 113-2")
    assert (await trends(shop)).people == {"ann": 2}

    await shop.receive(shop.refusal(f"R-{two}", thread="b"))

    assert await trends(shop) == before
    one = shop.conversation("a")
    await shop.receive(shop.refusal(f"R-{one}", thread="a"))
    await shop.receive(shop.refusal(f"R-{one}", thread="a"))
    assert await trends(shop) == Trends()


async def test_a_step_of_the_ladder_that_is_refused_later_was_never_offered(shop: Shop) -> None:
    one = await shop.buyer_writes()
    for number, step in enumerate(["photos damaged 1", "small_refund damaged 1", "", "full x 2"]):
        await send(shop, one, step, receipt=f"R{number}")
        await shop.buyer_writes("And now?")
    offered = []

    for number in (1, 2, 3, 0):
        offered.append((await shop.read(one)).ladder_step)
        await shop.receive(shop.refusal(f"R{number}-{one}"))

    assert offered == ["full x 2", "full x 2", "full x 2", "photos damaged 1"]
    assert (await shop.read(one)).ladder_step == ""


async def test_a_refusal_takes_the_reply_out_of_the_day_on_which_it_was_sent(
    shop: Shop, clock: FakeClock
) -> None:
    one = await shop.buyer_writes()
    await send(shop, one)
    sent_on = day_of(clock.now())
    clock.advance(timedelta(days=1))
    await send(shop, await shop.buyer_writes(thread="b"))

    await shop.receive(shop.refusal(f"R-{one}"))

    assert await trends(shop, sent_on) == await trends(shop)
    assert (await trends(shop)).people == {"ann": 1}


async def test_a_reply_that_an_older_version_sent_stays_counted(shop: Shop) -> None:
    one = await shop.buyer_writes()
    await send(shop, one)
    key = shop.partition.conversation(one).conversation
    line = str(await shop.database.field(key, "delivered"))
    await shop.database.redis.hset(key, "delivered", "\t".join(line.split("\t")[:4]))

    await shop.receive(shop.refusal(f"R-{one}"))

    assert (await trends(shop)).people == {"ann": 1}
    assert (await shop.read(one)).waiting_since is not None


async def test_only_the_days_asked_for_count_and_promises_are_counted_as_before(
    shop: Shop, clock: FakeClock
) -> None:
    await send(shop, await shop.buyer_writes(at=clock.now()))
    day = day_of(clock.now())

    assert await trends(shop, day + timedelta(days=1)) == Trends()
    before = day - timedelta(days=1)
    assert await read_trends(shop.database, [shop.account], before, before) == Trends()
    assert (await read_trends(shop.database, [shop.account], before, day)).people["ann"] == 1
    assert (await read_days(shop.database, [shop.account]))[shop.account] == {day: Tally(in_time=1)}
