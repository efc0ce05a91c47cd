"""The supervisor's look ahead: what falls due while nobody is there, and the late budgets."""

from aiohttp import web

from responder.console.ahead import all_budgets, by_first_due
from responder.console.auth import at_least
from responder.console.pages.render import page
from responder.console.services import services
from responder.store.ahead import forecast
from responder.store.users import Role


async def show(request: web.Request) -> web.Response:
    """The page; ``Forbidden`` for agents."""
    at_least(request, Role.SUPERVISOR)
    given = services(request)
    return page(
        request,
        "ahead.html",
        cards={card.id: card for card in given.accounts},
        gaps=by_first_due(await forecast(given.database, given.outlooks)),
        budgets=await all_budgets(given),
    )
