"""Alerts over a real local web server, by apprise."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from responder.alerts.channels import Channels, Route, understood
from responder.alerts.words import body, time_left, title
from responder.domain.model import AccountId, ConversationId
from responder.store.notices import Notice
from responder.testing import FakeClock


@dataclass
class Webhook:
    """A server that keeps what it is sent, and answers what it is told to."""

    url: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200


@pytest.fixture
async def webhook() -> AsyncIterator[Webhook]:
    hook = Webhook()

    async def take(request: web.Request) -> web.Response:
        if hook.status == 200:
            hook.told.append(await request.json())
        return web.Response(status=hook.status)

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    hook.url = f"json://127.0.0.1:{port}/hook"
    yield hook
    await runner.cleanup()


def notice(clock: FakeClock, kind: str = "critical", account: str = "amazon-us") -> Notice:
    return Notice(
        id=f"alert-{kind}",
        kind=kind,
        at=clock.now(),
        account=AccountId(account),
        conversation=ConversationId("03-abc"),
        due_at=clock.now() + timedelta(hours=1),
    )


def channels(clock: FakeClock, *urls: str, kinds: str = "critical breached") -> Channels:
    route = Route(urls=urls, kinds=frozenset(kinds.split()), accounts=frozenset({"amazon-us"}))
    return Channels([route], clock=clock, console="http://127.0.0.1:8080")


async def test_a_webhook_gets_time_left_and_a_link_and_no_buyer(
    webhook: Webhook, clock: FakeClock
) -> None:
    failed = await channels(clock, webhook.url).tell(notice(clock))

    assert failed == []
    [told] = webhook.told
    assert told["title"] == "A reply is nearly late (amazon-us)"
    assert "1 h 0 min left" in told["message"]
    assert "http://127.0.0.1:8080/c/03-abc" in told["message"]


async def test_only_what_a_route_wants_is_told(webhook: Webhook, clock: FakeClock) -> None:
    here = channels(clock, webhook.url)

    await here.tell(notice(clock, kind="at_risk"))
    await here.tell(notice(clock, account="amazon-de"))

    assert webhook.told == []


async def test_a_channel_that_took_it_is_not_told_again_while_another_is_retried(
    webhook: Webhook, clock: FakeClock
) -> None:
    dead = "json://127.0.0.1:9/hook"
    here = channels(clock, webhook.url, dead)

    first = await here.tell(notice(clock))
    second = await here.tell(notice(clock))

    assert first == second == ["0.1"]
    assert len(webhook.told) == 1


async def test_a_refusing_channel_is_reported_and_may_recover(
    webhook: Webhook, clock: FakeClock
) -> None:
    here = channels(clock, webhook.url)
    webhook.status = 500

    assert await here.tell(notice(clock)) == ["0.0"]
    webhook.status = 200
    assert await here.tell(notice(clock)) == []
    assert len(webhook.told) == 1


async def test_channels_can_be_tried(webhook: Webhook, clock: FakeClock) -> None:
    answers = await channels(clock, webhook.url, "json://127.0.0.1:9/hook").try_all()

    assert answers == {"alerts.0.urls.0": True, "alerts.0.urls.1": False}


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("json://127.0.0.1/x", True),
        ("dingtalk://token", True),
        ("mailto://user:pass@example.com", True),
        ("nonsense", False),
        ("gopher://x", False),
    ],
)
def test_a_url_that_names_no_channel_is_told_apart(url: str, known: bool) -> None:
    assert understood(url) is known


def test_time_left_is_spoken(clock: FakeClock) -> None:
    now = clock.now()

    assert time_left(now + timedelta(hours=3, minutes=20), now) == "3 h 20 min left"
    assert time_left(now - timedelta(minutes=12), now) == "12 min overdue"


def test_an_alert_about_many_says_so(clock: FakeClock) -> None:
    many = replace(
        notice(clock, "breached"),
        conversation=None,
        due_at=clock.now() - timedelta(hours=2),
        reason="312 conversations of amazon-us are already overdue.",
    )

    assert title(many) == "Replies are late (amazon-us)"
    assert body(many, clock.now(), "http://console").splitlines() == [
        f"The first of them was due {many.due_at:%Y-%m-%d %H:%M} UTC, 2 h 0 min overdue.",
        "312 conversations of amazon-us are already overdue.",
        "http://console",
    ]
    assert "The first of them is due" in body(notice_ahead(many, clock), clock.now(), "")


def notice_ahead(one: Notice, clock: FakeClock) -> Notice:
    return replace(one, due_at=clock.now() + timedelta(hours=1))
