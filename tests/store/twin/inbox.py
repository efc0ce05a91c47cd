"""What comes in to a twin."""

from datetime import datetime

from responder.domain.model import Author, Kind, State
from responder.domain.states import Change
from responder.store.inbox import Arrival
from tests.store.twin.facts import Item, Read
from tests.store.twin.state import TwinState


class TwinInbox(TwinState):
    """INGEST: messages, our own words read back, refusals."""

    def take_in(self, page: list[tuple[Arrival, bool]], now: datetime) -> int:
        """Take in a page's arrivals, each with whether it is new; returns how many were stored."""
        before, self.told_of_past = self.state if self.texts else None, False
        since, due = self.waiting_since, self.due_at
        news = [
            self._hear(arrival)
            for arrival, new in page
            if self._read(arrival, new=new, now=now) is Read.STORED
        ]
        if not news:
            return 0
        if self.reply and self.reply.state == "queued" and set(news) - {None}:
            self._give_back()
            self.events.append("held")
        elif self.reply and {Change.ANSWERED_ELSEWHERE, Change.REFUSED} & set(news):
            self.reply.overtaken = True
        if self.owed:
            self.no_reply_needed = False
        if Change.ANSWERED_ELSEWHERE in news and before is not self.state is State.ANSWERED:
            self.events.append("answered_elsewhere")
            self._give_up_files()
        if Change.REFUSED in news or self.told_of_past:
            self.problem = True
            self.events.append("refused")
        self._clock_may_have_changed(since, due, now)
        if Change.REFUSED in news and self.plan and self.waiting_since != since:
            self.watch = Item(now)  # it may have been promised otherwise since
        if self.owed and {Change.BUYER_WROTE, Change.REFUSED} & set(news):
            self.drafting = Item(now)
            self.rejected = False
        self.touched = self.rested = now
        return len(news)

    def _give_up_files(self) -> None:
        """They belong to words; where none lie there, nobody writes what they were for."""
        if not self.held and self.asked is None:
            self.files, self.files_until = (), None

    def _hear(self, arrival: Arrival) -> Change | None:
        """Store a message; what it changes, if anything."""
        self.texts.append(arrival.message.text)
        self.events.append("message")
        match arrival.message.author, arrival.message.kind:
            case Author.BUYER, Kind.CHAT:
                self._buyer_wrote(arrival.message.sent_at)
                return Change.BUYER_WROTE
            case Author.SELLER, Kind.CHAT:
                self._answered(arrival.message.sent_at)
                return Change.ANSWERED_ELSEWHERE
            case _, Kind.REFUSAL:
                owed_again = self._refused_later(arrival.refuses, arrival.message.sent_at)
                if owed_again:
                    return Change.REFUSED
                self.told_of_past |= owed_again is None and self.has_past_replies
        return None

    def _read(self, arrival: Arrival, *, new: bool, now: datetime) -> Read:
        """Our own words are recognized once for each reply, and never stored again."""
        message = arrival.message
        ours = (message.author, message.kind) == (Author.SELLER, Kind.CHAT)
        if not new:
            self._read_back(1, message.id)
            return Read.KNOWN
        if ours and self._read_back(0, message.text):
            return Read.OUR_OWN
        purged_at = self.forgotten.get(message.text)
        if ours and purged_at and message.sent_at <= purged_at:
            return Read.OUR_OWN
        reply = self.reply
        if ours and reply and reply.state != "queued" and reply.text == message.text:
            if reply.proof:
                return Read.STORED
            reply.proof = message.id
            self.outbox = Item(now)
            return Read.OUR_OWN
        return Read.STORED

    def _read_back(self, column: int, value: str) -> bool:
        for copy in self.awaited:
            if copy[column] == value:
                self.awaited.remove(copy)
                return True
        return False

    def _buyer_wrote(self, at: datetime) -> None:
        self.newest = len(self.texts)
        if self.answered_until is None or at >= self.answered_until:
            self.owed[self.newest] = at
        else:
            self._judge(self.newest, at, self.answered_until)

    def _answered(self, at: datetime) -> None:
        for seq, wrote in self.owed.items():
            if wrote < at:
                self._judge(seq, wrote, at)
        self.answered_until = max(at, self.answered_until or at)
        self.owed = {seq: wrote for seq, wrote in self.owed.items() if wrote >= at}

    def _refused_later(self, refuses: str, at: datetime) -> bool | None:
        """Whether something is owed again; None where nobody knows what it is about."""
        if self.reply and self.reply.is_meant(refuses, at):
            self._await_copy(self.reply, self.reply.id)
            self._give_back()
            return True
        if self.reply and self.reply.seems_meant(refuses, at):
            self.reply.refused = True
            return True
        meant = next((one for one in self.delivered if one.is_meant(refuses, at)), None)
        if meant is None:
            return None
        if meant.covered is None:
            return False
        until = self.answered_until
        for seq, wrote in meant.covered.items():
            self._judge(seq, wrote, meant.accepted_at, by=-1)
            if until is None or wrote >= until:
                self.owed[seq] = wrote
            else:
                self._judge(seq, wrote, until)
        meant.covered = None
        self.replies.subtract(meant.counts)
        if meant.step:
            arrived = (one.step for one in self.delivered if one.covered is not None and one.step)
            self.ladder_step = next(arrived, "")
        return True
