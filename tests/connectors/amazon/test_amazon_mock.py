"""Amazon in a box: what it keeps, what it refuses, and that it speaks like Amazon."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import aiosmtplib
import pytest
from imapclient import IMAPClient

from connectors.amazon.mock import AmazonMock
from connectors.amazon.mock_door import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from connectors.amazon.mock_locales import LOCALES
from connectors.amazon.mock_orders import order
from connectors.amazon.wire import outbound, tables
from connectors.base import Rejected
from connectors.feed import FeedEntry
from connectors.mail.mock_smtp import MAX_MAIL
from tests.connectors.amazon import models
from tests.connectors.amazon.conftest import World, answer, drain

LOGIN = {
    "grant_type": "refresh_token",
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "refresh_token": REFRESH_TOKEN,
}
KNOWN_ORDER = "111-0000000-7654321"


class Caller:
    """Asks the mock over HTTP: status, headers and JSON."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._session = session
        self.headers: Any = {}

    async def ask(self, method: str, path: str, **facts: Any) -> tuple[int, Any]:
        async with self._session.request(method, self._url + path, **facts) as response:
            self.headers = response.headers
            text = await response.text()
            return response.status, json.loads(text) if text.startswith(("{", "[")) else text

    async def login(self) -> dict[str, str]:
        _, told = await self.ask("POST", "/auth/o2/token", data=LOGIN)
        return {"x-amz-access-token": told["access_token"]}


@pytest.fixture
async def caller(world: World) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(world.mock.url, session)


async def test_everything_survives_a_kill(world: World, tmp_path: Path) -> None:
    world.write(3, language="de", attachments=["a.jpg"])
    world.faults(html_only=1)
    world.write(1)
    connector = world.connector()
    [before] = await drain(connector)
    await connector.send(answer(before.messages[0]))
    with (tmp_path / "mock.jsonl").open("a") as journal:
        journal.write('{"is":"mail","torn')

    async with AmazonMock(
        now=world.now, dice=Random(1), journal=tmp_path / "mock.jsonl"
    ) as restarted:
        again = world.connector(restarted.account())
        [after] = await drain(again)
        newer = await again.fetch(before.cursor)
        sent = [reply.told() for reply in restarted.books.accepted]
        delivered = restarted.delivered

    assert list(after.messages)[:4] == list(before.messages)
    assert [message.text for message in newer.messages] == ["Soon."]
    assert sent == [reply.told() for reply in world.mock.books.accepted]
    assert delivered == 4


async def test_a_restart_keeps_the_uids_of_a_rebuilt_folder(world: World, tmp_path: Path) -> None:
    world.write(2)
    world.faults(uidvalidity_change=1)
    world.write(1)
    [before] = await drain(world.connector())

    def later() -> datetime:
        return world.now() + timedelta(hours=3)

    async with AmazonMock(now=later, dice=Random(1), journal=tmp_path / "mock.jsonl") as restarted:
        [after] = await drain(world.connector(restarted.account()))

    assert after.cursor == before.cursor


async def test_a_sent_folder_survives_too(world_with_sent_folder: World, tmp_path: Path) -> None:
    world = world_with_sent_folder
    world.write(1)
    connector = world.connector()
    [page] = await drain(connector)
    await connector.send(answer(page.messages[0]))

    async with AmazonMock(
        now=world.now, dice=Random(1), journal=tmp_path / "mock.jsonl", sent_folder=True
    ) as restarted:
        account = restarted.account().imap
        found = await asyncio.to_thread(sent_ids, account.host, account.port)

    assert found == ["<reply-1@shop.example>"]


def sent_ids(host: str, port: int) -> list[str]:
    with IMAPClient(host, port, ssl=False) as client:
        client.login("seller", "mock-password")
        client.select_folder("Sent", readonly=True)
        mails = client.fetch(client.search(), ["ENVELOPE"])
        return [mail[b"ENVELOPE"].message_id.decode() for mail in mails.values()]


