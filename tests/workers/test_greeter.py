"""First words: once for each wait, never as an answer, and never twice whatever is lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import cast

import pytest

from connectors.base import (
    Author,
    ConnectorError,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)
from responder.domain.first_words import FirstWords, Hour
from responder.domain.model import Kind, State
from responder.domain.sla import SlaPolicy
from responder.store.first_words import ON_THEIR_WAY, speak_first
from responder.store.threads import messages
from responder.workers.accounts import Account
from responder.workers.greeter import NOBODY_KNOWS, TOO_LATE, Greeter
from responder.workers.loop import Bell, Crew
from tests.workers.conftest import ACCOUNT, DAY, Service

ENGLISH = "We have your message; a colleague answers soon."
WORDS = FirstWords(texts={Hour.OPEN: {"en": ENGLISH, "zh": "客服稍后回复您。"}})
GREETS = replace(DAY, first_words=WORDS)
ANSWER = "It was sent today."


@pytest.fixture(autouse=True)
def a_chat(service: Service) -> None:
    """The account is on a marketplace where first words may be said, and its policy has some."""
    promise(service, GREETS)


def promise(service: Service, policy: SlaPolicy, marketplace: str = "taobao") -> None:
    accounts = cast("dict[str, Account]", service.accounts)
    accounts[ACCOUNT] = replace(service.accounts[ACCOUNT], policy=policy, marketplace=marketplace)


@pytest.fixture
async def greeter(service: Service) -> AsyncIterator[Greeter]:
    async with hired(service) as one:
        yield one


@asynccontextmanager
async def hired(service: Service) -> AsyncIterator[Greeter]:
    """One more worker of the service."""
    tasks = service.crews[0]._tasks
    crew = Crew(tasks, 4, Bell())
    service.crews.append(crew)
    greeter = Greeter(
        service.database,
        service.queues,
        service.accounts,
        crew=crew,
        clock=service.clock,
        metrics=service.metrics,
        dice=Random(7),
    )
    service.workers["greet"] = greeter
    yield greeter
    del service.workers["greet"]


async def poll(service: Service) -> None:
    service.clock.advance(timedelta(seconds=31))
    await service.work("poll", "draft", "greet", "send")


def said(service: Service) -> list[str]:
    return [reply.text for reply in service.connector.accepted]


async def test_who_begins_to_wait_hears_first_words_and_is_still_owed_an_answer(
    service: Service, greeter: Greeter
) -> None:
    start = service.clock.now()
    service.connector.writes("Where is my parcel?")
    await poll(service)

    assert said(service) == [ENGLISH]
    one = await service.only()
    assert (one.state, one.waiting_since) == (State.WAITING, start)
    assert one.draft is not None, "the draft is for the buyer's words"
    [_, words] = await messages(service.database, one.id)
    assert (words.kind, words.text, words.warnings) == (Kind.NOTICE, ENGLISH, ())
    assert await greeter.next_at() is None


async def test_they_are_said_once_until_the_buyer_has_an_answer(
    service: Service, greeter: Greeter
) -> None:
    service.connector.writes("Where is my parcel?")
    await poll(service)
    service.connector.writes("Hello?")
    await poll(service)
    assert said(service) == [ENGLISH]

    await service.approve(ANSWER)
    await service.work("send")
    service.connector.writes("And my invoice?")
    await poll(service)

    assert said(service) == [ENGLISH, ANSWER, ENGLISH]


async def test_their_copy_is_no_answer(service: Service, greeter: Greeter) -> None:
    service.connector.writes("Where is my parcel?")
    await poll(service)
    service.connector.writes(ENGLISH, author=Author.SELLER)

    await poll(service)

    one = await service.only()
    assert one.state is State.WAITING
    assert len(await messages(service.database, one.id)) == 2


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Unavailable("gateway", maybe_done=True), NOBODY_KNOWS),
        (ConnectorError("odd"), NOBODY_KNOWS),
        (Unavailable("gateway"), "they were not sent: gateway"),
        (Rejected("no"), "they were not sent: no"),
        (Unauthorized("session"), "they were not sent: session"),
        (RateLimited(timedelta(seconds=1)), "they were not sent: rate limited for 0:00:01"),
    ],
)
async def test_whatever_happens_they_are_not_said_again(
    service: Service, greeter: Greeter, error: Exception, told: str
) -> None:
    service.connector.writes("Where is my parcel?")
    await service.work("poll", "draft")
    service.connector.trouble.append(error)
    await service.work("greet")
    service.connector.writes("Hello?")
    await poll(service)

    one = await service.only()
    [words] = [m for m in await messages(service.database, one.id) if m.text == ENGLISH]
    assert words.warnings == (told,)
    assert said(service) == []
    assert one.state is State.WAITING


async def test_a_daemon_that_dies_at_it_leaves_them_unsaid(
    service: Service, greeter: Greeter
) -> None:
    service.connector.writes("Where is my parcel?")
    await service.work("poll", "draft")

    [claim] = await service.queues.greet.claim(5)
    one = await service.only()
    assert one.waiting_since is not None
    assert await speak_first(service.database, claim, ACCOUNT, one.waiting_since, ENGLISH)
    await poll(service)

    assert said(service) == []
    [_, words] = await messages(service.database, one.id)
    assert words.warnings == (ON_THEIR_WAY,)


async def test_an_answer_that_is_lost_is_not_sought(service: Service, greeter: Greeter) -> None:
    service.connector.lose_answers = 1
    service.connector.writes("Where is my parcel?")
    await poll(service)
    service.connector.writes(ENGLISH, author=Author.SELLER)
    await poll(service)

    assert said(service) == [ENGLISH]
    assert service.connector.looked_for == []
    assert (await service.only()).state is State.WAITING


async def test_whoever_was_held_up_lets_nothing_leave(service: Service, greeter: Greeter) -> None:
    service.connector.writes("Where is my parcel?")
    await service.work("poll", "draft")

    async def stand_still() -> None:
        service.clock.advance(timedelta(seconds=46))

    service.durable.append(stand_still)
    await service.work("greet")

    assert said(service) == []
    [_, words] = await messages(service.database, (await service.only()).id)
    assert words.warnings == ("they were not sent: too late",)


async def test_what_the_store_lost_while_the_daemon_stood_still_does_not_leave(
    service: Service, greeter: Greeter
) -> None:
    """What is written next goes to a server that was started anew, and loses nothing."""
    service.connector.writes("Where is my parcel?")
    await service.work("poll", "draft")
    one = (await service.only()).id
    partition = service.database.partitions.of_conversation(one)
    queue, redis = partition.queue("greet"), service.database.redis

    async def was_lost() -> None:
        await redis.hdel(partition.conversation(one).conversation, "greeted", "awaited")
        await redis.zadd(queue.wake, {one: 0})
        service.durable.clear()

    service.durable.append(was_lost)
    [claim] = await service.queues.greet.claim(1)
    await greeter._greet(claim, service.clock.steady())
    left = said(service)
    await service.work("greet")

    assert (left, said(service)) == ([], [ENGLISH])


async def test_after_a_long_wait_they_are_no_first_words(
    service: Service, greeter: Greeter
) -> None:
    late = service.clock.now() - TOO_LATE - timedelta(seconds=1)
    service.connector.writes("Where is my parcel?", at=late)

    await poll(service)

    assert said(service) == []


async def test_who_was_answered_meanwhile_hears_the_answer_only(
    service: Service, greeter: Greeter
) -> None:
    service.connector.writes("Where is my parcel?")
    await service.work("poll", "draft")
    await service.approve(ANSWER)

    await service.work("greet", "send")

    assert said(service) == [ANSWER]


async def test_nothing_is_said_without_words_for_the_hour_or_off_a_chat(
    service: Service, greeter: Greeter
) -> None:
    promise(service, DAY)
    service.connector.writes("Where is my parcel?")
    await poll(service)
    promise(service, GREETS, marketplace="amazon")
    service.connector.writes("Where is my parcel?", thread="amazon")
    await poll(service)
    promise(service, replace(DAY, first_words=FirstWords(texts={Hour.NIGHT: {"en": "x"}})))
    service.connector.writes("Where is my parcel?", thread="open")
    await poll(service)
    promise(service, GREETS)
    service.connector.writes("Where is my parcel?", thread="refund:1")
    await poll(service)

    assert said(service) == []
    assert (await service.queues.depths())["greet"] == 0
