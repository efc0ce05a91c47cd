"""The body of an upload: how much of it is read, of whom, and how many at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from responder.console.uploads import Uploads
from responder.domain.model import ConversationId
from tests.console.attached import PDF, drafted, upload
from tests.console.house import House
from tests.console.person import Person, problem


async def in_pieces(body: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(body), 100_000):
        yield body[at : at + 100_000]


@pytest.mark.parametrize("write", [BytesIO, in_pieces])
async def test_no_more_is_read_than_the_marketplace_takes(
    house: House, ann: Person, write: Callable[[bytes], Any]
) -> None:
    one = await drafted(house)
    token = await ann.claim(one)
    body = b"%PDF-" + b"x" * (10 * 1024 * 1024)

    answer = await upload(ann, one, token, body=write(body))

    assert await problem(answer) == (413, "file_too_large")


async def never_ending(_: bytes = b"") -> AsyncIterator[bytes]:
    yield PDF
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("token", "name", "code"),
    [
        ("guess", "a.pdf", (409, "not_claimed")),
        ("", "a.exe", (422, "file_refused")),
        ("", "call +49 170 1234567.pdf", (422, "rule_violation")),
    ],
)
async def test_who_may_not_hears_so_before_the_body_has_come(
    house: House, ann: Person, token: str, name: str, code: tuple[int, str]
) -> None:
    one = await drafted(house)
    held = await ann.claim(one)

    answer = await upload(ann, one, token or held, name, never_ending())

    assert await problem(answer) == code
    answer.close()


async def test_what_has_no_room_beside_the_others_is_not_read(house: House, ann: Person) -> None:
    one = await drafted(house)
    token = await ann.claim(one)
    mib = 1024 * 1024
    assert (await upload(ann, one, token, body=BytesIO(PDF + b"x" * (6 * mib)))).status == 201
    length = {"Content-Length": str(6 * mib)}

    answer = await upload(ann, one, token, body=never_ending(), **length)

    assert await problem(answer) == (409, "files_too_large")
    answer.close()


async def test_a_body_that_finds_no_place_waits_and_is_then_told_when_to_come_again(
    house: House, ann: Person
) -> None:
    one = await drafted(house)
    token = await ann.claim(one)
    full = Uploads(patience=timedelta(0), places=asyncio.Semaphore(0))
    object.__setattr__(house.services, "uploads", full)

    answer = await upload(ann, one, token)

    assert await problem(answer) == (503, "busy")
    assert answer.headers["Retry-After"] == "5"
    full.places.release()
    assert (await upload(ann, one, token)).status == 201
    assert (await upload(ann, one, token)).status == 201


async def test_a_body_waits_until_another_has_left_its_place() -> None:
    few = Uploads(places=asyncio.Semaphore(1))

    async def enter() -> None:
        async with few.place():
            pass

    async with few.place():
        second = asyncio.create_task(enter())
        await asyncio.sleep(0)
        assert not second.done()
    await second


async def test_a_body_that_does_not_end_gives_its_place_back(house: House, ann: Person) -> None:
    one = await drafted(house)
    token = await ann.claim(one)
    few = Uploads(lasts=timedelta(0), places=asyncio.Semaphore(1))
    object.__setattr__(house.services, "uploads", few)

    answer = await upload(ann, one, token, body=never_ending())

    assert await problem(answer) == (408, "too_slow")
    answer.close()
    assert not few.places.locked()


async def test_an_upload_needs_its_name_its_claim_and_the_csrf_token(
    house: House, ann: Person
) -> None:
    one = await drafted(house)
    token = await ann.claim(one)

    assert await problem(await upload(ann, one, "")) == (400, "invalid")
    assert await problem(await upload(ann, one, token, "")) == (400, "invalid")
    assert await problem(await upload(ann, one, token, "a" * 400)) == (400, "invalid")
    wrong = await upload(ann, one, token, **{"X-CSRF-Token": "wrong"})
    assert await problem(wrong) == (403, "forbidden")
    nowhere = ConversationId("00-ffff")
    assert await problem(await upload(ann, nowhere, token)) == (404, "not_found")


async def test_files_that_are_too_many_together_refuse_the_upload(
    house: House, ann: Person
) -> None:
    one = await drafted(house)
    token = await ann.claim(one)
    for _ in range(10):
        assert (await upload(ann, one, token)).status == 201

    answer = await upload(ann, one, token)

    assert answer.status == 409
    said = (await answer.json())["error"]
    assert (said["code"], "no more than 10 files" in said["message"]) == ("too_many_files", True)
