"""Alerts by mail and webhook over real local servers, and the log that has them all."""

import asyncio
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from responder.alerts import robots
from responder.alerts.channels import Channels, Handed, Outcome, is_webhook, understood, way_of
from responder.alerts.rules import Channel
from responder.alerts.webhook import verified
from responder.domain.alerts import KINDS
from responder.domain.model import AccountId
from responder.testing import FakeClock
from tests.alerts import desks
from tests.alerts.alert import CHANNEL, is_the_alert, links, message, tell
from tests.alerts.desks import Desk, serving


async def test_a_mail_arrives_or_is_refused(clock: FakeClock) -> None:
    async with desks.post_office() as (postbox, port):
        url = f"mailto://127.0.0.1:{port}?from=alerts@shop.example&to=boss@shop.example&format=text"

        assert (await tell(url, clock)).handed is Handed.TAKEN
        mail = message_from_bytes(postbox.mails[0], policy=default)
        assert isinstance(mail, EmailMessage)
        body = mail.get_body(("plain",))
        assert body is not None
        is_the_alert(f"{mail['Subject']}\n{body.get_content()}")
        postbox.refuse = "550 no such user"

        assert (await tell(url, clock)).handed is Handed.REFUSED


async def test_a_webhook_is_told_everything_in_fields_and_signed(clock: FakeClock) -> None:
    async with serving(desks.webhook) as desk:
        url = f"{desk.root}/hook"

        assert (await tell(url, clock, "s3cret-of-16-chars")).handed is Handed.TAKEN

        [took] = desk.took
        [alert] = took["alerts"]
        assert (took["id"], took["repeat"]) == ("night-1f", False)
        assert (alert["kind"], alert["conversation"]) == ("critical", "03-abc")
        is_the_alert(f"{took['title']}\n{took['text']}")
        _, headers, body = desk.requests[0]
        given = {name.lower(): value for name, value in headers.items()}
        assert given["webhook-id"] == "night-1f"
        assert verified("s3cret-of-16-chars", given, body, clock.now())


@pytest.mark.parametrize("status", ["400", "500", "302"])
async def test_a_webhook_that_does_not_say_yes_has_not_taken_it(
    clock: FakeClock, status: str
) -> None:
    async with serving(desks.webhook) as desk:
        desk.wrong = status

        outcome = await tell(f"{desk.root}/hook", clock, "s3cret-of-16-chars")

        assert outcome == Outcome(Handed.REFUSED, f"HTTP {status}")


async def test_nobody_at_the_address_is_a_refusal_that_quotes_no_address(clock: FakeClock) -> None:
    outcome = await tell("http://127.0.0.1:9/hook?token=secret", clock, "s3cret-of-16-chars")

    assert outcome.handed is Handed.REFUSED
    assert "secret" not in outcome.reason


async def test_a_server_that_hangs_up_may_have_taken_it(clock: FakeClock) -> None:
    async def hang_up(_: Desk, request: Any, body: bytes) -> Any:
        request.transport.close()

    async with serving(hang_up) as desk:
        outcome = await tell(f"{desk.root}/hook", clock, "s3cret-of-16-chars")

    assert outcome.handed is Handed.UNKNOWN


async def test_a_webhook_that_says_yes_and_never_ends_has_taken_it(clock: FakeClock) -> None:
    told = asyncio.Event()

    async def endless(_: Desk, request: web.Request, __: bytes) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await told.wait()
        return answer

    async with serving(endless) as desk:
        outcome = await tell(f"{desk.root}/hook", clock, "s3cret-of-16-chars")
        told.set()

    assert outcome.handed is Handed.TAKEN


async def test_channels_can_be_tried(clock: FakeClock) -> None:
    async with serving(desks.webhook) as desk:
        way = way_of(f"{desk.root}/hook", "s3cret-of-16-chars", clock=clock, links=links())
        dead = way_of("http://127.0.0.1:9/hook", "s3cret-of-16-chars", clock=clock, links=links())
        assert way is not None
        assert dead is not None
        rules = [CHANNEL, Channel(id="day", name="day", kinds=frozenset(KINDS), language="zh")]

        answers = await Channels(
            rules, {"night": way, "day": dead}, clock=clock, links=links()
        ).try_all()

    assert {name: one.handed for name, one in answers.items()} == {
        "night": Handed.TAKEN,
        "day": Handed.REFUSED,
    }


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("json://127.0.0.1/x", True),
        ("dingtalk://token", True),
        ("https://oapi.dingtalk.com/robot/send?access_token=abc", True),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc", True),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/abc", True),
        ("mailto://user:pass@example.com", True),
        ("https://oapi.dingtalk.com/robot/send", False),
        ("nonsense", False),
        ("gopher://x", False),
    ],
)
def test_a_url_that_names_no_channel_is_told_apart(url: str, known: bool) -> None:
    assert understood(url) is known


def test_a_plain_address_is_a_webhook_and_the_address_of_a_service_is_not() -> None:
    assert is_webhook("https://desk.example/hook")
    assert not is_webhook(f"{robots.FEISHU}/abc")
    assert not is_webhook("https://")


def test_the_log_has_each_alert_and_a_crowd_in_one_line(clock: FakeClock) -> None:
    [item] = message(clock).items
    crowd = [replace(item.notice, id=f"n{number}", account=AccountId("b")) for number in range(11)]
    channels = Channels([], {}, clock=clock, links=links())

    with capture_logs() as lines:
        channels.note([item.notice, *crowd])

    assert [(line["account"], line["count"]) for line in lines] == [("amazon-us", 1), ("b", 11)]
    assert [line["conversation_id"] for line in lines] == ["03-abc", None]
