"""A reply as a call to TOP, and the search for a reply whose answer was lost. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.base import Rejected, Reply
from connectors.files import FileLimits
from connectors.limits import refuse_files
from connectors.readback import SKEW, Attributions, same_words
from connectors.taobao import chat, exchange, refund
from connectors.taobao.chat import ChatMessage
from connectors.taobao.refund import SELLER, RefundMessage
from connectors.top.wire import Call

LOOK_BACK = timedelta(minutes=15)  # chat is searched by our id: farther than clocks may differ


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


def file_limits(thread: str) -> FileLimits | None:
    """One picture in a refund's thread; none in an exchange's, where TOP does not say in which form
    it wants them, and none in chat, which is our own extension.
    """
    place = target(thread)
    in_refund = isinstance(place, RefundTarget) and place.phase != refund.EXCHANGE
    return refund.FILES if in_refund else None


def delivery(reply: Reply) -> Call:
    """The call that sends ``reply``. Raises ``Rejected`` when its text cannot be sent."""
    if not reply.text.strip():
        raise Rejected("the text is empty")
    refuse_files(reply, file_limits(reply.thread))
    place = target(reply.thread)
    if isinstance(place, RefundTarget):
        length = len(reply.text.encode("utf-8", "replace"))
        if length > refund.TEXT_BYTES:
            raise Rejected(
                f"the text has {length} bytes, a refund thread takes {refund.TEXT_BYTES}"
            )
        picture = reply.files[0].content if reply.files else refund.PIXEL
        return exchange.add_message(place.refund_id, place.phase, reply.text, picture)
    if len(reply.text) > chat.TEXT_CHARACTERS:
        raise Rejected(
            f"the text has {len(reply.text)} characters, chat takes {chat.TEXT_CHARACTERS}"
        )
    return chat.send(place.chat_id, reply.text, reply.id)


def in_refund(
    reply: Reply, since: datetime, messages: Iterable[RefundMessage], known: Attributions
) -> bool:
    """Whether ``reply`` is among ``messages``: by the shop, in time, with the same words."""
    others = {one.id for one in reply.earlier}
    return any(
        message.role == SELLER
        and message.id not in others
        and message.written >= since.replace(microsecond=0) - SKEW
        and same_words(message.text, reply.text)
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
            and same_words(message.text, reply.text)
            and known.may_be(message.id, reply.id)
        )
        for message in messages
    )
