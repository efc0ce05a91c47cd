"""The supervisor's look ahead: what falls due while nobody is there, and the late budgets."""

from aiohttp import web

from responder.console.ahead import all_budgets, by_first_due
from responder.console.auth import at_least
from responder.console.pages.render import page
from responder.console.services import services
from responder.store.ahead import forecast
from responder.store.conversations import read_many
from responder.store.users import Role

NAMED = 5  # conversations of a gap that are named; the others are counted


async def show(request: web.Request) -> web.Response:
    """The page; ``Forbidden`` for agents."""
    at_least(request, Role.SUPERVISOR)
    given = services(request)
    gaps = by_first_due(await forecast(given.database, given.outlooks))
    named = [one for gap in gaps for one in gap.ids[:NAMED]]
    return page(
        request,
        "ahead.html",
        cards={card.id: card for card in given.accounts},
        gaps=gaps,
        named={one.id: one for one in await read_many(given.database, named)},
        shown=NAMED,
        budgets=await all_budgets(given),
    )
