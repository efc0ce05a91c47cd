"""What becomes of a twin's replies and first words."""

from datetime import datetime, timedelta

from responder.domain.model import ReplyId, State, Token
from responder.domain.states import Change
from responder.store.outbox import Verdict
from tests.store.twin.facts import Delivered, Item, waited_class
from tests.store.twin.state import TwinState


class TwinOutbox(TwinState):
    """The outbox: attempts, answers, what nobody can tell."""

    def attempt(self, token: Token, now: datetime, *, traced: bool) -> Verdict:
        reply = self.reply
        if self.outbox is None or self.outbox.token != token:
            return Verdict.LOST
        if reply is None or (reply.state == "uncertain" and not reply.proof):
            self.outbox = None
            return Verdict.GONE
        if reply.proof:
            return Verdict.PROOF
        if reply.state == "sending" and not traced:
            return Verdict.TRACE
        if self.newest != reply.answers or not self.owed or reply.overtaken:
            return Verdict.NEWER
        reply.state = "sending"
        reply.attempted_at = reply.attempted_at or now
        reply.attempts += 1
        self.events.append("sending")
        return Verdict.GO

    def sent(
        self,
        reply_id: ReplyId,
        receipt: str,
        now: datetime,
        accepted_at: datetime,
        *,
        found: bool = False,
    ) -> State | None:
        """``found``: a person says so."""
        reply, since, due = self.reply, self.waiting_since, self.due_at
        if reply is None or reply.id != reply_id:
            return None
        refused = reply.refused and not found
        covers = frozenset[int]() if refused else reply.covers
        covered = {seq: at for seq, at in self.owed.items() if seq in covers}
        self.owed = {seq: at for seq, at in self.owed.items() if seq not in covered}
        for seq, at in covered.items():
            self._judge(seq, at, accepted_at)
        earliest = accepted_at - timedelta(minutes=1)
        if refused:
            last = Delivered(reply.id, receipt, earliest, None, accepted_at)
        else:
            last = Delivered(reply.id, receipt, earliest, covered, accepted_at, step=reply.step)
            last.counts.update(waited_class(accepted_at - at) for at in covered.values())
            last.counts.update(("intent", reply.by, *reply.step.split()[:1]))
            self.replies.update(last.counts)
            self.ladder_step = reply.step or self.ladder_step
        self.delivered = [last, *self.delivered][:16]
        self._await_copy(reply, receipt)
        self.texts.append(reply.text)
        if reply.files:
            self.files, self.files_until = (), None
        self.reply = self.outbox = None
        self.held, self.problem = "", refused
        self._clock_may_have_changed(since, due, now)
        if self.owed and reply.version == self.version:
            self.version, self.draft = self.version + 1, None
            self.drafting = self.drafting or Item(now)
        self.touched = self.rested = now
        self.events.append(Change.SENT)
        return self.state

    def uncertain(self, token: Token, now: datetime) -> bool:
        if self.outbox is None or self.outbox.token != token:
            return False
        if self.reply is None or self.reply.state != "sending":
            return False
        self.reply.state = "uncertain"
        self.outbox = None
        self.problem = True
        self.touched = self.rested = now
        self.events.append(Change.UNCERTAIN)
        return True

    def returned(
        self,
        change: Change,
        state: str,
        now: datetime,
        *,
        token: Token | None = None,
        reply: str | None = None,
        by: str | None = None,
        was_sent: bool = False,
    ) -> str:
        """``token`` and ``reply`` are None where a person asks, ``by`` where anybody may."""
        if self.reply is None or (reply is not None and reply != self.reply.id):
            return "gone"
        if self.reply.state != state:
            return "wrong_state"
        if self.reply.proof:
            return "gone"
        if by not in {None, self.reply.by}:
            return "not_yours"
        if token is not None and (self.outbox is None or self.outbox.token != token):
            return "gone"
        if was_sent:
            self._await_copy(self.reply, self.reply.id)
        self._give_back()
        self.problem = change is not Change.WITHDRAWN
        if self.problem and self.owed and self.drafting is None:
            self.drafting = Item(now)
        self.touched = self.rested = now
        self.events.append(change)
        return "ok"

    def put_off(self, token: Token, until: datetime) -> bool:
        if self.outbox is None or self.outbox.token != token:
            return False
        if self.reply is not None and self.reply.state == "sending":
            self.reply.state = "queued"
        self.outbox = Item(until)
        return True

    def speak_first(self, text: str, name: str, now: datetime) -> bool:
        """They are said once to who waits, and answer nothing."""
        if self.state is not State.WAITING or self.greeted:
            return False
        self.greeted = True
        self.texts.append(text)
        self.awaited = [(text, name), *self.awaited][:8]
        self.touched = now
        self.events.append("first_words")
        return True

    def spoke_first(self, name: str, receipt: str, now: datetime, *, unsent: bool) -> None:
        """What became of them; their copy, if it is not listed yet, will be known as ours."""
        mine = [copy for copy in self.awaited if copy[1] == name]
        for copy in mine:
            place = self.awaited.index(copy)
            self.awaited[place : place + 1] = [] if unsent else [(copy[0], receipt or name)]
        self.touched = now
        self.events.append("first_words")
