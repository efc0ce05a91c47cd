"""Every address of the API, once: the routes and the OpenAPI description both come from here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from responder.console import ahead, alerts, bodies, conversations, letters, service

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One method of one address."""

    method: str
    path: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    summary: str
    body: type[bodies.Body] | None = None
    status: int = 200
    errors: tuple[int, ...] = ()
    query: tuple[str, ...] = ()
    answers: str = "object"  # the schema of the answer, by name
    public: bool = False


def _act(
    name: str,
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    summary: str,
    body: type[bodies.Body] | None,
    status: int = 200,
) -> Endpoint:
    """Something an agent does to one conversation."""
    return Endpoint(
        method="POST",
        path=f"{PREFIX}/conversations/{{id}}/{name}",
        handler=handler,
        summary=summary,
        body=body,
        status=status,
        errors=(400, 403, 404, 409),
    )


_LIST = (
    "view",
    "account",
    "marketplace",
    "assignee",
    "intent",
    "language",
    "tag",
    "q",
    "limit",
    "cursor",
)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path=f"{PREFIX}/conversations",
        handler=conversations.list_conversations,
        summary="Conversations of a view, earliest deadline first",
        query=_LIST,
        errors=(400,),
        answers="ConversationPage",
    ),
    Endpoint(
        method="GET",
        path=f"{PREFIX}/conversations/{{id}}",
        handler=conversations.get_conversation,
        summary="One conversation with its thread, draft, order and notes",
        errors=(404,),
        answers="Conversation",
    ),
    _act("claim", conversations.claim, "Work on it alone; 409 names who has it", None),
    _act("heartbeat", conversations.heartbeat, "Keep the claim", bodies.TokenOnly),
    _act("release", conversations.release, "Give the claim back", bodies.TokenOnly),
    Endpoint(
        method="POST",
        path=f"{PREFIX}/conversations/{{id}}/approve",
        handler=conversations.approve,
        summary="Send the draft, or an edited text, once the undo window is over",
        body=bodies.Approve,
        status=202,
        errors=(400, 403, 404, 409, 422),
        answers="Approved",
    ),
    _act(
        "undo",
        conversations.undo,
        "Take an approval back in time: one's own, or as a supervisor any",
        None,
    ),
    _act("check", conversations.check_text, "What the rules say to a text", bodies.Check),
    _act("reject", conversations.reject, "Throw the draft away", bodies.Reject),
    _act("redraft", conversations.redraft, "Ask for another draft", bodies.Redraft, 202),
    _act(
        "no-reply-needed",
        conversations.no_reply_needed,
        "Stop the clock: no answer is owed",
        bodies.NoReplyNeeded,
    ),
    _act(
        "snooze",
        conversations.snooze,
        "Out of sight until a moment before the deadline",
        bodies.Snooze,
    ),
    _act("assign", conversations.assign, "Give it to a colleague", bodies.Assign),
    _act("note", conversations.note, "Leave a note for colleagues", bodies.Note, 201),
    _act("tags", conversations.tags, "Add and remove tags, set the flag", bodies.Tags),
    _act("escalate", conversations.escalate, "Ask a supervisor to decide", bodies.Escalate),
    _act(
        "resolve-uncertain",
        conversations.resolve_uncertain,
        "Say what became of an uncertain reply",
        bodies.ResolveUncertain,
    ),
    Endpoint(
        method="GET",
        path=f"{PREFIX}/counts",
        handler=service.counts,
        summary="How many conversations each view shows",
    ),
    Endpoint(
        method="GET",
        path=f"{PREFIX}/accounts",
        handler=service.list_accounts,
        summary="Accounts with their last polls",
        answers="AccountPage",
    ),
    Endpoint(
        method="GET",
        path=f"{PREFIX}/forecast",
        handler=ahead.get_forecast,
        summary="What falls due before somebody is back, by account",
        answers="GapPage",
    ),
    Endpoint(
        method="POST",
        path=f"{PREFIX}/reload",
        handler=service.reload,
        summary="Read sla.toml anew and re-plan what is open; needs an admin",
        errors=(403, 422),
    ),
    Endpoint(
        method="GET",
        path=f"{PREFIX}/alerts",
        handler=alerts.list_alerts,
        summary="Alerts that were told and are not over, by channel",
    ),
    Endpoint(
        method="POST",
        path=f"{PREFIX}/alerts/{{id}}/acknowledge",
        handler=alerts.acknowledge_alert,
        summary="I see to it: nobody else is called for want of an answer",
        errors=(403, 404),
    ),
    Endpoint(
        method="GET",
        path=f"{PREFIX}/dead-letters",
        handler=letters.list_letters,
        summary="What could not be handled and waits for a person",
        query=("kind", "account"),
        errors=(400,),
    ),
    Endpoint(
        method="POST",
        path=f"{PREFIX}/dead-letters/replay",
        handler=letters.replay_letters,
        summary="Give dead letters another chance; needs a supervisor",
        body=bodies.Letters,
        errors=(400, 403, 404),
    ),
    Endpoint(
        method="POST",
        path=f"{PREFIX}/dead-letters/drop",
        handler=letters.drop_letters,
        summary="Forget dead letters that were seen to; needs a supervisor",
        body=bodies.Letters,
        errors=(400, 403, 404),
    ),
    Endpoint(
        method="GET",
        path=f"{PREFIX}/events",
        handler=service.events,
        summary="Live events (SSE); resumable with Last-Event-ID",
        query=("last_event_id",),
        errors=(400,),
        answers="stream",
    ),
    Endpoint(method="GET", path=f"{PREFIX}/me", handler=service.me, summary="Who I am"),
    Endpoint(
        method="POST",
        path=f"{PREFIX}/login",
        handler=service.login,
        body=bodies.Login,
        summary="Open a console session",
        errors=(400, 401),
        public=True,
    ),
    Endpoint(
        method="POST",
        path=f"{PREFIX}/logout",
        handler=service.logout,
        summary="Close the console session",
    ),
    Endpoint(method="GET", path="/healthz", handler=service.healthz, summary="Alive", public=True),
    Endpoint(
        method="GET",
        path="/readyz",
        handler=service.readyz,
        errors=(503,),
        public=True,
        summary="The store answers and the workers tick",
    ),
    Endpoint(
        method="GET",
        path="/metrics",
        handler=service.metrics,
        answers="text",
        public=True,
        summary="Figures for Prometheus",
    ),
)
