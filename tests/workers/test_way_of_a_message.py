"""From an inbox to a sent reply, worker by worker."""

from datetime import timedelta

from connectors.base import Batch, RateLimited, Receipt, Reply
from connectors.order_facts import Order, OrderStatus
from responder.domain.model import Author, State
from responder.store.conversations import of_the_same_buyer
from responder.store.threads import messages
from tests.workers.conftest import ACCOUNT, Service


async def test_a_message_gets_a_draft_and_its_reply_is_sent_once(service: Service) -> None:
    service.connector.writes("Where is my parcel?")

    await service.work()
    waiting = await service.only()
    await service.approve("It is on its way.")
    await service.work()

    assert waiting.state is State.WAITING
    assert waiting.draft is not None
    assert waiting.draft.proposal.text
    assert (await service.only()).state is State.ANSWERED
    assert [reply.text for reply in service.connector.accepted] == ["It is on its way."]
    thread = await messages(service.database, waiting.id)
    assert [message.author for message in thread] == [Author.BUYER, Author.SELLER]


async def test_the_clock_starts_at_the_marketplaces_time_not_at_the_poll(service: Service) -> None:
    written = service.clock.now() - timedelta(hours=20)
    service.connector.writes("Hello?", at=written)

    await service.work("poll")

    one = await service.only()
    assert one.waiting_since == written
    assert one.due_at == written + timedelta(days=1)


async def test_the_marketplace_is_told_only_when_what_it_gave_is_on_disk(
    service: Service,
) -> None:
    order = InOrder(service)
    service.connector.writes("Hello?")

    await service.work("poll")

    assert order.seen == ["on disk: 1 stored", "acknowledged"]


async def test_a_reply_leaves_only_when_its_attempt_is_on_disk(service: Service) -> None:
    service.connector.writes("Hello?")
    await service.work("poll", "draft")
    await service.approve("It is on its way.")
    order = InOrder(service)

    await service.work("send")

    assert order.seen == ["on disk: 1 stored", "sent"]


class InOrder:
    """In which order the store and the marketplace are spoken to."""

    def __init__(self, service: Service) -> None:
        self.seen: list[str] = []
        self._service = service
        service.durable.append(self._on_disk)
        self._acknowledge, self._send = service.connector.acknowledge, service.connector.send
        service.connector.acknowledge = self.acknowledge  # type: ignore[method-assign]
        service.connector.send = self.send  # type: ignore[method-assign]

    async def _on_disk(self) -> None:
        self.seen.append(f"on disk: {len(await self._service.all())} stored")

    async def acknowledge(self, batch: Batch) -> None:
        self.seen.append("acknowledged")
        await self._acknowledge(batch)

    async def send(self, reply: Reply) -> Receipt:
        self.seen.append("sent")
        return await self._send(reply)


async def test_order_facts_are_in_the_draft_with_their_source(service: Service) -> None:
    order = Order(
        id="111-2223334-5556667",
        status=OrderStatus.SHIPPED,
        carrier="UPS",
        tracking_number="1Z999",
    )
    service.connector.orders[order.id] = order
    service.connector.writes("Where is my order?", order_ids=(order.id,))

    await service.work("poll", "draft")

    one = await service.only()
    assert one.draft is not None
    assert "1Z999" in one.draft.proposal.text
    assert one.draft.proposal.facts["order.tracking_number"].source == f"order {order.id}"
    assert one.order["carrier"] == "UPS"


async def test_an_order_that_cannot_be_had_right_now_does_not_hold_up_the_draft(
    service: Service,
) -> None:
    service.connector.order_trouble.append(RateLimited(timedelta(minutes=5)))
    service.connector.writes("Where is my order?", order_ids=("111-2223334-5556667",))

    await service.work("poll", "draft")

    draft = (await service.only()).draft
    assert draft is not None
    assert "looking up your parcel" in draft.proposal.text, "it is known which order it is"


async def test_a_newer_message_stops_an_approved_reply_and_gets_a_new_draft(
    service: Service,
) -> None:
    service.connector.writes("Where is my parcel?")
    await service.work()
    await service.approve("It is on its way.")
    service.connector.writes("Forget it, cancel!")

    service.clock.advance(timedelta(seconds=30))
    await service.work("poll", "send", "draft")

    one = await service.only()
    assert service.connector.accepted == []
    assert one.state is State.WAITING
    assert one.held == "It is on its way."
    assert one.draft is not None
    assert one.draft.answers == 2


async def test_an_account_out_of_the_configuration_is_not_polled(service: Service) -> None:
    service.accounts.pop(ACCOUNT)  # type: ignore[attr-defined]

    await service.work("poll")

    assert service.connector.fetches == 0
    assert await service.queues.poll.depth() == 0


async def test_a_buyers_other_conversations_are_known_and_nobody_elses(service: Service) -> None:
    service.connector.writes("Is it waterproof?", thread="before the sale", buyer_id="jane")
    service.connector.writes("It arrived broken.", thread="after the sale", buyer_id="jane")
    service.connector.writes("Hello?", thread="another", buyer_id="tom")
    service.connector.writes("Hello?", thread="nameless")
    service.connector.writes("Hello?", thread="nameless too")
    await service.work("poll")
    by_thread = {one.thread: one for one in await service.all()}

    others = {
        thread: [other.thread for other in await of_the_same_buyer(service.database, one)]
        for thread, one in by_thread.items()
    }

    assert others == {
        "before the sale": ["after the sale"],
        "after the sale": ["before the sale"],
        "another": [],
        "nameless": [],
        "nameless too": [],
    }


async def test_after_a_rejection_an_agent_sends_words_of_their_own(service: Service) -> None:
    service.connector.writes("Where is my parcel?")
    await service.work("poll", "draft")
    one = await service.only()
    lease = await service.desk.claim(one.id, "ann")

    await service.desk.reject(one.id, "ann", version=1, again=False, why="too vague")
    rejected = await service.only()
    await service.desk.approve(
        one.id, "ann", lease.token, version=rejected.draft_version, text="It is in Leipzig."
    )
    await service.work("send")

    assert rejected.draft is None
    assert [reply.text for reply in service.connector.accepted] == ["It is in Leipzig."]


async def test_before_there_is_a_draft_an_agent_may_answer_what_they_have_read(
    service: Service,
) -> None:
    service.connector.writes("Where is my parcel?")
    await service.work("poll")
    one = await service.only()
    lease = await service.desk.claim(one.id, "ann")

    await service.desk.approve(
        one.id, "ann", lease.token, version=0, text="It is in Leipzig.", newest=one.newest
    )

    assert (await service.only()).state is State.APPROVED


async def test_a_draft_that_a_newer_message_overtook_is_made_anew_and_counted_so(
    service: Service,
) -> None:
    service.connector.writes("Where is my parcel?", order_ids=("1",))
    await service.work("poll")

    async def while_facts_are_asked_for(_: str) -> Order | None:
        if len(service.connector.inbox) == 1:
            service.connector.writes("Please cancel it.")
            service.clock.advance(timedelta(seconds=30))
            await service.work("poll")
        return None

    service.connector.order = while_facts_are_asked_for  # type: ignore[assignment]
    await service.work("draft")

    one = await service.only()
    assert one.draft is not None
    assert (one.draft_version, one.draft.answers) == (1, 2)
    counted = service.metrics.registry.get_sample_value
    assert counted("responder_drafts_total", {"outcome": "stored"}) == 1
    assert counted("responder_drafts_total", {"outcome": "overtaken"}) == 1
