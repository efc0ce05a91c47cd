"""The console's words for what the store calls by a name. ``N_`` marks what catalogs translate."""

from responder.domain.model import Intent, State
from responder.domain.outreach import Occasion, Standing
from responder.store.users import Role


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    return text


VIEWS = {
    "mine": N_("Mine"),
    "unassigned": N_("Unassigned"),
    "at_risk": N_("At risk"),
    "open": N_("All open"),
    "second_yes": N_("Second yes"),
    "escalated": N_("Escalated"),
    "snoozed": N_("Snoozed"),
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
    "escalated": N_("Nothing waits for a supervisor. What an agent escalates (u) comes here."),
    "snoozed": N_("Nothing is snoozed. What is put off (m) waits here and wakes by itself."),
    "uncertain": N_("No send is in doubt. A reply comes here when nobody can tell if it arrived."),
    "second_yes": N_("Nothing waits for a second yes. What a trainee prepares comes here."),
    "approved": N_("Nothing is on its way. Approved replies stay here until they are sent."),
    "answered": N_("Nothing was answered yet. Conversations come here when a reply is sent."),
    "all": N_("There are no conversations yet. They appear as soon as a buyer writes."),
}

SECOND_YES = {
    "trainee": N_("An agent agrees, or gives it back."),
    "above_cap": N_("It is above the cap: a supervisor agrees, or gives it back."),
}

STEPS = {
    "photos": N_("Ask for photos"),
    "small_refund": N_("Small partial refund"),
    "large_refund": N_("Larger partial refund"),
    "replacement": N_("Replacement"),
    "return": N_("Return and full refund"),
}

OCCASIONS = {
    Occasion.UNPAID: N_("Not paid yet"),
    Occasion.ADDRESS: N_("Address doubtful"),
    Occasion.QUANTITY: N_("Unusually large quantity"),
    Occasion.DELAYED: N_("Delayed"),
    Occasion.DELIVERED: N_("Delivered"),
}
STANDINGS = {
    Standing.PROPOSED: N_("Waits for approval"),
    Standing.APPROVED: N_("Approved"),
    Standing.SENDING: N_("On its way"),
    Standing.UNCERTAIN: N_("Uncertain whether it was sent"),
    Standing.SENT: N_("Sent"),
    Standing.REFUSED: N_("Refused"),
    Standing.DROPPED: N_("Not sent"),
}
AUDIENCES = {"buyer": N_("to the buyer"), "warehouse": N_("for the warehouse")}

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

URGENCY = {"raised": N_("Pressing"), "high": N_("Urgent")}

# What a message shows beside its words; see drafting/signals.py.
SIGNS = {
    "third_time": N_("has written in vain"),
    "deadline": N_("is in a hurry"),
    "anger": N_("angry"),
    "disappointed": N_("disappointed"),
    "pleased": N_("pleased"),
    "shouting": N_("shouts"),
    "legal_threat": N_("speaks of lawyers"),
    "injury": N_("somebody may be hurt"),
    "chargeback": N_("speaks of a chargeback"),
    "bad_review_threat": N_("speaks of a bad review"),
}

ROLES = {
    "trainee": N_("trainee"),
    "agent": N_("agent"),
    "supervisor": N_("supervisor"),
    "admin": N_("admin"),
}

FLAGS = {
    "": N_("none"),
    "red": N_("red"),
    "yellow": N_("yellow"),
    "green": N_("green"),
    "blue": N_("blue"),
    "purple": N_("purple"),
    "grey": N_("grey"),
}

SNOOZES = {
    15: N_("15 min"),
    60: N_("1 hour"),
    180: N_("3 hours"),
    720: N_("12 hours"),
}

# What Ctrl+K offers to do, by the name that main.js knows it by; and the key that does it too.
COMMANDS = {
    "next": (N_("Next: the most urgent that nobody is in"), "o"),
    "approve": (N_("Approve and next"), "a"),
    "edit": (N_("Edit the draft"), "e"),
    "attach": (N_("Attach a file"), "f"),
    "reject": (N_("Reject the draft"), "x"),
    "redraft": (N_("Ask for another draft"), ""),
    "no-reply-needed": (N_("No reply needed"), "n"),
    "ask-snooze": (N_("Snooze"), "m"),
    "ask-assign": (N_("Assign, hand over"), "t"),
    "ask-note": (N_("Leave a note"), "i"),
    "ask-tags": (N_("Tags and flag"), "g"),
    "ask-escalate": (N_("Escalate"), "u"),
    "tick": (N_("Choose this row for a bulk action"), "s"),
    "undo": (N_("Undo"), "z"),
    "help": (N_("Keys"), "?"),
}

