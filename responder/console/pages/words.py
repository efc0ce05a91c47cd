"""The console's words for what the store calls by a name. ``N_`` marks what catalogs translate."""

from responder.console.pages.language import catalog, rules_in
from responder.domain.model import Intent, State


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    return text


VIEWS = {
    "mine": N_("Mine"),
    "unassigned": N_("Unassigned"),
    "at_risk": N_("At risk"),
    "open": N_("All open"),
    "uncertain": N_("Uncertain sends"),
    "approved": N_("Approved"),
    "answered": N_("Answered"),
}
TITLES = VIEWS | {"all": N_("Everything")}

EMPTY = {
    "mine": N_("Nothing is yours. Take something from Unassigned; what you edit comes here."),
    "unassigned": N_("Everything has somebody. A new buyer message comes here first."),
    "at_risk": N_("Nothing is at risk. What nears its deadline comes here by itself."),
    "open": N_("Nothing waits for an answer. New buyer messages appear here as they arrive."),
    "uncertain": N_("No send is in doubt. A reply comes here when nobody can tell if it arrived."),
    "approved": N_("Nothing is on its way. Approved replies stay here until they are sent."),
    "answered": N_("Nothing was answered yet. Conversations come here when a reply is sent."),
    "all": N_("There are no conversations yet. They appear as soon as a buyer writes."),
}

STATES = {
    State.WAITING: N_("Waiting for an answer"),
    State.APPROVED: N_("Approved"),
    State.UNCERTAIN: N_("Uncertain whether it was sent"),
    State.ANSWERED: N_("Answered"),
    State.NO_REPLY_NEEDED: N_("No reply needed"),
}

RISKS = {
    "none": N_("In time"),
    "at_risk": N_("At risk"),
    "critical": N_("Critical"),
    "breached": N_("Overdue"),
}

INTENTS = {
    Intent.ORDER_STATUS: N_("Order status"),
    Intent.CANCEL_ORDER: N_("Cancel order"),
    Intent.CHANGE_ORDER: N_("Change order"),
    Intent.RETURN_EXCHANGE: N_("Return or exchange"),
    Intent.REFUND_STATUS: N_("Refund status"),
    Intent.DAMAGED_DEFECTIVE: N_("Damaged or defective"),
    Intent.WRONG_MISSING: N_("Wrong or missing"),
    Intent.PRODUCT_QUESTION: N_("Product question"),
    Intent.SHIPPING_INFO: N_("Shipping"),
    Intent.INVOICE: N_("Invoice"),
    Intent.PRICE_DISCOUNT: N_("Price or discount"),
    Intent.PAYMENT: N_("Payment"),
    Intent.COMPLAINT: N_("Complaint"),
    Intent.THANKS_FEEDBACK: N_("Thanks or feedback"),
    Intent.UNKNOWN: N_("Intent unknown"),
}

# Why the drafter thinks that nobody waits for an answer.
NO_REPLY = {
    "thanks": N_("The buyer only says thank you."),
    "ok": N_("The buyer only agrees with our last answer."),
    "auto_reply": N_("This is an automatic message of the buyer's mailbox."),
}

FACTS = {
    "id": N_("Order"),
    "status": N_("Status"),
    "items": N_("Items"),
    "currency": N_("Currency"),
    "total": N_("Total"),
    "ordered_at": N_("Ordered"),
    "shipped_at": N_("Shipped"),
    "deliver_by": N_("Deliver by"),
    "carrier": N_("Carrier"),
    "tracking_number": N_("Tracking number"),
    "refund_status": N_("Refund"),
    "refund_amount": N_("Refunded"),
    "name": N_("Name"),
}

ROLES = {
    "trainee": N_("trainee"),
    "agent": N_("agent"),
    "supervisor": N_("supervisor"),
    "admin": N_("admin"),
}

