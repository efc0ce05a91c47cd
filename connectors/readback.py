"""Whether a reply whose answer was lost stands in its thread, as the marketplace shows it."""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from html import unescape

from connectors.base import Author, InboundMessage, Reply

# Our clock and the marketplace's may differ. Too small a tolerance misses a reply that is there,
# and a buyer gets it twice; too large a one can only meet the very same words sent moments before.
# TOP answers nobody whose clock is further off.
SKEW = timedelta(minutes=10)
TOLD_LATE = timedelta(days=1)
REMEMBERED = 2000


class Attributions:
    """Which marketplace message belongs to which of our replies, as far as we were told.

    Two replies may say the same in one thread: a message that is known to be
    one of them is no trace of the other.
    """

    def __init__(self) -> None:
        self._replies: OrderedDict[str, str] = OrderedDict()

    def note(self, message_id: str, reply_id: str) -> None:
        self._replies[message_id] = reply_id
        if len(self._replies) > REMEMBERED:
            self._replies.popitem(last=False)

    def may_be(self, message_id: str, reply_id: str) -> bool:
        return self._replies.get(message_id, reply_id) == reply_id


def arrived(
    reply: Reply, since: datetime, thread: Iterable[InboundMessage], known: Attributions
) -> bool:
    """Whether ``reply`` is in ``thread``: by the seller, in time, with the same words.

    Where the marketplace gave an earlier reply no id of its own, that reply could be any
    message with its words: it takes one more of them than those. What was said a day earlier is
    told at another time, or not any more: threads are not kept for ever.
    """
    thread = tuple(thread)
    named = {message.id for message in thread}
    recent = since - TOLD_LATE
    unnamed = [
        one.accepted_at
        for one in reply.earlier
        if one.id not in named and one.accepted_at >= recent
    ]
    start = since.replace(microsecond=0) - SKEW
    first = min([*(at - SKEW for at in unnamed), start])
    others = {one.id for one in reply.earlier}
    alike = [
        message.sent_at
        for message in thread
        if message.author is Author.SELLER
        and message.id not in others
        and message.sent_at >= first
        and same_words(message.text, reply.text)
        and known.may_be(message.id, reply.id)
    ]
    return any(at >= start for at in alike) and len(alike) > len(unnamed)


def same_words(kept: str, sent: str) -> bool:
    """Equal, but for what back ends do to a text: entities, line ends, letters turned to "?"."""
    as_sent = {_squashed(sent), _squashed(_in_gbk(sent))}
    return not as_sent.isdisjoint({_squashed(kept), _squashed(unescape(kept))})


def _in_gbk(words: str) -> str:
    """What is left of ``words`` behind an old back end: many a letter and sign is none of GBK's."""
    return words.encode("gbk", "replace").decode("gbk")


def _squashed(words: str) -> str:
    plain = "".join("?" if ord(sign) > 0xFFFF else sign for sign in words)
    return " ".join(plain.split())
