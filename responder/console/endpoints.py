"""Every address of the API, once: the routes and the OpenAPI description both come from here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from responder.console import (
    ahead,
    alerts,
    bodies,
    conversations,
    drafts,
    learning,
    letters,
    people,
    second_yes,
    service,
    tries,
    turns,
)
from responder.console.translations import translate

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


def _do(
    name: str,
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    summary: str,
    body: type[bodies.Body] | None,
    status: int = 200,
) -> Endpoint:
    """Something that is not about one conversation."""
    return Endpoint(
        method="POST",
        path=f"{PREFIX}/{name}",
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
        "confirm",
        second_yes.confirm,
        "Say yes to what a colleague prepared; above the cap a supervisor does",
        bodies.Confirm,
        202,
    ),
    _act("decline", second_yes.decline, "Say no to it, and why", bodies.Decline),
    _act(
        "undo",
        conversations.undo,
        "Take an approval back in time: one's own, or as a supervisor any",
        None,
    ),
    _act("check", conversations.check_text, "What the rules say to a text", bodies.Check),
    Endpoint(
        method="POST",
        path=f"{PREFIX}/conversations/{{id}}/translate",
        handler=translate,
        summary="A message or text in another language; null where it is in it already",
        body=bodies.Translate,
        errors=(400, 404, 409, 503),
    ),
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
    _act("take-over", turns.take_over, "Work on it whoever had it; needs a supervisor", None),
    _do("next", turns.next_up, "Claim the most urgent one that nobody is in", bodies.Next),
    _do("presence", turns.presence, "Tell that one is here, and learn who is", bodies.Presence),
    Endpoint(
        method="GET",
        path=f"{PREFIX}/people",
        handler=people.list_people,
        summary="Everybody, with roles, skills and who is here; needs a supervisor",
        errors=(403,),
    ),
    _do("people", people.change_person, "Change a role and skills; needs an admin", bodies.Skilled),
    _do("people/remove", people.remove_person, "Take somebody out; an admin", bodies.Person),
    _do("people/reset-code", people.reset_code, "Take a lost second factor off", bodies.Person),
    _do("invitations", people.invite, "A link that makes a user, once", bodies.Invite, 201),
    _do("me/password", people.change_password, "Change one's own password", bodies.NewPassword),
    _do("me/code", people.offer_code, "A secret for an app that makes codes", None),
    _do("me/code/confirm", people.confirm_code, "Ask for codes from now on", bodies.NewCode),
    _do("me/code/remove", people.drop_code, "Do without codes again", bodies.OldCode),
    _do("accounts/try", tries.try_account, "Try a shop before it is configured", bodies.TryAccount),
    Endpoint(
        method="POST",
        path=f"{PREFIX}/conversations/{{id}}/make-template",
        handler=learning.make_template,
        summary="Make what was answered a template; needs a supervisor",
        body=bodies.MakeTemplate,
        status=201,
        errors=(400, 403, 404, 409, 422),
    ),
    Endpoint(
        method="GET",
        path=f"{PREFIX}/learning/edits",
        handler=learning.list_edits,
        summary="How drafts are changed before they are approved, most changed first",
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
        path=f"{PREFIX}/templates",
        handler=drafts.list_templates,
        summary="The templates that drafts are made of",
        query=drafts.FILTERS,
        errors=(400,),
    ),
    Endpoint(
        method="GET",
        path=f"{PREFIX}/templates/variables",
        handler=drafts.list_variables,
        summary="What a template may name, with samples",
    ),
    Endpoint(
        method="POST",
        path=f"{PREFIX}/templates/preview",
        handler=drafts.preview_template,
        summary="How a template would read; nothing is saved",
        body=bodies.Preview,
        errors=(400,),
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
