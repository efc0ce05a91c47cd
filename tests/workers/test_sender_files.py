"""The files of a reply leave with it, as they were approved, or nothing leaves."""

from datetime import timedelta

import pytest

from connectors.base import Rejected, Unavailable
from connectors.files import MIB, PICTURES, FileLimits, OutgoingFile
from responder.domain.model import ConversationId, ReplyFile, State
from responder.store.files import contents, keep_file
from responder.store.threads import messages
from responder.workers.attempts import VISIBLE_AFTER
from tests.workers.conftest import Service

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


@pytest.fixture
async def approved(service: Service) -> tuple[Service, ReplyFile]:
    """A reply with one file is on its way."""
    service.connector.files = FileLimits(count=1, total=MIB, types=PICTURES)
    service.connector.writes("Which label?")
    await service.work()
    one = await service.only()
    lease = await service.desk.claim(one.id, "ann")
    picture = ("label.png", "image/png", PNG)
    file = await keep_file(service.database, one.id, lease.token, picture, room=(1, MIB))
    await service.desk.approve(
        ConversationId(one.id),
        "ann",
        lease.token,
        version=one.draft_version,
        text="This one.",
        newest=one.newest,
        files=[file.id],
    )
    return service, file


async def test_the_marketplace_gets_the_file_that_was_approved(
    approved: tuple[Service, ReplyFile],
) -> None:
    service, file = approved

    await service.work("send")

    [reply] = service.connector.accepted
    assert reply.files == (OutgoingFile(name="label.png", content_type="image/png", content=PNG),)
    one = await service.only()
    assert one.state is State.ANSWERED
    said = (await messages(service.database, one.id))[-1]
    assert [each["sha256"] for each in said.attachments] == [file.sha256]
    assert await contents(service.database, one.id, [file]) == [None]


async def test_it_goes_once_more_with_its_file_where_it_surely_did_not_arrive(
    approved: tuple[Service, ReplyFile],
) -> None:
    service, _ = approved
    service.connector.trouble.append(Unavailable("cut", maybe_done=True))

    for _ in range(3):
        await service.work("send")
        service.clock.advance(VISIBLE_AFTER)

    [reply] = service.connector.accepted
    assert [one.content for one in reply.files] == [PNG]


async def test_a_lost_answer_is_found_and_the_file_is_dropped(
    approved: tuple[Service, ReplyFile],
) -> None:
    service, file = approved
    service.connector.lose_answers = 1

    await service.work("send")
    one = await service.only()
    assert await contents(service.database, one.id, [file]) == [PNG]
    service.clock.advance(timedelta(seconds=10))
    await service.work("send")

    assert len(service.connector.accepted) == 1
    assert await contents(service.database, one.id, [file]) == [None]


async def test_a_refused_reply_comes_back_with_its_file(
    approved: tuple[Service, ReplyFile],
) -> None:
    service, file = approved
    service.connector.trouble.append(Rejected("SMTP 552 at DATA"))

    await service.work("send")

    one = await service.only()
    assert (one.state, one.held, one.files) == (State.WAITING, "This one.", (file,))


async def test_without_its_file_a_reply_does_not_leave(
    approved: tuple[Service, ReplyFile],
) -> None:
    service, _ = approved
    one = await service.only()
    partition = service.database.partitions.of_conversation(one.id)
    await service.database.redis.delete(partition.files(one.id))

    await service.work("send")

    assert service.connector.accepted == []
    one = await service.only()
    assert (one.state, one.held) == (State.WAITING, "This one.")
    assert one.problem == "not_sent: a file of it is gone: attach it again"


async def test_what_the_marketplace_takes_no_longer_comes_back(
    approved: tuple[Service, ReplyFile],
) -> None:
    service, _ = approved
    service.connector.files = None

    await service.work("send")

    assert service.connector.accepted == []
    assert "takes no files" in (await service.only()).problem
