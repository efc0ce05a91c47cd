"""What the API answers: plain JSON shapes of the store's values."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from connectors.files import FileLimits
from responder.domain.backlog import CatchUp
from responder.domain.model import Draft, Finding, Kind, Message, ReplyFile
from responder.store.conversations import Asked, Conversation
from responder.store.outbox import Outgoing


def iso(at: datetime | None) -> str | None:
    """UTC with milliseconds and a Z; null stays null."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def catch_up(behind: CatchUp | None, now: datetime) -> dict[str, Any] | None:
    """How far a backlog is read; null where there is none."""
    if behind is None:
        return None
    share = behind.share(now)
    return {
        "since": iso(behind.since),
        "seen": behind.seen,
        "reached": iso(behind.reached),
        "share": None if share is None else round(share, 3),
    }


def item(one: Conversation) -> dict[str, Any]:
    """A row of a list."""
    return {
        "id": one.id,
        "account": one.account,
        "marketplace": one.marketplace,
        "buyer": one.buyer,
        "order_ids": list(one.order_ids),
        "subject": one.subject,
        "preview": one.preview,
        "language": one.language,
        "intent": one.intent,
        "case": one.case,
        "state": one.state,
        "waiting_since": iso(one.waiting_since),
        "due_at": iso(one.due_at),
        "team_due_at": iso(one.team_due_at),
        "risk": one.risk,
        "assignee": one.assignee or None,
        "holder": one.holder or None,
        "tags": list(one.tags),
        "flag": one.flag or None,
        "escalated": one.escalated or None,
        "snoozed_until": iso(one.snoozed_until),
        "problem": one.problem or None,
        "second_yes": _asked_card(one.asked),
        "draft": _draft_card(one.draft),
        "no_reply_proposed": (one.draft.proposal.no_reply or None) if one.draft else None,
        "updated_at": iso(one.updated_at),
    }


def _asked_card(asked: Asked | None) -> dict[str, Any] | None:
    if asked is None:
        return None
    return {"id": asked.id, "by": asked.by, "why": asked.why, "at": iso(asked.at)}


def _earlier(one: Conversation) -> dict[str, Any]:
    """Another conversation of the same buyer, in a line."""
    return {
        "id": one.id,
        "state": one.state,
        "subject": one.subject,
        "preview": one.preview,
        "intent": one.intent,
        "order_ids": list(one.order_ids),
        "updated_at": iso(one.updated_at),
    }


def _draft_card(draft: Draft | None) -> dict[str, Any] | None:
    if draft is None:
        return None
    return {
        "version": draft.version,
        "source": draft.proposal.source,
        "confidence": draft.proposal.confidence,
        "findings": [finding(one) for one in draft.proposal.findings],
    }


def finding(one: Finding) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "severity": one.severity,
        "start": one.start,
        "end": one.end,
        "message": one.message,
        "suggestion": one.suggestion,
    }


def whole(
    one: Conversation,
    messages: Sequence[Message],
    reply: Outgoing | None,
    others: Sequence[Conversation] = (),
) -> dict[str, Any]:
    """Everything about one conversation."""
    notes = [message for message in messages if message.kind is Kind.NOTE]
    return item(one) | {
        "messages": [message_shape(each) for each in messages if each.kind is not Kind.NOTE],
        "notes": [
            {"at": iso(note.sent_at), "by": note.approved_by, "text": note.text} for note in notes
        ],
        "newest": one.newest,
        "draft": _draft(one.draft),
        "held": one.held or one.lapsed or None,
        "asked_text": one.asked.text if one.asked else None,
        "asked_files": [file(each) for each in one.asked.files] if one.asked else [],
        "files": [file(each) for each in one.files],
        "ladder": _ladder(one),
        "reply": _reply(reply),
        "order": dict(one.order) or None,
        "history": [_earlier(other) for other in others],
        "holder_until": iso(one.holder_until),
    }


def _ladder(one: Conversation) -> dict[str, Any] | None:
    """Where an after-sale case stands: the last step that was sent, and what the draft makes."""
    drafted = dict(one.draft.proposal.ladder) if one.draft else {}
    if not drafted and not one.ladder_step:
        return None
    return drafted | {"made": one.ladder_step.partition(" ")[0] or None}


def message_shape(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "seq": message.seq,
        "author": message.author,
        "kind": message.kind,
        "sent_at": iso(message.sent_at),
        "stored_at": iso(message.stored_at),
        "text": message.text,
        "language": message.language,
        "attachments": [
            {name: value for name, value in one.items() if name != "ref"}
            for one in message.attachments
        ],
        "warnings": list(message.warnings),
        "approved_by": message.approved_by or None,
    }


def _draft(draft: Draft | None) -> dict[str, Any] | None:
    card = _draft_card(draft)
    if draft is None or card is None:
        return None
    proposal = draft.proposal
    return card | {
        "text": proposal.text,
        "language": proposal.language,
        "language_guessed": proposal.language_guessed,
        "facts": {
            name: {"value": fact.value, "source": fact.source}
            for name, fact in proposal.facts.items()
        },
        "options": list(proposal.options),
        "option_sources": list(proposal.option_sources),
        "template_version": proposal.template_version or None,
        "step": proposal.step or None,
        "note": proposal.note,
        "made_at": iso(draft.made_at),
        "observed": asdict(proposal.observed),
    }


def _reply(reply: Outgoing | None) -> Mapping[str, Any] | None:
    if reply is None:
        return None
    return {
        "id": reply.id,
        "text": reply.text,
        "by": reply.by,
        "state": reply.state,
        "approved_at": iso(reply.approved_at),
        "attempts": reply.attempts,
        "files": [file(each) for each in reply.files],
    }


def file(one: ReplyFile) -> dict[str, Any]:
    """A file that goes out with a reply."""
    return asdict(one)


def file_limits(limits: FileLimits | None) -> dict[str, Any] | None:
    """What files a reply may carry; null where the marketplace takes none."""
    if limits is None:
        return None
    return {
        "count": limits.count,
        "total": limits.total,
        "types": sorted(limits.types),
        "endings": list(limits.endings),
    }
