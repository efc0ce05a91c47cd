"""Alerts over real local servers, each in the form that its service publishes."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
import requests
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram
from structlog.testing import capture_logs

from responder.alerts import robots
from responder.alerts.channels import Channels, Handed, Outcome, is_webhook, understood, way_of
from responder.alerts.links import Links
from responder.alerts.message import Message
from responder.alerts.rules import Channel
from responder.alerts.webhook import verified
from responder.domain.alerts import KINDS
from responder.domain.model import AccountId, ConversationId
from responder.store.notices import Notice
from responder.store.told import Item
from responder.testing import FakeClock
from tests.alerts import desks
from tests.alerts.desks import Desk, serving

SECRET = "SEC-of-the-robot"
CHANNEL = Channel(id="night", name="night", kinds=frozenset(KINDS))


def links() -> Links:
    return Links("https://desk.example", b"key")


def message(clock: FakeClock, **changes: Any) -> Message:
    notice = Notice(
        id="n1",
        kind="critical",
        at=clock.now(),
        account=AccountId("amazon-us"),
        conversation=ConversationId("03-abc"),
        due_at=clock.now() + timedelta(hours=1),
    )
    item = Item(id="n1", notice=notice, arrived=clock.now())
    return replace(Message(id="night-1f", at=clock.now(), items=(item,)), **changes)


async def tell(url: str, clock: FakeClock, secret: str = "", **changes: Any) -> Outcome:
    way = way_of(url, secret, clock=clock, links=links())
    assert way is not None, url
    channels = Channels([CHANNEL], {"night": way}, clock=clock, links=links())
    return await channels.hand_over(CHANNEL, message(clock, **changes))


def is_the_alert(text: str) -> None:
    assert "A reply is nearly late (amazon-us)" in text
    assert "1 h 0 min left" in text
    assert "https://desk.example/c/03-abc" in text
    assert f"https://desk.example/a/{links().token('night-1f')}" in text


@pytest.mark.parametrize("form", ["apprise", "pasted"])
async def test_dingtalk_takes_a_signed_message_in_its_form(clock: FakeClock, form: str) -> None:
    async with serving(desks.dingtalk, SECRET) as desk:
        relay = f"endpoint={desk.root}/robot/send"
        url = {
            "apprise": f"dingtalk://{SECRET}@tok3n?{relay}",
            "pasted": f"{robots.DINGTALK}?access_token=tok3n&secret={SECRET}&{relay}",
        }[form]

        assert (await tell(url, clock)).handed is Handed.TAKEN

        [took] = desk.took
        is_the_alert(took["text"])


async def test_a_refusal_with_http_200_is_a_refusal(clock: FakeClock) -> None:
    async with serving(desks.dingtalk, SECRET) as desk:
        wrong_secret = f"dingtalk://other@tok3n?endpoint={desk.root}/robot/send"
        outcome = await tell(wrong_secret, clock)
        assert outcome.handed is Handed.REFUSED
        assert outcome.reason.startswith("errcode 310000: sign not match")

        desk.wrong = "keywords not in content"
        outcome = await tell(f"dingtalk://{SECRET}@tok3n?endpoint={desk.root}/robot/send", clock)

        assert outcome == Outcome(Handed.REFUSED, "errcode 310000: keywords not in content")
        assert desk.took == []


async def test_wecom_takes_2048_bytes_and_keeps_the_link(clock: FakeClock) -> None:
    async with serving(desks.wecom) as desk:
        url = f"wecombot://k3y-1?endpoint={desk.root}/cgi-bin/webhook/send"
        assert (await tell(url, clock)).handed is Handed.TAKEN
        is_the_alert(desk.took[0]["text"])

        [item] = message(clock).items
        notice = Notice(id="n", kind="dead_letter", at=clock.now(), account=AccountId("a"),
                        reason="很长的原因" * 1000)  # fmt: skip
        long = Item(id="n", notice=notice, arrived=clock.now())
        assert (await tell(url, clock, items=(item, long))).handed is Handed.TAKEN
        assert links().token("night-1f") in desk.took[1]["text"]

        desk.wrong = "api freq out of limit"
        assert (await tell(url, clock)).reason == "errcode 45009: api freq out of limit"


async def test_feishu_takes_a_signed_message_and_says_what_is_wrong(clock: FakeClock) -> None:
    async with serving(desks.feishu, SECRET) as desk:
        relay = f"endpoint={desk.root}/open-apis/bot/v2/hook"
        assert (await tell(f"feishu://{SECRET}@h00k?{relay}", clock)).handed is Handed.TAKEN
        is_the_alert(desk.took[0]["text"])

        assert "19021" in (await tell(f"feishu://other@h00k?{relay}", clock)).reason
        desk.wrong = "Key Words Not Found"
        pasted = f"{robots.FEISHU}/h00k?secret={SECRET}&{relay}"
        assert (await tell(pasted, clock)).reason == "code 19024: Key Words Not Found"


async def test_slack_takes_a_message_or_refuses_it(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(desks.slack) as desk:
        monkeypatch.setattr(NotifySlack, "webhook_url", f"{desk.root}/services")
        url = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"

        assert (await tell(url, clock)).handed is Handed.TAKEN
        is_the_alert(desk.took[0]["text"])
        desk.wrong = "no_service"

        outcome = await tell(url, clock)
        assert outcome == Outcome(Handed.REFUSED, "Slack did not take it")


async def test_telegram_takes_a_message_or_refuses_it(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(desks.telegram) as desk:
        monkeypatch.setattr(NotifyTelegram, "notify_url", f"{desk.root}/bot")
        url = "tgram://123456789:abcdefg_hijklmnop/12315544/?format=text"

        assert (await tell(url, clock)).handed is Handed.TAKEN
        assert str(desk.took[0]["chat"]) == "12315544"
        is_the_alert(desk.took[0]["text"])
        desk.wrong = "Bad Request: chat not found"

        assert (await tell(url, clock)).handed is Handed.REFUSED


async def test_teams_takes_a_card_or_refuses_it(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = requests.post

    def in_the_clear(url: str, *args: Any, **options: Any) -> requests.Response:
        """Teams' own addresses are https; the server of this test is not."""
        return post(url.replace("https://", "http://", 1), *args, **options)

    async with serving(desks.teams) as desk:
        host = desk.root.removeprefix("http://")
        url = f"workflow://{host}/643e69f83c8944438d68119179a10a64/sig-of-the-flow/"
        monkeypatch.setattr("apprise.plugins.workflows.requests.post", in_the_clear)

        assert (await tell(url, clock)).handed is Handed.TAKEN
        is_the_alert(desk.took[0]["text"])
        desk.wrong = "WorkflowTriggerIsNotEnabled"

        assert (await tell(url, clock)).handed is Handed.REFUSED


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


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (200, b'{"errcode":0,"errmsg":"ok"}', ""),
        (200, b'{"code":0,"msg":"success","data":{}}', ""),
        (200, b'{"StatusCode":0,"StatusMessage":"success"}', ""),
        (200, b'{"errcode":130101,"errmsg":"send too fast"}', "errcode 130101: send too fast"),
        (200, b"<html>", "HTTP 200, and no answer of a robot"),
        (200, b"[]", "HTTP 200, and no answer of a robot"),
        (502, b'{"errcode":0}', "errcode 0: "),
    ],
)
def test_what_a_robot_says_is_read(status: int, body: bytes, reason: str) -> None:
    assert robots.refusal(status, body) == reason


def test_the_log_has_each_alert_and_a_crowd_in_one_line(clock: FakeClock) -> None:
    [item] = message(clock).items
    crowd = [replace(item.notice, id=f"n{number}", account=AccountId("b")) for number in range(11)]
    channels = Channels([], {}, clock=clock, links=links())

    with capture_logs() as lines:
        channels.note([item.notice, *crowd])

    assert [(line["account"], line["count"]) for line in lines] == [("amazon-us", 1), ("b", 11)]
    assert [line["conversation_id"] for line in lines] == ["03-abc", None]
