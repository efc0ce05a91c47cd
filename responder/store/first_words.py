"""First words on their way: written down before they leave, and never said twice."""

from dataclasses import dataclass, replace
from datetime import datetime

from responder.domain.model import AccountId, Author, ConversationId, Kind, Message, MessageId
from responder.store.codec import dump_message, same_words
from responder.store.database import Database
from responder.store.queue import Claim
from responder.store.times import ms

ON_THEIR_WAY = "it is not known yet whether they arrived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """First words that are written down, and the only ones while the buyer waits."""

    conversation: ConversationId
    account: AccountId
    message: Message

    @property
    def id(self) -> str:
        return self.message.id


def first_words_id(conversation: ConversationId, now: datetime) -> str:
    """Theirs for ever: nothing is said twice to a buyer in the same millisecond."""
    return f"{conversation}.first.{ms(now)}"


async def speak_first(
    database: Database, claim: Claim, account: AccountId, since: datetime, text: str
) -> Spoken | None:
    """Write down that ``text`` is about to leave to who waits since ``since``.

    None where it must not (any more).
    """
    partition, conversation = claim.partition, ConversationId(claim.item)
    keys, now = partition.conversation(conversation), database.clock.now()
    name = first_words_id(conversation, now)
    message = Message(
        id=MessageId(name),
        seq=0,
        author=Author.SELLER,
        kind=Kind.NOTICE,  # no answer: neither the clock nor a draft takes it for one
        sent_at=now,
        stored_at=now,
        text=text,
        warnings=(ON_THEIR_WAY,),
    )
    seq = await database.scripts.run(
        "speak_first",
        (keys.conversation, keys.messages, partition.events, *partition.queue("greet")),
        (
            conversation,
            ms(now),
            claim.token,
            ms(since),
            same_words(text),
            name,
            dump_message(message),
        ),
    )
    if not seq:
        return None
    written = replace(message, seq=int(seq))
    return Spoken(conversation=conversation, account=account, message=written)


async def are_written(database: Database, spoken: Spoken) -> bool:
    """Whether they still are: a store that loses its last second may have forgotten them."""
    partition = database.partitions.of_conversation(spoken.conversation)
    key = partition.conversation(spoken.conversation).conversation
    return await database.field(key, "greeted") == str(ms(spoken.message.sent_at))


async def spoke_first(
    database: Database, spoken: Spoken, *, receipt: str = "", doubt: str = "", unsent: bool = False
) -> bool:
    """Write down what became of them: a ``receipt``, or why there is ``doubt``.

    ``unsent``: they surely did not leave. False where the conversation is another by now.
    """
    partition = database.partitions.of_conversation(spoken.conversation)
    keys = partition.conversation(spoken.conversation)
    message = replace(spoken.message, warnings=(doubt,) if doubt else ())
    answer = await database.scripts.run(
        "spoke_first",
        (keys.conversation, keys.messages, partition.seen(spoken.account), partition.events),
        (
            spoken.conversation,
            ms(database.clock.now()),
            spoken.message.seq,
            dump_message(message),
            spoken.id,
            receipt,
            "1" if unsent else "0",
        ),
    )
    return bool(answer)
