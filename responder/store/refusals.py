"""What the scripts refuse, as errors that say why."""

from collections.abc import Sequence

from responder.domain.model import ConversationId
from responder.errors import Conflict, Unknown
from responder.store.database import Database
from responder.store.keys import Partition

REASONS = {
    "held": "somebody else has this conversation",
    "not_claimed": "the claim on this conversation is not held (any more)",
    "wrong_state": "this is not possible while the conversation is {0}",
    "stale_draft": "there is another version of the draft by now: {0}",
    "newer_message": "a newer message has come that the draft has not seen",
    "stale_ask": "what was asked has changed; look at the conversation again",
    "file_gone": "a file is not there (any more), or lies in another conversation: attach it again",
    "too_many_files": "no more than {0} files wait here: remove one first",
    "too_many_tags": "a conversation has at most {0} tags: remove one first",
    "files_too_large": "together with those that wait here it is too large: remove one first",
    "no_room": "too many files wait to be sent: try again when some have left",
    "gone": "that reply is settled already",
    "not_yours": "{0} approved this: ask them, a supervisor or an admin to take it back",
}


def partition_of(database: Database, conversation: ConversationId) -> Partition:
    """Where a conversation lies. ``Unknown`` for an id that names no place."""
    try:
        return database.partitions.of_conversation(conversation)
    except KeyError:
        raise Unknown(f"no conversation {conversation!r}") from None


def settle(conversation: ConversationId, answer: Sequence[str]) -> None:
    """Raise what a script refused with; ("ok", …) passes."""
    code, *rest = answer
    match code:
        case "ok":
            return
        case "unknown":
            raise Unknown(f"no conversation {conversation!r}")
        case "held":
            raise Conflict("already_claimed", REASONS[code], holder=rest[0])
        case "not_claimed":
            holder = {"holder": rest[0]} if rest and rest[0] else {}
            raise Conflict(code, REASONS[code], **holder)
        case _:
            raise conflict(code, *rest)


def conflict(code: str, *now: str) -> Conflict:
    """A refusal in words; ``now`` is how things stand instead."""
    details = {"now": now[0]} if now else {}
    return Conflict(code, REASONS[code].format(*now), **details)
