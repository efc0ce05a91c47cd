"""Who is here, and what each works on next."""

from collections.abc import Mapping

from aiohttp import web

from responder.console import bodies, shapes
from responder.console.answers import answer, read
from responder.console.auth import at_least, who
from responder.console.services import conversation_of, services
from responder.domain.model import ConversationId, State
from responder.domain.routing import Skills, Work
from responder.errors import Conflict
from responder.store import remarks
from responder.store.conversations import Conversation
from responder.store.listing import listing
from responder.store.presence import Seat
from responder.store.users import Role

OFFERED = 20  # conversations that are tried before the next look
LEAST_REASON = 3


async def presence(request: web.Request) -> web.Response:
    """A page tells that somebody is in front of it; the answer says who else is here."""
    body = await read(request, bodies.Presence)
    seats = services(request).presence
    if body.gone:
        await seats.leave(who(request).name)
    else:
        looking = ConversationId(body.looking) if body.looking else None
        await seats.look(who(request).name, looking)
    here = await seats.here()
    items = [{"name": seat.name, "looking": seat.looking} for seat in here.values()]
    return answer({"items": items, "next": None})


async def next_up(request: web.Request) -> web.Response:
    """Claim the most urgent conversation that nobody is in; ``id`` is null where there is none.

    ``skip`` passes one on: it is not offered again for some hours. In guided mode that needs a
    reason (409 ``reason_needed``), which stays with it as a note.
    """
    agent = at_least(request, Role.TRAINEE).name
    body = await read(request, bodies.Next)
    given = services(request)
    if body.skip:
        await _pass_on(request, ConversationId(body.skip), body.reason.strip())
    user = await given.users.get(agent)
    seats, skipped = await given.presence.here(), await given.presence.passed_on(agent)
    offer = _Offer(
        agent, user.skills if user else Skills(), seats, skipped | ({body.skip} - {None})
    )
    now = given.clock.now()
    found = await listing(
        given.database,
        {State.WAITING},
        limit=OFFERED,
        keep=lambda one: offer.fits(one) and not one.is_snoozed(now),
    )
    for one in found.items:
        try:
            lease = await given.desk.claim(one.id, agent)
        except Conflict:  # somebody was quicker
            continue
        return answer(
            {"id": one.id, "token": lease.token, "expires_at": shapes.iso(lease.expires_at)}
        )
    return answer({"id": None, "token": None, "expires_at": None})


class _Offer:
    """What one agent may be offered."""

    def __init__(
        self,
        agent: str,
        skills: Skills,
        seats: Mapping[str, Seat],
        skipped: frozenset[str | None],
    ) -> None:
        self._agent = agent
        self._skills = skills
        self._skipped = skipped
        self._here = seats.keys() - {agent}
        self._seen = {seat.looking for seat in seats.values() if seat.name != agent}

    def fits(self, one: Conversation) -> bool:
        """Whether nobody else is in it, it is not a colleague's who is here, and it fits."""
        work = Work(account=one.account, language=one.language, intent=one.intent)
        return (
            one.holder in {"", self._agent}
            and one.assignee not in self._here
            and one.id not in self._seen
            and one.id not in self._skipped
            and (one.assignee == self._agent or self._skills.fit(work))
        )


async def _pass_on(request: web.Request, one: ConversationId, reason: str) -> None:
    agent, given = who(request).name, services(request)
    if given.guided and len(reason) < LEAST_REASON:
        raise Conflict("reason_needed", "say why you pass it on; a colleague will read it")
    if reason:
        await remarks.note(given.database, one, agent, reason)
    await given.presence.pass_on(agent, one)


async def take_over(request: web.Request) -> web.Response:
    """Work on a conversation whoever had it; it is the supervisor's then."""
    agent = at_least(request, Role.SUPERVISOR).name
    one = conversation_of(request)
    lease = await services(request).desk.take_over(one, agent)
    await remarks.annotate(services(request).database, one, agent, "assigned", {"assignee": agent})
    return answer({"token": lease.token, "expires_at": shapes.iso(lease.expires_at)})