# How a reply came back; the store's ``problem`` starts with one of these.
RETURNS = {
    "held": N_("It was held back: something newer came before it left"),
    "refused": N_("The marketplace refused it"),
    "not_sent": N_("It was not sent"),
    "withdrawn": N_("It was taken back"),
}

# What a refusal by the API means for the person who asked, by its code.
REFUSALS = {
    "already_claimed": N_("%(holder)s is answering this buyer. Take another conversation, or ask."),
    "not_claimed": N_("Your claim on this conversation has ended. Read it again, then approve."),
    "stale_draft": N_("The draft has changed since you read it. Read the new one, then approve."),
    "newer_message": N_("The buyer has written again. Read the new message, then decide."),
    "wrong_state": N_("Somebody was quicker: that is not possible any more. It is shown anew."),
    "gone": N_("That reply is settled already: it was sent, or it came back."),
    "not_yours": N_("A colleague approved this. Ask them, or a supervisor, to take it back."),
    "empty_text": N_("There is nothing to send. Write a text, or ask for another draft."),
    "too_late": N_("That is beyond the deadline. Choose an earlier time."),
    "invalid": N_("The server did not understand that. Reload the page and try again."),
    "rule_violation": N_("The text breaks a rule of the marketplace. Change what is marked."),
    "forbidden": N_("Your role does not allow that. Ask a supervisor; or reload the page."),
    "unauthenticated": N_("You are logged out. Log in again; your edits are kept."),
    "not_found": N_("This conversation does not exist (any more)."),
    "store_unavailable": N_("The store does not answer. Nothing was lost; try again in a moment."),
    "offline": N_("The server cannot be reached. Nothing was lost; try again in a moment."),
    "other": N_("That did not work. Nothing was sent; try again, or reload the page."),
}

# What the scripts say, by the name they call it.
_SCRIPTS = {
    "overdue": N_("overdue %(span)s"),
    "minutes": N_("%(minutes)s min"),
    "hours": N_("%(hours)s h %(minutes)s min"),
    "days": N_("%(days)s days"),
    "live": N_("Live"),
    "reconnecting": N_("Reconnecting … looking every 10 s"),
    "leaves_in": N_("Approved for %(buyer)s. It leaves in %(seconds)s s."),
    "undone": N_("Taken back. Nothing was sent."),
    "approved": N_("Approved for %(buyer)s."),
    "rejected": N_("The draft was thrown away. Write your own, or ask for another."),
    "redrafting": N_("Another draft is being written."),
    "no_reply": N_("No reply needed: the clock of %(buyer)s has stopped."),
    "resolved": N_("Noted."),
    "disarmed": N_("Something new has come. Read it first (Enter), then approve."),
    "arrived": N_("The buyer has written again."),
    "new_draft": N_("There is a new draft."),
    "changed": N_("This conversation has changed."),
    "restored": N_("Your edits from before were restored."),
    "saved": N_("Edits saved in this browser"),
    "taken": N_("The text was taken over. Nothing is sent until you approve."),
    "claim_lost": N_("Your claim has ended: somebody else may answer now."),
    "earlier": N_("%(count)s due earlier"),
    "new_message": N_("New message from %(buyer)s"),
    "copied": N_("Copied"),
    "offending": N_("“%(words)s”: %(message)s"),
    "block": N_("Must be changed"),
    "warn": N_("Look at this"),
}


def for_scripts(language: str) -> dict[str, str]:
    """The scripts' words; refusals as ``refusal.<code>``, what rules say by their English."""
    speak = catalog(language)
    refusals = {f"refusal.{code}": text for code, text in REFUSALS.items()}
    own = {name: speak.gettext(text) for name, text in (_SCRIPTS | refusals).items()}
    return own | rules_in(language)


def reply_came_back(problem: str) -> tuple[str, str]:
    """Why a reply came back, in a sentence to translate, and the details as they are."""
    kind, _, details = problem.partition(":")
    sentence = RETURNS.get(kind.split(" ", maxsplit=1)[0], RETURNS["withdrawn"])
    return sentence, "" if kind == "held" else details.strip()
