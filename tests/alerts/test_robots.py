"""Alerts over real local servers, each in the form that its chat service publishes."""

import asyncio
from typing import Any

import pytest
import requests
from aiohttp import web
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram

from responder.alerts import robots
from responder.alerts.channels import Handed, Outcome
from responder.domain.model import AccountId
from responder.store.notices import Notice
from responder.store.told import Item
from responder.testing import FakeClock
from tests.alerts import desks
from tests.alerts.alert import SECRET, is_the_alert, links, message, tell
from tests.alerts.desks import Desk, serving


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


async def test_an_answer_that_comes_in_pieces_is_read_to_its_end(clock: FakeClock) -> None:
    """Taken for a refusal, the alert would be told again and again."""

    async def in_pieces(desk: Desk, request: web.Request, body: bytes) -> web.StreamResponse:
        whole = await desks.dingtalk(desk, request, body)
        assert isinstance(whole.body, bytes)
        answer = web.StreamResponse()
        await answer.prepare(request)
        for piece in (whole.body[:10], whole.body[10:]):
            await answer.write(piece)
            await asyncio.sleep(0.05)
        return answer

    async with serving(in_pieces, SECRET) as desk:
        url = f"dingtalk://{SECRET}@tok3n?endpoint={desk.root}/robot/send"

        assert (await tell(url, clock)).handed is Handed.TAKEN

        assert len(desk.took) == 1


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


async def test_a_crowd_is_cut_to_what_the_service_takes_and_keeps_the_link(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused for its length, it would be refused for ever, and longer with each that joins it."""
    refused = [
        Item(id=f"n{number}", arrived=clock.now(), notice=Notice(
            id=f"n{number}", kind="send_refused", at=clock.now(), account=AccountId("amazon-us"),
            reason="the marketplace refused it: 这封邮件被拒绝了",
        ))
        for number in range(100)
    ]  # fmt: skip
    async with serving(desks.telegram) as desk:
        monkeypatch.setattr(NotifyTelegram, "notify_url", f"{desk.root}/bot")

        outcome = await tell(
            "tgram://123456789:abcdefg_hijklmnop/12315544/", clock, items=tuple(refused)
        )

    assert outcome.handed is Handed.TAKEN
    assert desk.took[0]["text"].endswith(f"/a/{links().token('night-1f')}")


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