async def test_a_mail_client_sees_an_ordinary_mailbox(world: World) -> None:
    world.write(2, attachments=["a.jpg"], text="needle in a haystack")
    account = world.mock.account().imap

    def look() -> tuple[Any, ...]:
        with IMAPClient(account.host, account.port, ssl=False) as client:
            client.login(account.username, account.password)
            client.select_folder("INBOX", readonly=True)
            [first, _] = client.search(["TEXT", "needle"])
            mail = client.fetch([first], ["ENVELOPE", "BODYSTRUCTURE", "BODY[1.1]", "BODY[HEADER]"])
            return (
                mail[first][b"ENVELOPE"].subject,
                mail[first][b"BODYSTRUCTURE"].is_multipart,
                bool(mail[first][b"BODY[1.1]"]),
                client.search(["TEXT", "no such words"]),
                client.search(["HEADER", "X-Space-Notification-Type", tables.BUYER_MESSAGE]),
                client.search(["HEADER", "X-Nothing", "x"]),
            )

    subject, multipart, body, nothing, typed, none = await asyncio.to_thread(look)

    assert subject == b"Inquiry from Amazon customer Buyer 0 (Order: 111-0000000-7654321)"
    assert multipart
    assert body
    assert (nothing, typed, none) == ([], [101, 102], [])


@pytest.mark.parametrize("language", LOCALES)
async def test_every_language_is_written_so_that_it_can_be_read(
    world: World, language: str
) -> None:
    world.write(1, language=language, text="Größe 42\n\n尺码?", buyer='Zoë "Z" Müller')
    world.write(1, language=language, text="x", buyer="Pre-sale", order_id=None)

    [page] = await drain(world.connector())

    first, second = page.messages
    assert (first.text, first.buyer) == ("Größe 42\n\n尺码?", "Zoë 'Z' Müller")
    assert first.language == LOCALES[language].tag.replace("_", "-")
    assert (first.warnings, second.warnings) == ((), ())
    assert second.order_ids == ()


@pytest.mark.parametrize("marketplace_id", tables.MARKETPLACE_TLDS)
async def test_every_marketplace_writes_from_its_own_domain(
    tmp_path: Path, marketplace_id: str
) -> None:
    world = World(tmp_path / "mock.jsonl", marketplace_id=marketplace_id)
    async with world.stack:
        await world.stack.enter_async_context(world.mock)
        world.write(1)
        [page] = await drain(world.connector())

    tld = tables.MARKETPLACE_TLDS[marketplace_id]
    assert page.messages[0].reply_to["to"].endswith(f"@marketplace.amazon.{tld}")


async def test_a_second_message_of_a_thread_is_an_answer(world: World) -> None:
    world.write(1)
    world.write(1, text="And?")

    [page] = await drain(world.connector())

    assert page.messages[0].thread == page.messages[1].thread
    assert page.messages[1].subject.startswith("Re: ")


async def test_a_message_may_be_older_than_its_delivery(world: World) -> None:
    written = world.now() - timedelta(hours=5)
    world.write(1, at=written)

    [page] = await drain(world.connector())

    assert page.messages[0].sent_at == written


async def test_the_feed_comes_in_by_http_all_or_nothing(caller: Caller) -> None:
    good = {"buyer": "Ann", "order_id": KNOWN_ORDER, "text": "Hi"}
    bad = {**good, "order_id": "12345"}

    refused = await caller.ask("POST", "/_mock/messages", json=[good, bad])
    empty = await caller.ask("GET", "/_mock/messages")
    taken, told = await caller.ask("POST", "/_mock/messages", json=good)
    _, [listed] = await caller.ask("GET", "/_mock/messages")

    assert refused == (400, {"error": "entry:2: order_id: must look like 111-2223334-5556667"})
    assert empty == (200, [])
    assert (taken, told["accepted"]) == (201, 1)
    assert listed["id"] == told["ids"][0]
    assert (listed["buyer"], listed["order_id"]) == ("Ann", KNOWN_ORDER)
    assert datetime.fromisoformat(listed["at"]).tzinfo is not None


