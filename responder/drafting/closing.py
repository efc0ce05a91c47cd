"""Whether a buyer may need no reply: thanks, agreement, an automatic message. A guess to confirm.

2026-11-22 Whole messages are compared with closed lists (``closing_words``), and every
message since our last reply must fit: a wrong proposal, confirmed in a hurry, is a late reply.
"""

import re
from collections.abc import Sequence

from responder.domain.model import Author, Kind, Message
from responder.drafting.closing_words import AUTOMATIC, AWAY, BESIDE, MAIL_WAITS, OK, THANKS

THANKS_ONLY, AGREES, AUTO_REPLY = "thanks", "ok", "auto_reply"

_LONGEST = 240  # characters of thanks; who writes more says more
_MOST_WORDS = 16  # of a clause that is read as two
_READ = 2_000  # of an automatic message
_BREAKS = re.compile(r"[.,;!。，；！、~～…\n\r()（）\-–—]+|\s{2,}|(?<=[\u3040-\u9fff])\s")
_ADORNS = re.compile(r"[^\w\s'’?？€$£%#@/&+]+")  # emoji, quotes, hearts
_ASKS = re.compile(r"[?？]")
# Where we have asked for something, "ok" is an answer that somebody must act on.
_WE_ASK = re.compile(
    r"[?？吗呢么]|是否|请|麻烦|需要|哪|please|could you|would you|let (us|me) know|bitte|möchten"
    r"|merci de|veuillez|s'il|por favor|per favore|ください|でしょうか",
    re.IGNORECASE,
)


# "Shall we send another one?" "Ok, thanks": somebody must send it.
_WE_OFFER = re.compile(r"[?？吗]|是否|would you|shall we|でしょうか|ですか", re.IGNORECASE)
_YES = re.compile(
    r"(?:ok|okay|yes|yeah|sure|great|perfect|alright|fine|please|ja|alles klar|gern|oui|d'accord"
    r"|sí|si\b|vale|va bene|perfetto|parfait|perfecto|super|好|行|嗯|恩|可以|是|对|要|はい|了解"
    r"|承知|お願い)"
)

_THANKS, _OK, _BESIDE = map(re.compile, (THANKS, OK, BESIDE))
_AUTOMATIC, _AWAY, _MAIL_WAITS = map(re.compile, (AUTOMATIC, AWAY, MAIL_WAITS))


def why_no_reply(talk: Sequence[Message]) -> str:
    """Where no reply may be needed: "thanks", "ok" or "auto_reply"; else "".

    ``talk`` is the thread, oldest first.
    """
    newest, before = _since_we_spoke(talk)
    if not newest or any(one.attachments for one in newest):
        return ""
    if all(_is_automatic(one.text) for one in newest):
        return AUTO_REPLY
    said = [_said(one.text) for one in newest]
    if "" in said:
        return ""
    if THANKS_ONLY in said:
        return "" if _answers_a_question(newest, before) else THANKS_ONLY
    agreed_to_something = before is not None and not _WE_ASK.search(before.text)
    return AGREES if AGREES in said and agreed_to_something else ""


def _answers_a_question(newest: Sequence[Message], before: Message | None) -> bool:
    """Whether "ok, thanks" is a yes to something that we asked."""
    asked = before is not None and _WE_OFFER.search(before.text)
    return bool(asked) and any(_YES.match(one.text.strip().lower()) for one in newest)


def _since_we_spoke(talk: Sequence[Message]) -> tuple[list[Message], Message | None]:
    """The buyer's messages since our last one, and that one."""
    newest: list[Message] = []
    for message in reversed(talk):
        if message.kind is not Kind.CHAT or message.author is Author.PLATFORM:
            continue
        if message.author is Author.SELLER:
            return newest[::-1], message
        newest.append(message)
    return newest[::-1], None


def _said(text: str) -> str:
    """What a whole message says: thanks, ok, something beside; "" where it says more."""
    if len(text) > _LONGEST or _ASKS.search(text):
        return ""
    clauses = _clauses(text)
    found = {_kind(clause) for clause in clauses}
    if "" in found or not clauses:
        return ""
    return next((kind for kind in (THANKS_ONLY, AGREES) if kind in found), "beside")


def _clauses(text: str) -> list[str]:
    parts = (_ADORNS.sub(" ", part) for part in _BREAKS.split(text.replace("’", "'").lower()))
    return [" ".join(part.split()) for part in parts if part.strip()]


def _kind(clause: str) -> str:
    """What a clause says; one without signs may say two things: "thank you bye"."""
    whole = _simple(clause)
    if whole:
        return whole
    words = clause.split(" ")
    for place in range(1, min(len(words), _MOST_WORDS)):
        kinds = {_simple(" ".join(words[:place])), _simple(" ".join(words[place:]))}
        if "" not in kinds:
            return next((kind for kind in (THANKS_ONLY, AGREES) if kind in kinds), "beside")
    return ""


def _simple(clause: str) -> str:
    if _THANKS.fullmatch(clause):
        return THANKS_ONLY
    if _OK.fullmatch(clause):
        return AGREES
    return "beside" if _BESIDE.fullmatch(clause) else ""


def _is_automatic(text: str) -> bool:
    """Whether a mailbox wrote it."""
    told = " ".join(text[:_READ].lower().split())
    if _AUTOMATIC.match(told):
        return True
    return bool(_AWAY.search(told) and _MAIL_WAITS.search(told))
