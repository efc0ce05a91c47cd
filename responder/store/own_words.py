"""What we said unasked in a thread of the inbox, known again when it is read back.

Taken for an answer, it would stop the clock of whatever the buyer has asked. It is written down in
the same step as the attempt, so before any page of the inbox can hold it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from html import unescape
from typing import Final

from responder.domain.model import AccountId, Author, Kind, Message
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.times import moment

CLOCKS_APART: Final = timedelta(minutes=2)  # ours and the marketplace's
LONGEST_WAY: Final = timedelta(days=1)  # after the attempt: then the same words are somebody's own


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWords:
    """Words that leave now, or, with a ``message``, what they have become."""

    account: AccountId
    text: str
    message: str = ""


def own_keys(partition: Partition, own: OwnWords) -> tuple[str, str]:
    """Where it is written down by its words, and by the id of its message."""
    return (
        partition.own_words(_digest(own.account, own.text)),
        partition.own_message(own.account, own.message),
    )


async def known_again(
    database: Database, account: AccountId, messages: Sequence[Message]
) -> list[Message]:
    """The same messages, those of our own as notices: no answer to anybody."""
    found = list(messages)
    partition = database.partitions.of_account(account)
    asked = {
        place: own_keys(partition, OwnWords(account=account, text=message.text, message=message.id))
        for place, message in enumerate(messages)
        if message.author is Author.SELLER and message.kind is Kind.CHAT
    }
    if not asked:
        return found
    times = await database.redis.mget([key for keys in asked.values() for key in keys])
    for place, by_words, by_id in zip(asked, times[::2], times[1::2], strict=True):
        if by_id or (by_words and _fits(str(by_words), found[place].sent_at)):
            found[place] = replace(found[place], kind=Kind.NOTICE)
    return found


def _fits(written: str, sent_at: datetime) -> bool:
    """Whoever says the same words by hand meanwhile has not stopped a clock: that alarms, once."""
    left_at = moment(written.rpartition(" ")[2])
    return left_at - CLOCKS_APART <= sent_at <= left_at + LONGEST_WAY


def _digest(account: AccountId, text: str) -> str:
    """Survives what back ends do to words: entities, line ends, signs that they do not know."""
    plain = "".join("?" if ord(sign) > 0xFFFF else sign for sign in unescape(text))
    words = "\0".join((account, "".join(plain.split())))
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