async def test_a_duplicate_mail_is_one_message(world: World, caller: Caller) -> None:
    world.faults(duplicate_mail=1)
    world.write(2)

    _, listed = await caller.ask("GET", "/_mock/messages")

    assert len(listed) == 2


async def test_sent_replies_can_be_read_in_order(world: World, caller: Caller) -> None:
    world.write(2)
    connector = world.connector()
    [page] = await drain(connector)
    for number, message in enumerate(page.messages):
        await connector.send(answer(message, f"reply-{number}", text=f"Answer {number}\n.\nEnd"))

    _, [first, second] = await caller.ask("GET", "/_mock/sent")

    assert first == {
        "id": "<reply-0@shop.example>",
        "reply_id": "reply-0",
        "thread": page.messages[0].thread,
        "buyer": "Buyer 0",
        "to": page.messages[0].reply_to["to"],
        "order_id": KNOWN_ORDER,
        "in_reply_to": page.messages[0].id,
        "files": [],
        "text": "Answer 0\n.\nEnd",
        "at": "2026-11-20T09:00:00+00:00",
        "refused": False,
    }
    assert second["reply_id"] == "reply-1"


@pytest.mark.parametrize("fault", ["refused_later", "refused_without_name", "bounced_later"])
async def test_the_books_tell_which_replies_came_back(
    world: World, caller: Caller, fault: str
) -> None:
    world.write(2)
    connector = world.connector()
    [page] = await drain(connector)
    await connector.send(answer(page.messages[0], "arrives", text="One"))
    world.faults(**{fault: 1.0})
    await connector.send(answer(page.messages[1], "returns", text="Two"))

    _, told = await caller.ask("GET", "/_mock/sent")

    assert [(one["reply_id"], one["refused"]) for one in told] == [
        ("arrives", False),
        ("returns", True),
    ]


