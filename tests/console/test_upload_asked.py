"""Whether a file may be uploaded is asked before it is sent; a stalled one gives its place back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse

from responder.console.uploads import Uploads
from responder.domain.model import ConversationId
from tests.console.house import House
from tests.console.person import Person, problem
from tests.console.shops import TAOBAO


@pytest.fixture
async def one(house: House) -> ConversationId:
    found = await house.buyer_writes()
    await house.draft()
    return found


async def ask(who: Person, one: ConversationId, **about: Any) -> ClientResponse:
    sent = {"Cookie": f"responder_session={who.cookie}", "X-CSRF-Token": who.csrf}
    path = f"/api/v1/conversations/{one}/files/ask"
    return await who.client.post(path, params=about, headers=sent)


async def test_what_may_go_is_said_and_nothing_is_kept(
    house: House, ann: Person, one: ConversationId
) -> None:
    token = await ann.claim(one)

    answer = await ask(ann, one, name="how to wash.pdf", token=token, size=1000)

    assert answer.status == 200
    assert (await house.read(one)).files == ()


@pytest.mark.parametrize(
    ("about", "refusal"),
    [
        ({"token": "guess"}, (409, "not_claimed")),
        ({"name": "a.exe"}, (422, "file_refused")),
        ({"name": "call +49 170 1234567.pdf"}, (422, "rule_violation")),
        ({"size": 10 * 1024 * 1024 + 1}, (413, "file_too_large")),
        ({"size": 0}, (422, "file_refused")),
        ({"size": "many"}, (400, "invalid")),
        ({"size": "-1"}, (400, "invalid")),
        ({"size": ""}, (400, "invalid")),
    ],
)
async def test_what_may_not_is_refused_as_the_upload_would_be(
    ann: Person, one: ConversationId, about: dict[str, Any], refusal: tuple[int, str]
) -> None:
    told = {"name": "a.pdf", "token": await ann.claim(one), "size": 1000} | about

    assert await problem(await ask(ann, one, **told)) == refusal


async def test_where_no_files_go_it_is_said_too(house: House, ann: Person) -> None:
    one = await house.buyer_writes(account=TAOBAO)
    token = await ann.claim(one)

    answer = await ask(ann, one, name="a.pdf", token=token, size=1)

    assert await problem(answer) == (409, "no_files")


async def stalling() -> AsyncIterator[bytes]:
    yield b"%PDF-1.7 how to "
    await asyncio.Event().wait()


async def test_a_stalled_body_gives_its_place_back_long_before_its_time_is_over(
    house: House, ann: Person, one: ConversationId
) -> None:
    few = Uploads(stalls=timedelta(0), places=asyncio.Semaphore(1))
    object.__setattr__(house.services, "uploads", few)
    about = {"name": "a.pdf", "token": await ann.claim(one)}
    sent = {"Cookie": f"responder_session={ann.cookie}", "X-CSRF-Token": ann.csrf}

    async with asyncio.timeout(few.lasts.total_seconds() / 4):
        answer = await ann.client.post(
            f"/api/v1/conversations/{one}/files", params=about, data=stalling(), headers=sent
        )

    assert await problem(answer) == (408, "too_slow")
    answer.close()
    assert not few.places.locked()
