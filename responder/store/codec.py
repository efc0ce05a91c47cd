"""Values of the domain to JSON and back, as the store keeps them."""

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b, sha256
from html import unescape
from typing import Any

from responder.domain.advice import Advice
from responder.domain.census import NOT_BEGUN, Progress
from responder.domain.model import (
    Author,
    Fact,
    Finding,
    Intent,
    Kind,
    Message,
    MessageId,
    Proposal,
    Severity,
)
from responder.domain.reading import Entity, Mood, Observed, Sort, Urgency, Want
from responder.store.times import moment, ms


def dump(value: Any) -> str:
    """As JSON; a dataclass in it by its fields."""
    return _AS_JSON.encode(value)


def _fields(value: Any) -> dict[str, Any]:
    """Not as ``asdict`` does, which copies everything that lies in them."""
    return {one.name: getattr(value, one.name) for one in fields(value)}


_AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_fields)


def known(kind: type[Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    """What ``kind`` has of ``raw``: a field that only a later version knows is passed over.

    Its daemons may share the store, and one may go back to an earlier version.
    """
    return {one.name: raw[one.name] for one in fields(kind) if one.name in raw}


def dump_message(message: Message) -> str:
    """A message without its ``seq``, which is its place in the list."""
    return dump(
        {
            "id": message.id,
            "author": message.author,
            "kind": message.kind,
            "sent_at": ms(message.sent_at),
            "stored_at": ms(message.stored_at),
            "text": message.text,
        }
        | {name: value for name, value in _optional(message).items() if value}
    )


def _optional(message: Message) -> dict[str, Any]:
    return {
        "language": message.language,
        "attachments": [dict(attachment) for attachment in message.attachments],
        "warnings": message.warnings,
        "approved_by": message.approved_by,
    }


def load_message(seq: int, text: str) -> Message:
    raw = json.loads(text)
    return Message(
        id=MessageId(raw["id"]),
        seq=seq,
        author=Author(raw["author"]),
        kind=Kind(raw["kind"]),
        sent_at=moment(raw["sent_at"]),
        stored_at=moment(raw["stored_at"]),
        text=raw["text"],
        language=raw.get("language"),
        attachments=tuple(raw.get("attachments", ())),
        warnings=tuple(raw.get("warnings", ())),
        approved_by=raw.get("approved_by", ""),
    )


def dump_proposal(proposal: Proposal) -> str:
    return dump(proposal)


def load_proposal(text: str) -> Proposal:
    raw = json.loads(text)
    before = raw.pop("note", "")  # of drafts from when advice was one line of English
    advised = raw.get("advice", [{"says": before}] if before else ())
    return Proposal(
        **known(Proposal, raw)
        | {
            "advice": tuple(Advice(**known(Advice, one)) for one in advised),
            "intent": Intent(raw["intent"]),
            "facts": {name: Fact(**known(Fact, fact)) for name, fact in raw["facts"].items()},
            "findings": tuple(
                Finding(**known(Finding, finding) | {"severity": Severity(finding["severity"])})
                for finding in raw["findings"]
            ),
            "options": tuple(raw["options"]),
            "observed": _observed(raw.get("observed", {})),
            "option_sources": tuple(raw.get("option_sources", ())),
        }
    )


def _observed(raw: dict[str, Any]) -> Observed:
    """What was observed in a message; drafts of before have nothing of it."""
    return Observed(
        wants=tuple(Want(**known(Want, one)) for one in raw.get("wants", ())),
        urgency=Urgency(raw.get("urgency", Urgency.NORMAL)),
        mood=Mood(raw.get("mood", Mood.NEUTRAL)),
        signals=tuple(raw.get("signals", ())),
        entities=tuple(
            Entity(**known(Entity, one) | {"sort": Sort(one["sort"])})
            for one in raw.get("entities", ())
        ),
    )


def dump_progress(progress: Progress) -> str:
    told = _fields(progress)
    times = {name: ms(at) for name, at in told.items() if isinstance(at, datetime)}
    return dump({name: value for name, value in (told | times).items() if value})


@lru_cache(maxsize=256)  # an account's is read at each poll, and changes once a census
def load_progress(text: str) -> Progress:
    """How far a census has come; "" is one that was never begun."""
    raw = known(Progress, json.loads(text or "{}"))
    times = {name: moment(raw[name]) for name in raw if name in _MOMENTS}
    return replace(NOT_BEGUN, **raw | times)


_MOMENTS = frozenset({"done_until", "deep_at", "since", "until"})


def preview(text: str, limit: int = 160) -> str:
    """The first words of a message on one line."""
    line = " ".join(text[: limit * 4].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def same_words(text: str) -> str:
    """A digest that survives what mail does to white space, and back ends to signs.

    Some write a sign as an entity, or as "?" where they have none like it. Letters count: two words
    of a script that a back end lacks are not the same.
    """
    words = "".join(unescape("".join(text.split())).split())
    plain = "".join("?" if _may_be_lost(sign) else sign for sign in words)
    return blake2b(plain.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _may_be_lost(sign: str) -> bool:
    """Whether GBK, in which old back ends keep words, has no such sign."""
    if sign.isascii() or sign.isalnum() or "\ud800" <= sign <= "\udfff":
        return False
    return not sign.encode("gbk", "ignore")


def digest(secret: str) -> str:
    """What is stored of a token. It is random and long, so a plain hash suffices."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def stamp(at: datetime) -> str:
    """An ISO moment in UTC, to the millisecond."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
