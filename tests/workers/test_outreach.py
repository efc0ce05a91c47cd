"""From an order to words that leave once: the workers, before marketplaces in a box."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from connectors.amazon.connector import AmazonConnector
from connectors.amazon.mock import AmazonMock
from connectors.amazon.order_desk import AmazonOrderDesk
from connectors.amazon.wire import messages
from connectors.base import Receipt, Rejected, Trace, Unavailable
from connectors.feed import FeedEntry
from connectors.order_feed import OrderEntry
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from responder.domain.model import AccountId
from responder.domain.outreach import Habits, Occasion, Standing
from responder.domain.sla import Share, SlaPolicy
from responder.drafting import Drafting, load
from responder.drafting.outreach_words import load as load_words
from responder.outreach import Objecting, Proactive
from responder.settings import shipped_config
from responder.store.database import Database
from responder.store.outreach import Move, Outreach, decide, move, orders_cursor, outreaches
from responder.store.queue import Queues
from responder.testing import FakeClock
from responder.workers.accounts import Account
from responder.workers.loop import Bell, Crew
from responder.workers.occasions import Considering, OrderLook, OrderReader
from responder.workers.outreach_sender import OutreachSender

AMAZON, TAOBAO = AccountId("amazon-us"), AccountId("taobao-main")
ORDER, TRADE = "111-2223334-5556667", "390000000000000001"
DAY = SlaPolicy("day", timedelta(days=1), (Share(50),))
EVERY = timedelta(minutes=10)


@dataclass
class Daemon:
    """The three workers of one process."""

    reader: OrderReader
    look: OrderLook
    sender: OutreachSender
    crews: list[Crew]

    async def work(self) -> None:
        busy = True
        while busy:
            busy = False
            for worker in (self.reader, self.look, self.sender):
                busy |= await worker.run_once()
                for crew in self.crews:
                    await crew.idle()


@dataclass
class Shops:
    """Both marketplaces, and as many daemons as a test wants over one store."""

    database: Database
    clock: FakeClock
    amazon: AmazonMock
    taobao: TaobaoMock
    drafting: Drafting
    tasks: asyncio.TaskGroup
    stack: AsyncExitStack
    daemons: list[Daemon] = field(default_factory=list)

    async def daemon(self) -> Daemon:
        accounts = {AMAZON: self._account(AMAZON), TAOBAO: self._account(TAOBAO)}
        queues, crews = Queues(self.database), [Crew(self.tasks, 4, Bell()) for _ in range(3)]
        habits = Habits(occasions=frozenset(Occasion))
        said = Proactive(habits, EVERY, load_words(shipped_config() / "proactive")).said
        considering = Considering(self.database, queues, habits, said)
        clock, dice = self.clock, Random(1)
        reader = OrderReader(
            self.database, queues, accounts, considering=considering, every=EVERY,
            crew=crews[0], clock=clock, dice=dice,
        )  # fmt: skip
        await reader.plan()
        look = OrderLook(
            queues, accounts, considering=considering, crew=crews[1], clock=clock, dice=dice
        )
        sender = OutreachSender(
            self.database, queues, accounts, habits=habits,
            objection=Objecting(accounts, self.drafting).to,
            crew=crews[2], clock=clock, dice=dice,
        )  # fmt: skip
        made = Daemon(reader, look, sender, crews)
        self.daemons.append(made)
        return made

    def _account(self, name: AccountId) -> Account:
        connector: AmazonConnector | TaobaoConnector
        if name == AMAZON:
            connector = AmazonConnector(self.amazon.account(), self.clock.now)
        else:
            connector = TaobaoConnector(self.taobao.account(), now=self.clock.now)
        self.stack.push_async_callback(connector.close)
        return Account(
            id=name, marketplace=name.partition("-")[0], connector=connector, policy=DAY,
            poll_seconds=30, language="en" if name == AMAZON else "zh",
        )  # fmt: skip

    async def later(self, time: timedelta) -> None:
        self.clock.advance(time)
        for daemon in self.daemons:
            await daemon.work()

    async def standing(self, *states: Standing) -> list[Outreach]:
        return await outreaches(self.database, states or tuple(Standing))

    async def only(self, state: Standing) -> Outreach:
        [one] = await self.standing()
        assert one.state is state, f"it is {one.state}: {one.reason}"
        return one

    async def approve(self, one: Outreach) -> None:
        how = Move(
            before=Standing.PROPOSED, after=Standing.APPROVED, queue=self.clock.now(),
            changes={"by": "ann"},
        )  # fmt: skip
        await decide(self.database, one.id, how)

    def said(self) -> list[dict[str, str]]:
        return self.amazon._http.proactive


@pytest.fixture(scope="module")
def drafting() -> Drafting:
    config = shipped_config()
    return load(config / "templates", config / "rules", config / "intents")


@pytest.fixture
async def shops(
    database: Database, clock: FakeClock, tmp_path: Path, drafting: Drafting
) -> AsyncIterator[Shops]:
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        amazon = await stack.enter_async_context(
            AmazonMock(now=clock.now, dice=Random(7), journal=tmp_path / "amazon.jsonl")
        )
        taobao = await stack.enter_async_context(TaobaoMock(now=clock.now))
        made = Shops(database, clock, amazon, taobao, drafting, tasks, stack)
        await made.daemon()
        yield made


async def test_an_unusual_quantity_is_asked_about_once_it_is_approved(shops: Shops) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    one = await shops.only(Standing.PROPOSED)
    assert (one.occasion, one.channel, one.audience) == (
        Occasion.QUANTITY, "confirmOrderDetails", "buyer",
    )  # fmt: skip
    assert "40" in one.text
    assert shops.said() == [], "nothing leaves without a person"

    await shops.approve(one)
    await shops.later(timedelta(0))

    await shops.only(Standing.SENT)
    assert [(told["action"], told["text"]) for told in shops.said()] == [
        ("confirmOrderDetails", one.text)
    ]


async def test_it_is_once_for_an_order_and_an_occasion_over_daemons_and_restarts(
    shops: Shops,
) -> None:
    await shops.daemon()
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    [one] = await shops.standing()
    await shops.approve(one)
    await asyncio.gather(*(daemon.work() for daemon in shops.daemons))
    shops.daemons.clear()  # everything in memory is gone
    await shops.daemon()
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=41))

    for _ in range(6):
        await shops.later(EVERY)

    await shops.only(Standing.SENT)
    assert len(shops.said()) == 1


async def test_a_doubtful_address_names_no_part_of_it(shops: Shops) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, street="Nowhere Lane"))

    await shops.later(EVERY)

    one = await shops.only(Standing.PROPOSED)
    assert (one.occasion, one.channel) == (Occasion.ADDRESS, "confirmDeliveryDetails")
    assert "Nowhere" not in one.text


async def test_time_alone_brings_a_delay_and_the_delivery_takes_it_back(shops: Shops) -> None:
    due = shops.clock.now() + timedelta(days=3)
    entry = OrderEntry(order_id=ORDER, status="shipped", at=shops.clock.now(), deliver_by=due)
    shops.amazon.place(entry)
    await shops.later(EVERY)
    assert await shops.standing() == []

    await shops.later(timedelta(days=3))
    late = await shops.only(Standing.PROPOSED)
    shops.amazon.place(entry.model_copy(update={"status": "delivered"}))
    await shops.later(EVERY)

    assert late.occasion is Occasion.DELAYED
    by_state = {one.occasion: one.state for one in await shops.standing()}
    assert by_state[Occasion.DELAYED] is Standing.DROPPED


async def test_what_was_approved_and_is_so_no_more_does_not_leave(shops: Shops) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    await shops.approve(await shops.only(Standing.PROPOSED))
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40, status="shipped"))

    await shops.later(timedelta(0))

    one = await shops.only(Standing.DROPPED)
    assert one.reason == "the order gives no occasion for it any more"
    assert shops.said() == []


async def test_a_delivered_order_is_asked_for_a_review_in_amazons_words(shops: Shops) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, status="delivered"))
    await shops.later(EVERY)
    one = await shops.only(Standing.PROPOSED)
    assert (one.channel, one.is_free, one.text) == ("productReviewAndSellerFeedback", False, "")

    await shops.approve(one)
    await shops.later(timedelta(0))

    await shops.only(Standing.SENT)
    assert [told["action"] for told in shops.said()] == ["productReviewAndSellerFeedback"]


async def test_a_lost_answer_is_a_persons_to_decide_and_nothing_leaves_twice(
    shops: Shops,
) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    await shops.approve(await shops.only(Standing.PROPOSED))
    shops.amazon.faults.set({"message_lost": 1})

    for _ in range(4):
        await shops.later(timedelta(minutes=5))

    await shops.only(Standing.UNCERTAIN)
    assert len(shops.said()) == 1


async def test_a_worker_that_died_in_mid_send_leaves_it_to_be_looked_up(shops: Shops) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    one = await shops.only(Standing.PROPOSED)
    await shops.approve(one)
    [claim] = await Queues(shops.database).outreach.claim(1)
    begun = Move(before=Standing.APPROVED, after=Standing.SENDING, queue="held")
    assert await move(shops.database, one.id, begun, claim) == "ok"

    await shops.later(timedelta(minutes=5))

    await shops.only(Standing.UNCERTAIN)
    assert shops.said() == []


async def test_what_amazon_does_not_allow_any_more_goes_back_with_the_reason(
    shops: Shops,
) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    await shops.approve(await shops.only(Standing.PROPOSED))
    shops.amazon.faults.set({"action_gone": 1})

    await shops.later(timedelta(0))

    assert "does not allow" in (await shops.only(Standing.REFUSED)).reason


async def test_an_outage_is_waited_for(shops: Shops) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    shops.amazon.faults.set({"http_503": 1})
    await shops.later(EVERY)
    assert await shops.standing() == []
    shops.amazon.faults.set({})

    await shops.later(timedelta(minutes=2))
    await shops.approve(await shops.only(Standing.PROPOSED))
    shops.amazon.faults.set({"http_503": 1})
    await shops.later(timedelta(seconds=1))
    await shops.only(Standing.APPROVED)
    shops.amazon.faults.set({})
    await shops.later(timedelta(hours=1))

    await shops.only(Standing.SENT)
    assert len(shops.said()) == 1


async def test_words_that_break_a_rule_do_not_leave(shops: Shops) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    one = await shops.only(Standing.PROPOSED)
    text = "Write to me at seller@example.com or see https://shop.example"
    how = Move(
        before=Standing.PROPOSED, after=Standing.APPROVED, queue=shops.clock.now(),
        changes={"by": "ann", "text": text},
    )  # fmt: skip
    await decide(shops.database, one.id, how)

    await shops.later(timedelta(0))

    assert "rules" in (await shops.only(Standing.REFUSED)).reason
    assert shops.said() == []


async def test_an_unpaid_trade_is_noted_for_colleagues_after_twelve_hours(shops: Shops) -> None:
    shops.taobao.place(OrderEntry(order_id=TRADE, status="unpaid"))
    await shops.later(timedelta(hours=11))
    assert await shops.standing() == []

    await shops.later(timedelta(hours=2))
    one = await shops.only(Standing.PROPOSED)
    await shops.approve(one)
    await shops.later(timedelta(0))

    await shops.only(Standing.SENT)
    order = shops.taobao.books.orders[TRADE]
    assert (one.channel, order.memo, order.flag) == ("memo", "未付款，请提醒买家。", 2)


async def test_a_large_trade_is_held_by_memo_and_flag_and_keeps_what_stood_there(
    shops: Shops,
) -> None:
    shops.taobao.place(OrderEntry(order_id=TRADE, quantity=60))
    shops.taobao.books.write_memo(TRADE, "老客户", 0)
    await shops.later(EVERY)
    await shops.approve(await shops.only(Standing.PROPOSED))

    await shops.later(timedelta(0))

    order = shops.taobao.books.orders[TRADE]
    assert order.memo == "老客户\n暂缓发货：单品60件，请先与买家确认数量。"
    assert order.flag == 1


async def test_a_delay_is_noted_on_the_order_and_the_buyers_question_stays_owed(
    shops: Shops,
) -> None:
    shops.taobao.place(OrderEntry(order_id=TRADE, buyer="小王"))
    shops.taobao.deliver(
        [FeedEntry(buyer="小王", order_id=TRADE, text="怎么还没发货")], via="refund"
    )
    await shops.later(EVERY)
    await shops.later(timedelta(hours=48))
    one = await shops.only(Standing.PROPOSED)

    await shops.approve(one)
    await shops.later(timedelta(0))

    await shops.only(Standing.SENT)
    assert (one.channel, shops.taobao.books.sent) == ("memo", [])
    assert one.text in shops.taobao.books.orders[TRADE].memo


async def test_what_an_order_cannot_be_asked_for_holds_up_no_page(
    shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More orders than the quota lets through, and none of them open for a message yet."""
    monkeypatch.setattr(messages, "actions", lambda _: frozenset())
    for number in range(30):
        order_id = f"111-2223334-{5_556_000 + number}"
        at = shops.clock.now() - timedelta(hours=13)
        shops.amazon.place(OrderEntry(order_id=order_id, status="delivered", at=at))

    for _ in range(6):
        await shops.later(EVERY)

    assert await orders_cursor(shops.database, AMAZON) is not None


async def test_what_nobody_can_look_up_is_left_to_a_person(
    shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def tell(_: AmazonOrderDesk, __: object) -> Receipt:
        raise Unavailable("the answer was lost", maybe_done=True)

    async def told(_: AmazonOrderDesk, __: object, ___: object) -> Trace:
        raise Rejected("no such thing")

    monkeypatch.setattr(AmazonOrderDesk, "tell", tell)
    monkeypatch.setattr(AmazonOrderDesk, "told", told)
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    await shops.approve(await shops.only(Standing.PROPOSED))

    await shops.later(timedelta(0))

    assert (await shops.only(Standing.UNCERTAIN)).order_id == ORDER