async def test_faults_can_be_seen_and_set_by_http(world: World, caller: Caller) -> None:
    changed = await caller.ask("PUT", "/_mock/faults", json={"html_only": 0.5})
    refused, told = await caller.ask("PUT", "/_mock/faults", json={"nonsense": 1})
    _, shown = await caller.ask("GET", "/_mock/faults")

    assert changed == (200, shown)
    assert (shown["html_only"], shown["confirmation_copy"]) == (0.5, 1.0)
    assert refused == 400
    assert "known are" in told["error"]
    assert world.mock.faults.rates["html_only"] == 0.5


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "x"}, 401, "invalid_client"),
        ({"refresh_token": "x"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_a_bad_login_is_refused_as_amazon_does(
    caller: Caller, change: dict[str, str], status: int, error: str
) -> None:
    got, told = await caller.ask("POST", "/auth/o2/token", data={**LOGIN, **change})

    assert (got, told["error"]) == (status, error)


async def test_a_login_may_be_json_or_a_form(caller: Caller) -> None:
    for form in ({"data": LOGIN}, {"json": LOGIN}):
        status, told = await caller.ask("POST", "/auth/o2/token", **form)

        assert (status, told["token_type"], told["expires_in"]) == (200, "bearer", 3600)
    assert (await caller.ask("POST", "/auth/o2/token", data=b"\xff"))[0] == 401


async def test_a_request_without_a_good_token_is_denied_as_amazon_does(
    world: World, caller: Caller
) -> None:
    path = f"/orders/2026-01-01/orders/{KNOWN_ORDER}"
    good = await caller.login()
    world.write(1)

    missing = await caller.ask("GET", path)
    wrong = await caller.ask("GET", path, headers={"x-amz-access-token": "Atza|x"})
    world.advance(3601)
    expired = await caller.ask("GET", path, headers=good)

    told = [body["errors"][0]["details"] for _, body in (missing, wrong, expired)]
    assert {status for status, _ in (missing, wrong, expired)} == {403}
    assert caller.headers["x-amzn-ErrorType"] == "AccessDeniedException"
    assert "x-amzn-RateLimit-Limit" not in caller.headers
    assert told == [
        "Access token is missing in the request header.",
        "The access token you provided is revoked, malformed or invalid.",
        "The access token you provided has expired.",
    ]


async def test_a_quota_is_refused_without_a_time(world: World, caller: Caller) -> None:
    token = await caller.login()
    world.faults(http_429=1)

    status, told = await caller.ask("GET", f"/messaging/v1/orders/{KNOWN_ORDER}", headers=token)

    assert (status, told["errors"][0]["code"]) == (429, "QuotaExceeded")
    assert caller.headers["x-amzn-ErrorType"] == "TooManyRequestsException"
    assert "Retry-After" not in caller.headers


async def test_every_order_of_the_feed_is_known_and_no_other(world: World, caller: Caller) -> None:
    world.write(3)
    token = await caller.login()
    path = "/orders/2026-01-01/orders"

    status, told = await caller.ask("GET", f"{path}/{KNOWN_ORDER}", headers=token)
    limit = caller.headers["x-amzn-RateLimit-Limit"]
    unknown, _ = await caller.ask("GET", f"{path}/999-9999999-9999999", headers=token)
    _, again = await caller.ask("GET", f"{path}/{KNOWN_ORDER}", headers=token)

    assert (status, limit, unknown) == (200, "0.5", 404)
    assert told == again
    assert told["order"]["orderId"] == KNOWN_ORDER


async def test_orders_are_searched_in_pages(world: World, caller: Caller) -> None:
    world.write(3)
    token = await caller.login()
    query = {"createdAfter": "2026-11-01T00:00:00Z", "maxResultsPerPage": "2"}
    path = "/orders/2026-01-01/orders"

    _, first = await caller.ask("GET", path, params=query, headers=token)
    query["paginationToken"] = first["pagination"]["nextToken"]
    _, second = await caller.ask("GET", path, params=query, headers=token)

    assert [len(page["orders"]) for page in (first, second)] == [2, 1]
    assert "pagination" not in second


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"createdAfter": "2026-11-01T00:00:00Z", "lastUpdatedAfter": "2026-11-01T00:00:00Z"},
        {"createdAfter": "yesterday"},
        {"createdAfter": "2026-11-01T00:00:00"},
        {"createdAfter": "2026-11-01T00:00:00Z", "paginationToken": "x"},
    ],
)
async def test_a_bad_search_is_invalid_input(caller: Caller, query: dict[str, str]) -> None:
    token = await caller.login()

    status, told = await caller.ask("GET", "/orders/2026-01-01/orders", params=query, headers=token)

    assert (status, told["errors"][0]["code"]) == (400, "InvalidInput")


async def test_a_proactive_message_is_taken_by_the_messaging_api(
    world: World, caller: Caller
) -> None:
    world.write(1)
    token = await caller.login()
    root = f"/messaging/v1/orders/{KNOWN_ORDER}"
    query = {"marketplaceIds": world.mock.marketplace_id}

    _, actions = await caller.ask("GET", root, headers=token)
    path = f"{root}/messages/confirmOrderDetails"
    good = {"json": {"text": "Which size?"}, "headers": token}
    taken = await caller.ask("POST", path, params=query, **good)
    refused = [
        await caller.ask("POST", path, **good),
        await caller.ask("POST", path, params=query, json={"text": ""}, headers=token),
        await caller.ask("POST", f"{root}/messages/nonsense", params=query, **good),
        await caller.ask("GET", "/messaging/v1/orders/999-9999999-9999999", headers=token),
    ]

    assert "unexpectedProblem" in {action["name"] for action in actions["_links"]["actions"]}
    assert taken == (201, {})
    assert [status for status, _ in refused] == [400, 400, 404, 404]
    assert [told["text"] for told in world.mock._http.proactive] == ["Which size?"]


