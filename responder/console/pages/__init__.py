"""The agents' pages: rendered here, kept live by the small scripts in ``static``."""

from typing import Any

from aiohttp import web

from responder.console.auth import authenticate
from responder.console.pages import (
    ahead,
    alerts,
    attachments,
    desk,
    docs,
    entrance,
    onward,
    outreach,
    people,
    static,
    team,
    templates,
)
from responder.console.pages.trouble import explained, store_is_away, unknown_pages


def add_to(app: web.Application, description: dict[str, Any]) -> None:
    """Add the pages' routes to ``app``, and a page for what is not there or does not answer."""
    app.middlewares.insert(app.middlewares.index(authenticate), store_is_away)
    app.middlewares.append(unknown_pages)  # behind the door: who is not known is asked to log in
    router = app.router
    router.add_get("/", explained(desk.home))
    router.add_get("/c/{id}", explained(desk.conversation))
    router.add_post("/c/{id}/approve", onward.approve)
    router.add_get(r"/c/{id}/attachments/{seq:\d{1,9}}/{place:\d{1,3}}", attachments.picture)
    router.add_get("/rows", explained(desk.rows))
    router.add_get("/views", explained(desk.views))
    router.add_get("/ahead", explained(ahead.show))
    router.add_get("/alerts", explained(alerts.board))
    router.add_get("/a/{token}", explained(alerts.ask))
    router.add_post("/a/{token}", explained(alerts.hear))
    router.add_get("/outreach", explained(outreach.board))
    router.add_get("/templates", explained(templates.templates))
    router.add_get("/team", explained(team.team))
    router.add_get("/people", explained(people.people))
    router.add_get("/me", explained(people.own))
    router.add_get("/start", explained(people.start))
    router.add_get("/invite/{secret}", explained(people.invited))
    router.add_post("/invite/{secret}", explained(people.accept))
    router.add_get("/login", entrance.ask)
    router.add_post("/login", explained(entrance.enter))
    router.add_post("/logout", explained(entrance.leave))
    router.add_post("/language", explained(entrance.speak))
    router.add_get("/api/docs", docs.page_for(description))
    router.add_get("/static/{version}/{path:.+}", static.serve)
