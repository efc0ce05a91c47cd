"""One conversation as the rules have it, in plain Python: what the store is compared with.

Written from the architecture (decisions 3 and 5, "States of a conversation") and
``domain/states.py``, not from the scripts: the state follows from what is owed and
from the reply on its way, where the scripts carry it along.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum, auto
from typing import Self

from responder.domain.model import Author, Kind, ReplyId, Risk, State, Token
from responder.domain.sla import Plan, SlaPolicy
from responder.domain.states import Change
from responder.store.files import SETTLED_WITHIN
from responder.store.inbox import Arrival
from responder.store.outbox import Verdict
from responder.store.trends import WAITED


@dataclass(frozen=True)
class Item:
    """A place in a queue: when it is handed out next, and to whom it was handed out."""

    wake: datetime
    token: Token | None = None


@dataclass
class TwinReply:
    """The one approved reply on its way."""

    id: ReplyId
    text: str
    by: str
    version: int
    answers: int
    covers: frozenset[int]  # what was owed when it was approved
    approved_at: datetime
    state: str = "queued"
    attempts: int = 0
    attempted_at: datetime | None = None  # for the first time
    proof: str = ""
    overtaken: bool = False
    step: str = ""
    files: tuple[str, ...] = ()

    def is_meant(self, refuses: str, at: datetime) -> bool:
        """Whether a refusal is about it; one without a name only where nobody knows of it."""
        if refuses:
            return refuses == self.id
        return self.state == "uncertain" and at >= self.approved_at


@dataclass
class Delivered:
    """A reply that counts as sent."""

    id: ReplyId
    receipt: str
    refusable_from: datetime  # what an earlier refusal without a name is about is another reply
    covered: dict[int, datetime] | None  # what it answered; None once that is owed again
    accepted_at: datetime
    counts: Counter[str] = field(default_factory=Counter)  # what it is in the team's figures
    step: str = ""  # of the ladder

    def is_meant(self, refuses: str, at: datetime) -> bool:
        return refuses in {self.id, self.receipt} if refuses else at >= self.refusable_from


def waited_class(waited: timedelta) -> str:
    """The class of waiting that an answer after ``waited`` counts in."""
    return f"class {sum(waited >= limit for limit in WAITED)}"


class Read(Enum):
    """What an arrival was to a conversation."""

    KNOWN = auto()
    OUR_OWN = auto()
    STORED = auto()


@dataclass
class Twin:
    """A conversation. ``events`` gathers the types of the events that are due."""

    policy: SlaPolicy
    promised: dict[int, SlaPolicy] = field(default_factory=dict)  # seq -> another policy
    texts: list[str] = field(default_factory=list)
    owed: dict[int, datetime] = field(default_factory=dict)  # seq -> sent_at
    newest: int = 0
    answered_until: datetime | None = None
    no_reply_needed: bool = False
    reply: TwinReply | None = None
    delivered: list[Delivered] = field(default_factory=list)  # newest first
    awaited: list[tuple[str, str]] = field(default_factory=list)  # words and receipt, newest first
    forgotten: dict[str, datetime] = field(default_factory=dict)  # words that were awaited when
    # an earlier life of the thread was purged -> when that was
    draft: tuple[int, int] | None = None  # version, answers
    seen: int | None = None  # the newest message that the last draft has seen, rejected or not
    version: int = 0
    told: int = 0
    held: str = ""
    problem: bool = False
    holder: tuple[str, Token, datetime] | None = None
    asked: tuple[str, int, int] | None = None  # words, version, newest: for a second yes
    ladder_step: str = ""
    rejected: bool = False  # somebody threw the draft away and wants no other
    watch: Item | None = None
    drafting: Item | None = None
    outbox: Item | None = None
    touched: datetime | None = None
    rested: datetime | None = None  # its place in the list while nothing is owed
    events: list[str] = field(default_factory=list)
    greeted: bool = False  # whether who waits has heard first words
    days: Counter[tuple[date, str]] = field(default_factory=Counter)  # by day: in_time, late, …
    replies: Counter[str] = field(default_factory=Counter)  # the team's figures
    files: tuple[str, ...] = ()  # that lie there for a reply, in their order
    files_until: datetime | None = None
    has_past_replies: bool = False  # whether an earlier life sent some that may be refused
    told_of_past: bool = False  # whether the last page refused one of those
    counted: int | None = None  # the version of the draft whose edits were counted last

    # What follows from the rest

    @property
    def state(self) -> State:
        if self.reply is not None:
            return State.UNCERTAIN if self.reply.state == "uncertain" else State.APPROVED
        if self.owed:
            return State.WAITING
        return State.NO_REPLY_NEEDED if self.no_reply_needed else State.ANSWERED

    @property
    def waiting_since(self) -> datetime | None:
        return min(self.owed.values(), default=None)

    def reborn(self) -> Self:
        """A life of the same thread after it was purged, before anything is stored."""
        return type(self)(
            self.policy,
            answered_until=self.answered_until,
            forgotten=self.forgotten,
            has_past_replies=self.has_past_replies
            or any(one.covered is not None for one in self.delivered),
        )

    @property
    def plan(self) -> Plan | None:
        if not self.owed:
            return None
        seq, since = min(self.owed.items(), key=lambda one: (one[1], f"{one[0]}:"))
        return self.promised.get(seq, self.policy).plan(since)

    @property
    def due_at(self) -> datetime | None:
        return self.plan.due_at if self.plan else None

    @property
    def score(self) -> datetime | None:
        return self.due_at or self.rested

    @property
    def scored(self) -> datetime:
        assert self.score is not None
        return self.score

    @property
    def changed(self) -> datetime:
        assert self.touched is not None
        return self.touched

    @property
    def current_draft(self) -> tuple[int, int] | None:
        return self.draft if self.draft and self.draft[1] == self.newest else None

    @property
    def current_ask(self) -> str:
        """The words that a second person may agree to now."""
        fits = self.asked is not None and self.asked[1:] == (self.version, self.newest)
        return self.asked[0] if self.asked and fits and self.state is State.WAITING else ""

    # INGEST

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
        if self.answered_until is None or at > self.answered_until:
            self.owed[self.newest] = at
        else:
            self._judge(self.newest, at, self.answered_until)

    def _judge(self, seq: int, wrote: datetime, answered: datetime, by: int = 1) -> None:
        """Whether a message was answered in time belongs to the day on which it was sent."""
        due = self.promised.get(seq, self.policy).plan(wrote).due_at
        self.days[wrote.date(), "in_time" if answered <= due else "late"] += by

    def _answered(self, at: datetime) -> None:
        for seq, wrote in self.owed.items():
            if wrote <= at:
                self._judge(seq, wrote, at)
        self.answered_until = max(at, self.answered_until or at)
        self.owed = {seq: wrote for seq, wrote in self.owed.items() if wrote > at}

    def _refused_later(self, refuses: str, at: datetime) -> bool | None:
        """Whether something is owed again; None where nobody knows what it is about."""
        if self.reply and self.reply.is_meant(refuses, at):
            self._await_copy(self.reply, self.reply.id)
            self._give_back()
            return True
        meant = next((one for one in self.delivered if one.is_meant(refuses, at)), None)
        if meant is None:
            return None
        if meant.covered is None:
            return False
        until = self.answered_until
        for seq, wrote in meant.covered.items():
            self._judge(seq, wrote, meant.accepted_at, by=-1)
            if until is None or wrote > until:
                self.owed[seq] = wrote
            else:
                self._judge(seq, wrote, until)
        meant.covered = None
        self.replies.subtract(meant.counts)
        if meant.step:
            arrived = (one.step for one in self.delivered if one.covered is not None and one.step)
            self.ladder_step = next(arrived, "")
        return True

    def _give_back(self) -> None:
        assert self.reply is not None
        self.held = self.reply.text
        self.reply = None
        self.outbox = None

    def _await_copy(self, reply: TwinReply, receipt: str) -> None:
        """What has left comes back as a copy, once."""
        if not reply.proof:
            self.awaited = [(reply.text, receipt), *self.awaited][:8]

    def _clock_may_have_changed(
        self, since: datetime | None, due: datetime | None, now: datetime
    ) -> None:
        if self.plan is None:
            self.greeted = False
            self.told, self.watch, self.drafting = 0, None, None
        elif self.waiting_since != since:
            self.told, self.watch = 0, Item(self.plan.steps[0].at)
        elif self.plan.due_at != due:  # another message of the same moment, otherwise promised
            self.watch = Item(now)

    # DRAFT

    def drafted(self, token: Token, answers: int, now: datetime) -> bool:
        if self.drafting is None or self.drafting.token != token or answers != self.newest:
            return False
        self.version += 1
        self.draft = (self.version, answers)
        self.seen = answers
        self.drafting = None
        self.rejected = False
        self.touched = now
        self.events.append("draft_ready")
        return True

    def improved(self, version: int, now: datetime) -> bool:
        """A better version of the draft ``version`` has come."""
        if self.state is not State.WAITING or self.holder_at(now) or self.asked is not None:
            return False
        if self.current_draft is None or version != self.version:
            return False
        self.version += 1
        self.draft = (self.version, self.newest)
        self.touched = now
        self.events.append("draft_ready")
        return True

    # The desk: each answers with the refusal's code, or "ok"

    def _live(self, now: datetime) -> tuple[str, Token, datetime] | None:
        return self.holder if self.holder and self.holder[2] > now else None

    def holder_at(self, now: datetime) -> str:
        live = self._live(now)
        return live[0] if live else ""

    def claimed(self, agent: str, token: Token, until: datetime) -> None:
        self.holder = (agent, token, until)
        self.events.append("claimed")

    def taken_over(self, agent: str, token: Token, until: datetime) -> None:
        """A supervisor takes it, whoever had it."""
        self.claimed(agent, token, until)

    def released(self, token: Token) -> str:
        if self.holder is None or self.holder[1] != token:
            return "not_claimed"
        self.holder = None
        self.events.append("released")
        return "ok"

    def approve(
        self,
        agent: str,
        token: Token,
        version: int,
        text: str,
        now: datetime,
        newest: int | None = None,
        *,
        agrees: bool | None = None,
        asked_by: str = "",
        saw_ask: bool = True,
        files: tuple[str, ...] = (),
    ) -> str:
        """``agrees``: with what was asked (True) or with what was asked before that (False).

        ``saw_ask``: whether the conversation was read after something was asked for the last time.
        """
        reply, live = self.reply, self._live(now)
        same = (version, agent, text, files)
        if reply and (reply.version, reply.by, reply.text, reply.files) == same:
            return "ok"
        if not token or agrees is not None:
            if self.holder_at(now) not in {"", agent, asked_by}:
                return "already_claimed"
        elif live is None or live[1] != token:
            return "not_claimed"
        if self.state is not State.WAITING:
            return "wrong_state"
        seen = self.seen if newest is None else newest
        if seen is not None and seen != self.newest:
            return "newer_message"
        if seen is None or self.version != version:
            return "stale_draft"
        if agrees is False or (agrees and self.asked is None):
            return "stale_ask"
        if not token and agrees is None and self.asked is not None and not saw_ask:
            return "stale_ask"
        return "ok" if {*files} <= {*self.files_at(now)} else "file_gone"

    def files_at(self, now: datetime) -> tuple[str, ...]:
        """What lies there and whose time is not over."""
        return self.files if self.files_until and self.files_until > now else ()

    def may_attach(self, token: Token, now: datetime) -> str:
        live = self._live(now)
        if live is None or live[1] != token:
            return "not_claimed"
        return "ok" if self.state is State.WAITING else "wrong_state"

    def attached(self, name: str, until: datetime, now: datetime) -> None:
        before = self.files_at(now)
        kept_for_longer = self.files_until if before else None
        self.files = (*before, name)
        self.files_until = max(until, kept_for_longer or until)
        self.events.append("file_attached")

    def detached(self, name: str) -> None:
        self.files = tuple(one for one in self.files if one != name)
        self.events.append("file_removed")

    def ask(
        self,
        agent: str,
        token: Token,
        text: str,
        version: int,
        newest: int,
        now: datetime,
        *,
        saw_ask: bool = True,
        files: tuple[str, ...] = (),
    ) -> str:
        live = self._live(now)
        if not token:
            if self.holder_at(now) not in {"", agent}:
                return "already_claimed"
        elif live is None or live[1] != token:
            return "not_claimed"
        if self.state is not State.WAITING:
            return "wrong_state"
        if newest != self.newest:
            return "newer_message"
        if version != self.version:
            return "stale_draft"
        if not token and self.asked is not None and not saw_ask:
            return "stale_ask"
        self.asked = (text, version, newest)
        if files:
            self.files_until = now + SETTLED_WITHIN
        self.holder = None
        self.touched = now
        self.events.append("second_yes_asked")
        return "ok"

    def decline(self, now: datetime, *, agrees: bool) -> str:
        """``agrees``: about what was asked, not about what was asked before that."""
        if self.asked is None or not agrees:
            return "stale_ask"
        self.held = self.asked[0]
        self.asked = None
        self.texts.append("no")
        self.touched = now
        self.events.append("second_yes_declined")
        return "ok"

    def approved(self, reply: TwinReply, leaves: datetime, now: datetime) -> None:
        self.reply = reply
        self.files, self.files_until = reply.files, now + SETTLED_WITHIN
        self.outbox = Item(leaves)
        self.holder = None
        self.held, self.problem = "", False
        self.asked = None
        self.touched = now
        self.events.append(Change.APPROVED)

    def reject(self, agent: str, version: int | None, again: bool, now: datetime) -> str:
        if self.holder_at(now) not in {"", agent}:
            return "not_claimed"
        if self.state is not State.WAITING:
            return "wrong_state"
        if version not in {None, self.version}:
            return "stale_draft"
        self.version += 1
        self.draft = None
        if again:
            self.drafting = Item(now)
        self.rejected = not again
        self.touched = now
        self.events.append("draft_rejected")
        return "ok"

    def dismiss(self, agent: str, newest: int | None, now: datetime) -> str:
        if self.holder_at(now) not in {"", agent}:
            return "not_claimed"
        if self.state is State.NO_REPLY_NEEDED:
            return "ok"
        if self.state is not State.WAITING:
            return "wrong_state"
        if newest not in {None, self.newest}:
            return "newer_message"
        self.days.update((wrote.date(), "left_out") for wrote in self.owed.values())
        self.owed = {}
        self._clock_may_have_changed(None, None, now)
        self.no_reply_needed = True
        self.holder, self.held, self.problem = None, "", False
        self.files, self.files_until = (), None
        self.touched = self.rested = now
        self.events.append(Change.NO_REPLY_NEEDED)
        return "ok"

    # The outbox

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
        self, reply_id: ReplyId, receipt: str, now: datetime, accepted_at: datetime
    ) -> State | None:
        reply, since, due = self.reply, self.waiting_since, self.due_at
        if reply is None or reply.id != reply_id:
            return None
        covered = {seq: at for seq, at in self.owed.items() if seq in reply.covers}
        self.owed = {seq: at for seq, at in self.owed.items() if seq not in covered}
        for seq, at in covered.items():
            self._judge(seq, at, accepted_at)
        earliest = accepted_at - timedelta(minutes=1)
        last = Delivered(reply.id, receipt, earliest, covered, accepted_at, step=reply.step)
        last.counts.update(waited_class(accepted_at - at) for at in covered.values())
        last.counts.update(("intent", reply.by, *reply.step.split()[:1]))
        self.replies.update(last.counts)
        self.delivered = [last, *self.delivered][:16]
        self._await_copy(reply, receipt)
        self.texts.append(reply.text)
        self.ladder_step = reply.step or self.ladder_step
        if reply.files:
            self.files, self.files_until = (), None
        self.reply = self.outbox = None
        self.held, self.problem = "", False
        self._clock_may_have_changed(since, due, now)
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

    # First words

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

    # The watch

    def announce(self, token: Token, since: datetime, now: datetime) -> bool:
        if self.watch is None or self.watch.token != token or self.waiting_since != since:
            return False
        assert self.plan is not None
        next_at = self.plan.next_at(now)
        self.watch = Item(next_at) if next_at else None
        if self.plan.reached(now) > self.told:
            self.told = self.plan.reached(now)
            self.events.append("risk")
        return True

    # Another promise

    def replanned(self, policy: SlaPolicy, now: datetime) -> bool:
        """All that is owed is promised otherwise; False where it was promised so already."""
        old = self.plan
        if old is None or all(self.promised.get(seq, self.policy) == policy for seq in self.owed):
            return False
        heard = old.steps[self.told - 1].risk if self.told else Risk.NONE
        self.promised |= dict.fromkeys(self.owed, policy)
        new = self.plan
        assert new is not None
        worse = [step for step in new.steps if step.at <= now and step.risk > heard]
        as_bad = [step for step in new.steps if step.at <= now and step.risk == heard]
        untold = max(len(as_bad) - self.told, 0) if heard is Risk.AT_RISK else 0
        self.told = new.reached(now) - len(worse) - untold
        next_at = now if worse or untold else new.next_at(now)
        self.watch = Item(next_at) if next_at else None
        self.touched = now
        self.events.append("replanned")
        return True

    # Queues

    def queue(self, name: str) -> Item | None:
        return {"drafting": self.drafting, "watch": self.watch, "outbox": self.outbox}[name]

    def handed_out(self, queue: str, token: Token, until: datetime) -> None:
        assert self.queue(queue) is not None
        setattr(self, queue, Item(until, token))
