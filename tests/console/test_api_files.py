"""Files that go with a reply: uploaded by who holds the claim, refused in words that help."""

import pytest

from connectors.files import PICTURES, FileLimits
from responder.store.files import contents
from responder.store.outbox import outgoing
from responder.store.users import Role
from responder.testing import FakeClock
from tests.console.attached import PDF, PNG, drafted, remove, upload
from tests.console.house import House
from tests.console.person import Person, problem
from tests.console.shops import TAOBAO


async def test_an_uploaded_file_goes_with_the_reply_and_stays_by_name(
    house: House, ann: Person, clock: FakeClock
) -> None:
    one = await drafted(house)
    token = await ann.claim(one)

    answer = await upload(ann, one, token)

    file = await answer.json()
    assert answer.status == 201
    assert (file["name"], file["content_type"]) == ("how to wash.pdf", "application/pdf")
    assert (await ann.json(f"/conversations/{one}"))["files"] == [file]
    approved = await ann.approve(one, token=token, files=[file["id"]])
    assert approved.status == 202
    shown = await ann.json(f"/conversations/{one}")
    assert shown["reply"]["files"] == [file]
    reply = await outgoing(house.database, one)
    assert reply is not None
    assert await contents(house.database, one, reply.files) == [PDF]
    clock.advance(house.services.undo * 2)
    await house.send()
    [message] = (await ann.json(f"/conversations/{one}"))["messages"][1:]
    assert message["attachments"] == [
        {
            "name": "how to wash.pdf",
            "content_type": "application/pdf",
            "size": str(len(PDF)),
            "sha256": file["sha256"],
        }
    ]


async def test_what_the_marketplace_takes_is_told(house: House, ann: Person) -> None:
    mail = await drafted(house)
    chat = await drafted(house, account=TAOBAO)

    takes = (await ann.json(f"/conversations/{mail}"))["takes_files"]

    assert (takes["count"], takes["total"]) == (10, 10 * 1024 * 1024)
    assert "pdf" in takes["endings"]
    assert "image/png" in takes["types"]
    assert (await ann.json(f"/conversations/{chat}"))["takes_files"] is None


async def test_where_the_marketplace_takes_none_nothing_is_kept(house: House, ann: Person) -> None:
    one = await drafted(house, account=TAOBAO)
    token = await ann.claim(one)

    assert await problem(await upload(ann, one, token)) == (409, "no_files")
    refused = await ann.approve(one, token=token, files=["0" * 16])
    assert await problem(refused) == (409, "no_files")


@pytest.mark.parametrize(
    ("name", "body", "status", "code", "words"),
    [
        ("a.exe", b"MZ", 422, "file_refused", "a.exe: .exe files are not taken here"),
        ("a.pdf", b"", 422, "file_refused", "a.pdf: the file is empty"),
        ("a.pdf", PNG, 422, "file_refused", "a.pdf: its content is not application/pdf"),
        ("call +49 170 1234567.pdf", PDF, 422, "rule_violation", "the name breaks a rule"),
        ("www.shop.example.pdf", PDF, 422, "rule_violation", "rename the file"),
    ],
)
async def test_a_file_that_may_not_go_is_refused_by_name(
    house: House, ann: Person, name: str, body: bytes, status: int, code: str, words: str
) -> None:
    one = await drafted(house)
    token = await ann.claim(one)

    answer = await upload(ann, one, token, name, body)

    assert answer.status == status
    said = (await answer.json())["error"]
    assert said["code"] == code
    assert words in said["message"]
    assert (await ann.json(f"/conversations/{one}"))["files"] == []


async def test_the_type_that_is_told_must_fit(house: House, ann: Person) -> None:
    one = await drafted(house)
    token = await ann.claim(one)

    told = {"Content-Type": "image/png"}
    assert await problem(await upload(ann, one, token, **told)) == (422, "file_refused")
    assert (await upload(ann, one, token, "a.png", PNG, **told)).status == 201


async def test_only_who_holds_the_claim_uploads_and_removes(house: House, ann: Person) -> None:
    one = await drafted(house)
    bob = await house.person("bob")
    token = await ann.claim(one)
    file = (await (await upload(ann, one, token)).json())["id"]

    assert await problem(await upload(bob, one, "guess")) == (409, "not_claimed")
    assert await problem(await remove(bob, one, "guess", file)) == (409, "not_claimed")
    assert (await remove(ann, one, token, file)).status == 200
    assert (await remove(ann, one, token, file)).status == 200
    assert (await ann.json(f"/conversations/{one}"))["files"] == []


async def test_a_file_of_another_conversation_refuses_the_approval_and_nothing_is_sent(
    house: House, ann: Person
) -> None:
    one, other = await drafted(house), await drafted(house, thread="other")
    theirs = (await (await upload(ann, other, await ann.claim(other))).json())["id"]

    refused = await ann.approve(one, files=[theirs])

    assert await problem(refused) == (409, "file_gone")
    assert await house.outgoing_text(one) == ""
    assert await problem(await ann.approve(one, files=["no id"])) == (400, "invalid")


async def test_a_trainees_files_wait_for_the_second_yes_and_go_with_it(
    house: House, ann: Person
) -> None:
    tim = await house.person("tim", Role.TRAINEE)
    one = await drafted(house)
    token = await tim.claim(one)
    file = await (await upload(tim, one, token)).json()

    waits = await (await tim.approve(one, token=token, files=[file["id"]])).json()

    shown = await ann.json(f"/conversations/{one}")
    assert shown["asked_files"] == [file]
    answer = await ann.act(one, "confirm", {"id": waits["second_yes"]["id"]})
    assert answer.status == 202
    assert (await ann.json(f"/conversations/{one}"))["reply"]["files"] == [file]


async def test_an_undone_approval_gives_its_files_back(house: House, ann: Person) -> None:
    one = await drafted(house)
    token = await ann.claim(one)
    file = await (await upload(ann, one, token)).json()
    await ann.approve(one, token=token, files=[file["id"]])

    assert (await ann.act(one, "undo")).status == 200

    assert (await ann.json(f"/conversations/{one}"))["files"] == [file]


async def test_the_description_shows_how_a_file_is_sent(ann: Person) -> None:
    paths = (await ann.json("/openapi.json"))["paths"]
    put = paths["/api/v1/conversations/{id}/files"]["post"]
    gone = paths["/api/v1/conversations/{id}/files/{file}"]["delete"]

    assert "*/*" in put["requestBody"]["content"]
    assert {one["name"] for one in put["parameters"]} == {"id", "name", "token"}
    assert {one["name"] for one in gone["parameters"]} == {"id", "file", "token"}
    assert {"413", "422"} <= put["responses"].keys()


@pytest.mark.parametrize(
    ("takes", "code"),
    [
        (None, "no_files"),
        (FileLimits(count=1, total=10, types=PICTURES), "files_too_large"),
    ],
)
async def test_what_the_marketplace_takes_no_longer_refuses_the_approval(
    house: House, ann: Person, takes: FileLimits | None, code: str
) -> None:
    one = await drafted(house)
    token = await ann.claim(one)
    file = (await (await upload(ann, one, token)).json())["id"]
    object.__setattr__(house.services, "file_limits", lambda *_: takes)

    refused = await ann.approve(one, token=token, files=[file])

    assert await problem(refused) == (409, code)
    assert await house.outgoing_text(one) == ""
