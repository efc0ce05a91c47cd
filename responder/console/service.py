"""The service itself: health, metrics, accounts, live events, logging in."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from aiohttp import web
from aiohttp_sse import EventSourceResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from responder.console import ahead, bodies, gates, shapes, views
from responder.console.answers import answer, error, read
from responder.console.auth import (
    COOKIE,
    DEVICE,
    Attempt,
    LoggedIn,
    Refused,
    at_least,
    is_at_least,
    log_in,
    may_still,
    only_for_tokens,
    who,
)
from responder.console.live import Ear
from responder.console.services import Services, services
from responder.domain.model import AccountId
from responder.errors import Conflict
from responder.store.accounts import AccountBook, read_account
from responder.store.ahead import forecast
from responder.store.dead_letters import count_dead
from responder.store.events import Event
from responder.store.overview import Overview
from responder.store.tries import REMEMBERED
from responder.store.users import Role

LOOK_AGAIN = 10.0  # seconds


async def healthz(_: web.Request) -> web.Response:
    """Alive."""
    return answer({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """The store answers and the workers tick; 503 with what is missing otherwise."""
    missing = await services(request).ready()
    status = 503 if missing else 200
    return answer({"status": "not ready" if missing else "ok", "missing": missing}, status=status)


async def metrics(request: web.Request) -> web.Response:
    """For Prometheus: open to everybody who reaches the port, or with a token (or a supervisor)."""
    given = services(request)
    if not given.open_metrics:
        await only_for_tokens(request)
    await _measure(given)
    return web.Response(
        body=generate_latest(given.metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )


async def _measure(given: Services) -> None:
    """Bring the gauges up to date."""
    overview = await given.counting.overview()
    now = given.clock.now()
    given.metrics.open.clear()
    given.metrics.oldest.clear()
    for card in given.accounts:
        since = overview.oldest.get(card.id)
        waited = (now - since).total_seconds() if since else 0.0
        given.metrics.oldest.labels(card.id).set(waited)
        for risk in ("none", "at_risk", "critical", "breached"):
            given.metrics.open.labels(card.id, risk).set(overview.by_risk[card.id, risk])
    due = overview.next_due
    given.metrics.next_due.set((due - now).total_seconds() if due else float("inf"))
    due = overview.next_team_due
    given.metrics.next_team_due.set((due - now).total_seconds() if due else float("inf"))
    await _measure_ahead(given, overview)
    for book in await _books(given):
        for entry, count in book.entries.items():
            given.metrics.ledger.labels(book.account, entry).set(count)
        until = book.census.done_until
        given.metrics.compared_until.labels(book.account).set(until.timestamp() if until else 0)
        sides = {"polls": gates.polls(book), "sends": book.sends}
        for side, breaker in sides.items():
            level = gates.LEVELS[breaker.gate(now)]
            given.metrics.gates.labels(book.account, side).set(level)
    given.metrics.dead_letters.set(await count_dead(given.database))


async def _measure_ahead(given: Services, overview: Overview) -> None:
    """The team's own clock, budgets, and what falls due while nobody is there."""
    metrics = given.metrics
    metrics.shift_gap.clear()
    for gap in await forecast(given.database, given.outlooks):
        metrics.shift_gap.labels(gap.account).set(gap.count)
    for card in given.accounts:
        metrics.team_late.labels(card.id).set(overview.team_late[card.id])
    for account, windows in (await ahead.all_budgets(given)).items():
        for one in windows:
            shown = {"in_time": one.tally.in_time, "late": one.tally.late}
            for outcome, count in shown.items():
                metrics.answered.labels(account, f"{one.days}d", outcome).set(count)
            if one.bears is not None and one.owes is not None:
                metrics.budget.labels(account, f"{one.days}d").set(one.bears or -one.owes)


async def _books(given: Services) -> Sequence[AccountBook]:
    return await asyncio.gather(*(read_account(given.database, one.id) for one in given.accounts))


async def list_accounts(request: web.Request) -> web.Response:
    """How each account stands; how late the team is, and may be, is for supervisors."""
    given = services(request)
    books = await _books(given)
    now = given.clock.now()
    overview = await given.counting.overview()
    open_by_account = overview.by_account()
    late = await _late(given, overview) if is_at_least(who(request), Role.SUPERVISOR) else {}
    items = [
        {
            "id": card.id,
            "marketplace": card.marketplace,
            "marketplace_id": card.marketplace_id or None,
            "reachable": book.failures == 0,
            "problem": book.problem or None,
            "failing_since": shapes.iso(book.failing_since),
            "polled_at": shapes.iso(book.polled_at),
            "ok_at": shapes.iso(book.ok_at),
            **book.entries,
            "gap_since": shapes.iso(book.gap_since),
            "caught_up_at": shapes.iso(book.caught_up_at),
            "behind": shapes.catch_up(book.behind, now),
            "compared_until": shapes.iso(book.census.done_until),
            "open": open_by_account.get(card.id, 0),
            **late.get(card.id, {}),
            "breaker": gates.gates(book, now),
            "access": book.access,
        }
        for card, book in zip(given.accounts, books, strict=True)
    ]
    return answer({"items": items, "next": None})


