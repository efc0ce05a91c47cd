"""What a thread tells of a case beside its words: tone, photos, offers, and answers to them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from responder.domain.ladder import Answer, Step
from responder.domain.model import Author, Fact, Kind, Message
from responder.drafting import said_words
from responder.drafting.entities import names_order
from responder.drafting.intent import fold
from responder.drafting.measures import gives_measures

LEFT_WAITING = timedelta(days=1)
_SHORT = 60  # characters: a longer message says more than yes or no
_LONG_NUMBER = re.compile(r"(?<![\w-])[A-Za-z]{0,4}\d[\d-]{3,30}(?![\w-])")
_SOURCE = "conversation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a thread tells about an after-sale case."""

    reached: Step | None = None  # by replies whose step was not noted when they were approved
    photos: bool = False
    answer: Answer = Answer.UNCLEAR


def thread_facts(
    messages: Sequence[Message],
    newest: Sequence[Message],
    now: datetime | None,
    *,
    order_is_known: bool = False,
) -> dict[str, Fact]:
    """What a text need not ask for any more, and how to begin: first, follow_up or apology.

    ``thread.order`` and ``thread.measures`` are absent where they must be asked for.
    """
    said = [one.text for one in messages if one.author is Author.BUYER]
    values = {
        "thread.measures": "yes" if any(map(gives_measures, said)) else "",
        "thread.order": "yes" if order_is_known or any(map(names_order, said)) else "",
        "thread.photos": "yes" if has_photos(messages) else "no",
        "thread.tone": _tone(messages, newest, now),
    }
    return {name: Fact(value=value, source=_SOURCE) for name, value in values.items() if value}


def has_photos(messages: Sequence[Message]) -> bool:
    """Whether the buyer sent a picture or a film."""
    return any(
        _is_picture(attachment)
        for message in messages
        if message.author is Author.BUYER
        for attachment in message.attachments
    )


def numbers_said(messages: Sequence[Message]) -> tuple[str, ...]:
    """Order ids and the like that the buyer has named: they may be said back."""
    return tuple(
        match[0]
        for message in messages
        if message.author is Author.BUYER
        for match in _LONG_NUMBER.finditer(message.text)
    )


def told(messages: Sequence[Message], newest: Sequence[Message]) -> Told:
    """What ``messages`` say of a case, ``newest`` being what the buyer wrote since we did."""
    return Told(
        reached=_reached(messages),
        photos=has_photos(messages),
        answer=answer_in("\n".join(message.text for message in newest)),
    )


def step_in(text: str, before: Step | None = None) -> Step | None:
    """The step that a reply's words make, after ``before``; None where they make none."""
    said = fold(text)
    if (
        said_words.KEEP.search(said)
        and said_words.MONEY.search(said)
        and not said_words.RETURN.search(said)
    ):
        second = before is not None and before.place >= Step.SMALL_REFUND.place
        return Step.LARGE_REFUND if second else Step.SMALL_REFUND
    for step, words in (
        (Step.RETURN, said_words.RETURN),
        (Step.REPLACEMENT, said_words.REPLACEMENT),
    ):
        if words.search(said):
            return step
    return Step.PHOTOS if said_words.PHOTOS.search(said) else None


def answer_in(text: str) -> Answer:
    """What a buyer says to an offer; a plain yes is short, a no is heard anywhere."""
    said = said_words.NO_TROUBLE.sub("", fold(text))
    if said_words.NO.search(said):
        return Answer.DECLINED
    if len(said) <= _SHORT and said_words.YES.match(said.lstrip(" ,.!，。！、")):
        return Answer.ACCEPTED
    return Answer.UNCLEAR


def _reached(messages: Sequence[Message]) -> Step | None:
    reached: Step | None = None
    for message in messages:
        ours = (message.author, message.kind) == (Author.SELLER, Kind.CHAT)
        step = step_in(message.text, reached) if ours and not message.approved_by else None
        if step is not None and (reached is None or step.place > reached.place):
            reached = step
    return reached


def _tone(messages: Sequence[Message], newest: Sequence[Message], now: datetime | None) -> str:
    if newest and now is not None and now - newest[0].sent_at >= LEFT_WAITING:
        return "apology"
    first = min((message.seq for message in newest), default=0)
    answered = any(
        (message.author, message.kind) == (Author.SELLER, Kind.CHAT) and message.seq < first
        for message in messages
    )
    return "follow_up" if answered else "first"


def _is_picture(attachment: Mapping[str, str]) -> bool:
    kind = str(attachment.get("content_type", ""))
    name = str(attachment.get("name", "")).lower()
    return kind.startswith(("image/", "video/")) or name.endswith(
        (".jpg", ".jpeg", ".png", ".webp", ".heic", ".gif", ".mp4", ".mov")
    )