# The pages beside the desk: who may see each, and what it is called.
PAGES = {
    "/": (Role.TRAINEE, N_("Desk")),
    "/team": (Role.SUPERVISOR, N_("Team")),
    "/ahead": (Role.SUPERVISOR, N_("Looking ahead")),
    "/outreach": (Role.TRAINEE, N_("Proactive messages")),
    "/alerts": (Role.TRAINEE, N_("Alerts")),
    "/templates": (Role.TRAINEE, N_("Templates")),
    "/people": (Role.ADMIN, N_("People")),
    "/me": (Role.TRAINEE, N_("My login")),
    "/start": (Role.ADMIN, N_("First steps")),
}

# How a reply came back; the store's ``problem`` starts with one of these.
RETURNS = {
    "refused": N_("The marketplace refused it"),
    "not_sent": N_("It was not sent"),
    "held": N_("It was held back"),
    "": N_("It was taken back, or something newer came before it left"),
}

# What a refusal by the API means for the person who asked, by its code.
REFUSALS = {
    "already_claimed": N_("%(holder)s is answering this buyer. Take another conversation, or ask."),
    "not_claimed": N_("Your claim on this conversation has ended. Read it again, then approve."),
    "stale_draft": N_("The draft has changed since you read it. Read the new one, then approve."),
    "newer_message": N_("The buyer has written again. Read the new message, then decide."),
    "wrong_state": N_("Somebody was quicker: that is not possible any more. It is shown anew."),
    "stale_ask": N_("What was asked has changed. Read it again, then decide."),
    "gone": N_("That reply is settled already: it was sent, or it came back."),
    "not_yours": N_("A colleague approved this. Ask them, or a supervisor, to take it back."),
    "reason_needed": N_("Say why you pass it on. The reason is kept as a note."),
    "own_role": N_("Somebody must stay admin: another admin does that."),
    "changed": N_("Somebody changed this person meanwhile. Reload the page, then change them."),
    "wrong_code": N_("That is not the code of now. Look at the app again."),
    "has_code": N_("There is a second factor already. Take it off first."),
    "wrong_password": N_("That is not your password."),
    "wait": N_("Wrong too often. Wait a little, then try again."),
    "empty_text": N_("There is nothing to send. Write a text, or ask for another draft."),
    "too_late": N_("That is beyond the deadline. Choose an earlier time."),
    "invalid": N_("The server did not understand that. Reload the page and try again."),
    "no_files": N_("This marketplace takes no files with a reply here."),
    "file_gone": N_(
        "A file is not there any more. Remove it and attach it again; nothing was sent."
    ),
    "file_refused": N_("That file is not taken. Choose another."),
    "file_too_large": N_("That file is larger than the marketplace takes. Make it smaller."),
    "files_too_large": N_("The files are too large together. Remove one, or make it smaller."),
    "too_many_files": N_("No more files go with one reply here. Remove one first."),
    "too_many_tags": N_("There are too many tags here already. Take one away first."),
    "no_room": N_("Too many files wait to be sent. Try again in some minutes."),
    "busy": N_("Other files are being uploaded just now. Try again in a moment."),
    "too_slow": N_("The file did not arrive in time. Try again, or make it smaller."),
    "broke_off": N_("The line broke while the file was sent. Try again, or make it smaller."),
    "stopped": N_("Stopped."),
    "rule_violation": N_("The text breaks a rule of the marketplace. Change what is marked."),
    "forbidden": N_("Your role does not allow that. Ask a supervisor; or reload the page."),
    "unauthenticated": N_("You are logged out. Log in again; your edits are kept."),
    "not_found": N_("This conversation does not exist (any more)."),
    "no_page": N_("There is no page at this address."),
    "store_unavailable": N_("The store does not answer. Nothing was lost; try again in a moment."),
    "offline": N_("The server cannot be reached. Nothing was lost; try again in a moment."),
    "other": N_("That did not work. Nothing was sent; try again, or reload the page."),
}

# What the scripts say, by the name they call it.


def reply_came_back(problem: str) -> tuple[str, str]:
    """Why a reply came back, in a sentence to translate, and the details as they are."""
    kind, _, details = problem.partition(":")
    sentence = RETURNS.get(kind.split(" ", maxsplit=1)[0], "")
    return sentence, details.strip() if sentence else problem