async def _late(given: Services, overview: Overview) -> dict[AccountId, dict[str, Any]]:
    budgets = await ahead.all_budgets(given)
    return {
        card.id: {
            "team_late": overview.team_late[card.id],
            "budget": ahead.budget_shapes(budgets.get(card.id, ())),
        }
        for card in given.accounts
    }


async def reload(request: web.Request) -> web.Response:
    """Read ``sla.toml`` anew in this process; 422 names what is wrong, and nothing changes."""
    at_least(request, Role.ADMIN)
    done = await services(request).reload()
    if done.problems:
        why = "the configuration has mistakes; what held before holds on"
        return error(422, "invalid_configuration", why, problems=list(done.problems))
    return answer({"accounts": list(done.accounts), "needs_restart": done.needs_restart})


async def counts(request: web.Request) -> web.Response:
    """How many conversations each view shows."""
    return answer(await views.counts(request))


async def events(request: web.Request) -> web.StreamResponse:
    """Server-sent events; ``Last-Event-ID`` goes on where a broken connection stopped.

    They end with the right to them: the token or the session is looked at again every 10 s.
    """
    position = request.headers.get("Last-Event-ID") or request.query.get("last_event_id")
    hub = services(request).hub
    try:
        start = await hub.begin(position or None)
    except ValueError:
        raise Conflict("invalid", "that Last-Event-ID is of another store") from None
    stream, ear = EventSourceResponse(), Ear()
    async with stream, asyncio.TaskGroup() as tasks:
        await stream.prepare(request)  # from here on nothing is missed
        looking = tasks.create_task(_end_with_the_right(request, ear))
        with suppress(ConnectionResetError, TimeoutError):
            async for place, event in hub.listen(start, ear):
                await stream.send(_data(event), id=place, event=event.type)
        looking.cancel()
    return stream


async def _end_with_the_right(request: web.Request, ear: Ear) -> None:
    clock = services(request).clock
    await clock.sleep(LOOK_AGAIN)
    while await may_still(request):
        await clock.sleep(LOOK_AGAIN)
    ear.end()


def _data(event: Event) -> str:
    shown = {
        "type": event.type,
        "account": event.account or None,
        "conversation": event.conversation,
        "at": shapes.iso(event.at),
        **event.data,
    }
    return json.dumps(shown, ensure_ascii=False)


async def login(request: web.Request) -> web.Response:
    body = await read(request, bodies.Login)
    attempt = Attempt(name=body.name, password=body.password, code=body.code)
    opened = await log_in(request, attempt)
    if isinstance(opened, Refused):
        return _refused(opened, with_code=bool(body.code))
    response = answer(
        {
            "name": opened.session.name,
            "role": opened.session.role,
            "csrf": opened.session.csrf,
        }
    )
    set_cookies(request, response, opened)
    return response


def _refused(refused: Refused, *, with_code: bool) -> web.Response:
    if refused.pending and not with_code:
        return error(401, "code_needed", "send the code of the second factor too, as `code`")
    wait = int(refused.wait.total_seconds())
    said = f"; wait {wait} s" if wait else ""
    words = f"the name, the password or the code is wrong, or it was tried too often{said}"
    return error(401, "wrong_login", words, wait_seconds=wait)


def set_cookies(request: web.Request, response: web.StreamResponse, opened: LoggedIn) -> None:
    lasting = {COOKIE: (opened.cookie, services(request).session_for)}
    if opened.device:
        lasting[DEVICE] = (opened.device, REMEMBERED)
    for name, (value, lasts) in lasting.items():
        response.set_cookie(
            name,
            value,
            httponly=True,
            samesite="Strict",
            secure=request.secure,
            max_age=int(lasts.total_seconds()),
        )


async def logout(request: web.Request) -> web.Response:
    cookie = request.cookies.get(COOKIE)
    if cookie:
        await services(request).users.close_session(cookie)
    response = answer({"ok": True})
    response.del_cookie(COOKIE)
    return response


async def me(request: web.Request) -> web.Response:
    session = who(request)
    return answer({"name": session.name, "role": session.role})
