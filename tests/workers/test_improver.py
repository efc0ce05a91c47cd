"""A language model's version takes the template draft's place, and nobody waits for it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from responder.domain.model import Proposal
from responder.drafting.drafter import Question
from responder.drafting.llm.writer import Stands
from responder.store.conversations import Conversation
from responder.workers.drafter import Drafter
from responder.workers.improver import LOOKS, Improver, Wishes
from responder.workers.loop import Bell, Crew
from responder.workers.orders import Orders
from tests.workers.conftest import ACCOUNT, Service

BETTER = "Hello Jane, it is on its way."


class Model:
    """What writes the better version, as it is told."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.wanted = True
        self.stands: str = ""
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None

    def wants(self, proposal: Proposal) -> bool:
        return self.wanted

    async def improve(self, question: Question, proposal: Proposal) -> Proposal | Stands:
        self.asked.append(question)
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        if self.stands:
            return Stands(self.stands)
        return replace(proposal, text=BETTER, source="llm:mock", options=(proposal.text,))


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
async def service(service: Service, model: Model, drafting: object) -> AsyncIterator[Service]:
    """The service with a language model."""
    async with asyncio.TaskGroup() as tasks:
        crew = Crew(tasks, 2, Bell())
        old = service.workers["draft"]
        assert isinstance(old, Drafter)
        old._wishes = Wishes(service.queues, model, frozenset({ACCOUNT}))
        service.workers["improve"] = Improver(
            service.database,
            service.queues,
            service.accounts,
            writer=model,
            orders=Orders(service.clock),
            crew=crew,
            clock=service.clock,
            metrics=service.metrics,
        )
        yield service
        assert crew.free == 2, "nobody is left at work"


async def improve(service: Service) -> None:
    """Rounds of the improver until it has nothing to do; whoever else works is not waited for."""
    improver = service.workers["improve"]
    assert isinstance(improver, Improver)
    busy = True
    while busy:
        async with asyncio.timeout(10):
            await improver._crew.idle()
        busy = await improver.run_once()


async def drafted(service: Service, text: str = "Where is my parcel?") -> Conversation:
    service.connector.writes(text)
    await service.work("poll", "draft")
    return await service.only()


def told(service: Service, outcome: str) -> float:
    value = service.metrics.registry.get_sample_value(
        "responder_llm_drafts_total", {"outcome": outcome}
    )
    return value or 0.0


async def test_the_template_draft_is_there_at_once_and_the_better_one_replaces_it(
    service: Service, model: Model
) -> None:
    first = await drafted(service)
    assert first.draft is not None
    assert first.draft.proposal.source.startswith("template:")

    await improve(service)

    second = await service.only()
    assert second.draft is not None
    assert (second.draft.version, second.draft.proposal.text) == (2, BETTER)
    assert second.draft.proposal.options == (first.draft.proposal.text,)
    assert [message.text for message in model.asked[0].messages] == ["Where is my parcel?"]
    assert told(service, "improved") == 1
    assert await service.queues.improve.depth() == 0


async def test_a_model_that_fails_leaves_the_template_draft(service: Service, model: Model) -> None:
    model.stands = "deadline"
    before = await drafted(service)

    await improve(service)

    assert (await service.only()).draft == before.draft
    assert told(service, "deadline") == 1
    assert await service.queues.improve.depth() == 0


async def test_reasons_are_counted_without_their_details(service: Service, model: Model) -> None:
    model.stands = "objected:llm_promise"
    await drafted(service)

    await improve(service)

    assert told(service, "objected") == 1


async def test_what_nobody_foresaw_leaves_the_template_draft_and_is_not_tried_again(
    service: Service, model: Model
) -> None:
    model.error = KeyError("a buyer's words")
    before = await drafted(service)

    await improve(service)

    assert (await service.only()).draft == before.draft
    assert len(model.asked) == 1
    assert told(service, "failed") == 1


async def test_a_draft_that_the_model_may_not_see_is_not_planned(
    service: Service, model: Model
) -> None:
    model.wanted = False

    await drafted(service)

    assert await service.queues.improve.depth() == 0


async def test_other_accounts_are_left_alone(service: Service, model: Model) -> None:
    drafter = service.workers["draft"]
    assert isinstance(drafter, Drafter)
    drafter._wishes = Wishes(service.queues, model, frozenset({"another"}))

    await drafted(service)

    assert await service.queues.improve.depth() == 0


async def test_who_works_on_it_keeps_the_draft_that_they_read(
    service: Service, model: Model
) -> None:
    model.gate = asyncio.Event()
    before = await drafted(service)
    await service.workers["improve"].run_once()
    await asyncio.sleep(0.05)
    await service.desk.claim(before.id, "ann")
    model.gate.set()
    await improve(service)

    assert (await service.only()).draft == before.draft
    assert told(service, "overtaken") == 1


async def test_nobody_asks_for_a_conversation_that_somebody_has_taken(
    service: Service, model: Model
) -> None:
    one = await drafted(service)
    await service.desk.claim(one.id, "ann")

    await improve(service)

    assert model.asked == []
    assert await service.queues.improve.depth() == 0


async def test_a_newer_message_is_answered_anew(service: Service, model: Model) -> None:
    model.gate = asyncio.Event()
    await drafted(service)
    await service.workers["improve"].run_once()
    await asyncio.sleep(0.05)
    service.clock.advance(timedelta(minutes=1))
    await drafted(service, "And where is my invoice?")
    model.gate.set()

    await improve(service)

    one = await service.only()
    assert one.draft is not None
    assert one.draft.answers == 2
    assert one.draft.proposal.text == BETTER
    assert [len(question.messages) for question in model.asked] == [1, 2]


async def test_a_draft_that_is_not_there_yet_is_looked_for_a_few_times(
    service: Service, model: Model
) -> None:
    service.connector.writes("Where is my parcel?")
    await service.work("poll")
    one = await service.only()
    partition = service.database.partitions.of_account(ACCOUNT)
    await service.queues.improve.schedule(partition, {one.id: service.clock.now()})
    for _ in range(LOOKS):
        assert await service.queues.improve.depth() == 1
        await improve(service)
        service.clock.advance(timedelta(seconds=2))

    assert await service.queues.improve.depth() == 0
    assert model.asked == []


async def test_what_is_gone_is_forgotten(service: Service, model: Model) -> None:
    partition = service.database.partitions.of_account(ACCOUNT)
    gone = service.database.partitions.conversation_id(ACCOUNT, "never")
    await service.queues.improve.schedule(partition, {gone: service.clock.now()})

    await improve(service)

    assert await service.queues.improve.depth() == 0


async def test_no_more_are_asked_at_once_than_the_crew_has_places(
    service: Service, model: Model
) -> None:
    model.gate = asyncio.Event()
    for number in range(5):
        service.connector.writes("Where is my parcel?", thread=f"t{number}")
    await service.work("poll", "draft")

    for _ in range(3):
        await service.workers["improve"].run_once()
        await asyncio.sleep(0.02)
    assert len(model.asked) == 2
    assert await service.workers["improve"].next_at() is None, "a place that falls free rings"

    model.gate.set()
    await improve(service)
    assert len(model.asked) == 5
    assert all(one.draft and one.draft.version == 2 for one in await service.all())