async def smtp_codes(world: World, *, to: str, sender: str = "", header: str = "") -> int:
    """The code of the first refusal, or 250."""
    account = world.mock.account().smtp
    mail = f"From: {header or account.sender}\r\nTo: {to}\r\n\r\nhello"
    client = aiosmtplib.SMTP(
        hostname=account.host,
        port=account.port,
        start_tls=False,
        username=account.username,
        password=account.password,
    )
    async with client:
        try:
            await client.sendmail(sender or account.sender, [to], mail.encode())
        except aiosmtplib.SMTPRecipientsRefused as refused:
            return refused.recipients[0].code
        except aiosmtplib.SMTPResponseException as refused:
            return refused.code
    return 250


async def test_smtp_takes_mail_only_from_the_authorized_sender_to_known_buyers(
    world: World,
) -> None:
    world.write(1)
    [page] = await drain(world.connector())
    to = page.messages[0].reply_to["to"]

    assert await smtp_codes(world, to=to) == 250
    assert await smtp_codes(world, to=to, sender="x@evil.example") == 550
    assert await smtp_codes(world, to=to, header="x@evil.example") == 550
    assert await smtp_codes(world, to="nobody@marketplace.amazon.com") == 550
    assert await smtp_codes(world, to="x@example.org") == 550
    assert len(world.mock.books.accepted) == 1


async def test_smtp_wants_a_login(world: World) -> None:
    account = world.mock.account().smtp
    client = aiosmtplib.SMTP(hostname=account.host, port=account.port, start_tls=False)
    async with client:
        with pytest.raises(aiosmtplib.SMTPSenderRefused) as refused:
            await client.mail(account.sender)

    assert refused.value.code == 530


async def test_smtp_refuses_what_amazon_would_not_carry(world: World) -> None:
    world.write(1)
    connector = world.connector()
    [page] = await drain(connector)
    mail = outbound.mail(answer(page.messages[0]), world.mock.sender, world.now())
    large = replace(mail, content=mail.content + b"words\r\n" * (MAX_MAIL // 7))

    with pytest.raises(Rejected, match="SMTP 552"):
        await connector._outbox.send(large)

    assert world.mock.books.accepted == []


async def test_without_a_journal_nothing_is_kept(world: World) -> None:
    async with AmazonMock(now=world.now, dice=Random(1)) as forgetful:
        forgetful.add([FeedEntry(buyer="A", text="x")])

    assert forgetful.delivered == 1


async def test_a_mock_that_never_started_can_be_stopped(world: World) -> None:
    await AmazonMock(now=world.now, dice=Random(1)).stop()


FIELDS = {
    "Order": {
        "orderId",
        "createdTime",
        "lastUpdatedTime",
        "salesChannel",
        "proceeds",
        "fulfillment",
        "recipient",
        "orderItems",
        "packages",
    },
    "OrderItem": {"orderItemId", "quantityOrdered", "product"},
    "OrderPackage": {
        "packageReferenceId",
        "createdTime",
        "packageStatus",
        "carrier",
        "shipTime",
        "shippingService",
        "trackingNumber",
        "packageItems",
    },
}


def test_an_order_has_the_fields_of_amazons_model(world: World) -> None:
    for number in range(30):
        told = order(f"111-{number:07d}-1111111", world.now(), "A1PA6795UKMFR9")

        assert set(told) == FIELDS["Order"]
        assert all(set(item) == FIELDS["OrderItem"] for item in told["orderItems"])
        assert all(set(package) == FIELDS["OrderPackage"] for package in told["packages"])


@models.needed
def test_an_order_fits_amazons_published_model(world: World) -> None:
    for number in range(30):
        told = order(f"111-{number:07d}-1111111", world.now(), "A1PA6795UKMFR9")

        assert models.mistakes("orders_2026-01-01", {"$ref": "#/definitions/Order"}, told) == []
