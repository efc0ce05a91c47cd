"""The agents' pages."""

from typing import Any

from aiohttp import web


def add_to(app: web.Application, description: dict[str, Any]) -> None:
    """Add the pages' routes to ``app``."""
