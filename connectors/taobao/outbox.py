"""A reply as a call to TOP, and the search for a reply whose answer was lost. Pure."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape

from connectors.base import Rejected, Reply
from connectors.taobao import chat, refund
from connectors.taobao.chat import ChatMessage
from connectors.taobao.refund import SELLER, RefundMessage
from connectors.taobao.wire import Call

# Our clock and TOP's may differ. Too small a tolerance misses a reply that is there, and a
# buyer gets it twice; too large a one can only meet the very same words sent moments before.
SKEW = timedelta(seconds=60)
LOOK_BACK = timedelta(minutes=15)  # chat is searched by our id: farther than clocks may differ
REMEMBERED = 2000
# TOP may store a message after it has said that it timed out, and show it later still (C23, C24).
VISIBLE_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class RefundTarget:
    refund_id: str
    phase: str


@dataclass(frozen=True, slots=True)
class ChatTarget:
    chat_id: str


def target(thread: str) -> RefundTarget | ChatTarget:
    """Where ``thread`` is answered. Raises ``Rejected`` for a thread that is not Taobao's."""
    match thread.split(":"):
        case ["refund", refund_id, phase] if refund_id:
            return RefundTarget(refund_id, phase)
        case ["chat", *rest] if any(rest):
            return ChatTarget(":".join(rest))
        case _:
            raise Rejected("not a thread of this marketplace")


def delivery(reply: Reply) -> Call:
    """The call that sends ``reply``. Raises ``Rejected`` when its text cannot be sent."""
    if not reply.text.strip():
        raise Rejected("the text is empty")
    place = target(reply.thread)
    if isinstance(place, RefundTarget):
        length = len(reply.text.encode("utf-8", "replace"))
        if length > refund.TEXT_BYTES:
            raise Rejected(
                f"the text has {length} bytes, a refund thread takes {refund.TEXT_BYTES}"
            )
        return refund.add_message(place.refund_id, reply.text)
    if len(reply.text) > chat.TEXT_CHARACTERS:
        raise Rejected(
            f"the text has {len(reply.text)} characters, chat takes {chat.TEXT_CHARACTERS}"
        )
    return chat.send(place.chat_id, reply.text, reply.id)


class Attributions:
    """Which marketplace message belongs to which of our replies, as far as we were told.

    Two replies may say the same in one thread: a message that is known to be
    one of them is no trace of the other. Also when a reply was last attempted.
    """

    def __init__(self) -> None:
        self._replies: OrderedDict[str, str] = OrderedDict()
        self._attempts: OrderedDict[str, datetime] = OrderedDict()

    def attempt(self, reply_id: str, at: datetime) -> None:
        self._attempts[reply_id] = at
        if len(self._attempts) > REMEMBERED:
            self._attempts.popitem(last=False)

    def would_show(self, reply_id: str, since: datetime, now: datetime) -> bool:
        """Whether a reply, first attempted at ``since``, would be listed by now if it arrived."""
        return now >= self._attempts.get(reply_id, since) + VISIBLE_AFTER

    def note(self, message_id: str, reply_id: str) -> None:
        self._replies[message_id] = reply_id
        if len(self._replies) > REMEMBERED:
            self._replies.popitem(last=False)

    def may_be(self, message_id: str, reply_id: str) -> bool:
        return self._replies.get(message_id, reply_id) == reply_id


def in_refund(
    reply: Reply, since: datetime, messages: Iterable[RefundMessage], known: Attributions
) -> bool:
    """Whether ``reply`` is among ``messages``: by the shop, in time, with the same words."""
    others = {one.id for one in reply.earlier}
    return any(
        message.role == SELLER
        and message.id not in others
        and message.written >= since.replace(microsecond=0) - SKEW
        and _same_words(message.text, reply.text)
        and known.may_be(message.id, reply.id)
        for message in messages
    )


def in_chat(
    reply: Reply, since: datetime, messages: Iterable[ChatMessage], known: Attributions
) -> bool:
    """Whether ``reply`` is among ``messages``: by its own id, or by words where no id was kept."""
    others = {one.id for one in reply.earlier}
    return any(
        message.client_id == reply.id
        or (
            not message.by_buyer
            and not message.client_id
            and message.id not in others
            and message.written >= since - SKEW
            and _same_words(message.text, reply.text)
            and known.may_be(message.id, reply.id)
        )
        for message in messages
    )


def _same_words(kept: str, sent: str) -> bool:
    """Equal, but for what back ends do to a text: entities, line ends, emoji turned to "?"."""
    return _squashed(unescape(kept)) == _squashed(sent) or _squashed(kept) == _squashed(sent)


def _squashed(words: str) -> str:
    plain = "".join("?" if ord(sign) > 0xFFFF else sign for sign in words)
    return " ".join(plain.split())
