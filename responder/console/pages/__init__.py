"""The agents' pages: rendered here, kept live by the small scripts in ``static``."""

from typing import Any

from aiohttp import web

from responder.console.pages import ahead, alerts, desk, docs, entrance, static
from responder.console.pages.trouble import explained


def add_to(app: web.Application, description: dict[str, Any]) -> None:
    """Add the pages' routes to ``app``."""
    router = app.router
    router.add_get("/", explained(desk.home))
    router.add_get("/c/{id}", explained(desk.conversation))
    router.add_get("/rows", explained(desk.rows))
    router.add_get("/views", explained(desk.views))
    router.add_get("/ahead", explained(ahead.show))
    router.add_get("/alerts", explained(alerts.board))
    router.add_get("/a/{token}", explained(alerts.ask))
    router.add_post("/a/{token}", explained(alerts.hear))
    router.add_get("/login", entrance.ask)
    router.add_post("/login", explained(entrance.enter))
    router.add_post("/logout", explained(entrance.leave))
    router.add_post("/language", explained(entrance.speak))
    router.add_get("/api/docs", docs.page_for(description))
    router.add_get("/static/{version}/{path:.+}", static.serve)
