"""What an approval teaches: what the buyer wanted, and how much of the draft was changed."""

from responder.domain.edits import LIGHTLY, distance, share
from responder.domain.model import Intent
from responder.drafting.learned.kept import kept
from responder.drafting.reader import newest_of_buyer
from responder.store.conversations import Conversation
from responder.store.database import Database
from responder.store.lessons import Teaching
from responder.store.threads import messages

_COMPARED = 5_000  # characters of a text


async def teaching(
    database: Database, one: Conversation, text: str, confirmed: Intent | None
) -> Teaching:
    """What approving ``text`` says of the draft. ``confirmed`` is what the agent said it is about.

    Where they said nothing, a draft that was sent as it was, or nearly, was understood rightly;
    one that was rewritten says nothing, and so does one that had not been understood.
    """
    proposal = one.draft.proposal if one.draft else None
    draft = proposal.text.strip()[:_COMPARED] if proposal else ""
    approved = text.strip()[:_COMPARED]
    predicted = proposal.intent if proposal else Intent.UNKNOWN
    as_it_was = bool(draft) and share(draft, approved) <= LIGHTLY
    if confirmed is None and as_it_was and predicted is not Intent.UNKNOWN:
        confirmed = predicted
    words = newest_of_buyer(await messages(database, one.id)) if confirmed else ()
    return Teaching(
        account=one.account,
        text=kept("\n".join(message.text for message in words), one.buyer, *one.order_ids),
        language=one.language or "en",
        predicted=predicted,
        confirmed=confirmed,
        template=proposal.source if proposal and draft else "",
        distance=distance(draft, approved) if draft else 0,
        length=len(draft),
    )
