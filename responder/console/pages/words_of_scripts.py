"""What the console's scripts say: their own words, refusals, and what rules say."""

from responder.console.pages.language import catalog, rules_in
from responder.console.pages.words import N_, REFUSALS

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
    "asked_trainee": N_("Prepared. It is sent when an agent says yes."),
    "asked_above_cap": N_("Above the cap: it is sent when a supervisor says yes."),
    "declined": N_("Given back, with your reason as a note."),
    "at_line": N_("line %(line)s"),
    "reason_missing": N_("Say why, so that your colleague can learn from it."),
    "disarmed": N_("Something new has come. Read it first (Enter), then approve."),
    "arrived": N_("The buyer has written again."),
    "new_draft": N_("There is a new draft."),
    "prepared": N_("A colleague has prepared a reply."),
    "changed": N_("This conversation has changed."),
    "restored": N_("Your edits from before were restored."),
    "saved": N_("Edits saved in this browser"),
    "taken": N_("The text was taken over. Nothing is sent until you approve."),
    "claim_lost": N_("Your claim has ended: somebody else may answer now."),
    "earlier": N_("%(count)s due earlier"),
    "new_message": N_("New message from %(buyer)s"),
    "copied": N_("Copied"),
    "not_translated": N_("No translation right now."),
    "chosen": N_("%(count)s chosen"),
    "progress": N_("%(done)s of %(all)s done"),
    "go_to": N_("Go to %(place)s"),
    "search_for": N_("Search this list for “%(words)s”"),
    "nothing_next": N_("Nothing is left that nobody is in."),
    "taken_over": N_("%(holder)s has taken this conversation over. Your words are kept here."),
    "invited": N_("Give them this link; it works once, for a week:"),
    "done": N_("Done."),
    "files_busy": N_("A file is still being uploaded. Approve when it is there."),
    "file.added": N_("%(name)s was attached."),
    "file.remove": N_("Remove %(name)s"),
    "file.count": N_("No more than %(count)s files go with one reply here."),
    "file.total": N_("The files may have %(most)s together. Make this one smaller."),
    "file.empty": N_("The file is empty."),
    "file.ending": N_("Files of this kind are not taken here. These are: %(endings)s"),
    "file.told": N_("The file is not what the ending of its name says."),
    "file.content": N_("The file is not what the ending of its name says. Save it anew."),
    "file.two_endings": N_("Its name has two endings. Rename the file."),
    "file.no_ending": N_("Its name needs an ending that says what it is. Rename the file."),
    "file.room": N_("The file is larger than the marketplace takes. Make it smaller."),
    "file.name": N_("Its name breaks a rule of the marketplace. Rename the file."),
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
