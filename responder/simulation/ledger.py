"""The books of a world, kept outside the system: who did what, and when, in true time.

It is told what the marketplaces took, what the scripts said when they ran, and
what the pager rang for. It never asks the system's own judgment.
"""

from base64 import b64decode
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha1, sha256
from typing import Any

from responder.domain.model import ConversationId
from responder.simulation.greetings import Greetings
from responder.simulation.kept import Kept
from responder.simulation.language_model import out_of_place
from responder.simulation.marketplace import Posted
from responder.simulation.records import Approval, Break, Dismissal, Holding, Span, Telling
from responder.simulation.server import Owner, Server
from responder.simulation.unasked import Unasked
from responder.simulation.wording import conversation_in, short, text_of
from responder.store.notices import Notice

# Scripts that leave the reply clock of a conversation alone.
_QUIET = frozenset(
    {"draft", "improve", "announce", "claim_conversation", "release_conversation", "reject"}
    | {"speak_first", "spoke_first", "keep_file"}
)
_EVERYDAY = frozenset({"claim", "done", "postpone", "ingest"})  # not in the journal by themselves


@dataclass(slots=True)
class Ledger:
    server: Server
    texts: Mapping[str, str]  # name of a script -> its text
    breaks: list[Break] = field(default_factory=list)
    journal: list[tuple[float, str]] = field(default_factory=list)
    approvals: dict[str, Approval] = field(default_factory=dict)
    attempts: dict[str, list[tuple[float, frozenset[str]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    accepted: list[tuple[float, Posted]] = field(default_factory=list)
    greetings: Greetings = field(default_factory=Greetings)
    improved: int = 0  # drafts that a better version took the place of
    recorded: dict[str, float] = field(default_factory=dict)  # when a reply came to count as sent
    dismissed: list[Dismissal] = field(default_factory=list)
    held: dict[ConversationId, Holding] = field(default_factory=dict)
    spans: dict[ConversationId, list[Span]] = field(default_factory=lambda: defaultdict(list))
    tellings: list[Telling] = field(default_factory=list)
    losses: list[tuple[float, float]] = field(default_factory=list)  # what was lost: from, to
    troubles: list[tuple[float, str]] = field(default_factory=list)  # at, owner
    names: dict[str, str] = field(default_factory=dict)  # hash of a script -> its name
    read: dict[tuple[str, str, int], frozenset[str]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)  # of an approved text -> its reply
    files: dict[str, str] = field(default_factory=dict)  # id of a file -> its hash
    kept: Kept = field(init=False)
    unasked: Unasked = field(init=False)

    def __post_init__(self) -> None:
        self.kept = Kept(lambda key: self.server.books.lrange(key, 0, -1))
        self.unasked = Unasked(self.broken)
        self.server.on_run = self.runs
        self.server.names = self.name_of
        self.names = {
            sha1(text.encode(), usedforsecurity=False).hexdigest(): name
            for name, text in self.texts.items()
        }
        self.server.on_ran = self.ran

    @property
    def now(self) -> float:
        return self.server.time.loop.time()

    def note(self, words: str) -> None:
        self.journal.append((self.now, words))

    def broken(self, promise: str, about: str, words: str) -> None:
        self.breaks.append(Break(promise=promise, about=about, words=words))
        self.note(f"BROKEN {promise}: {words}")

    def shown(
        self, agent: str, conversation: ConversationId, version: int, messages: frozenset[str]
    ) -> None:
        """What the draft ``version`` answers that an agent has before him."""
        self.read[agent, conversation, version] = messages

    def runs(self, args: Sequence[Any]) -> None:
        """A script is about to run: what it takes away stays in the books."""
        if self.name_of(args) == "purge":
            self.kept.purging(conversation_in(str(args[3])), self.now)

    def ran(self, owner: Owner, args: Sequence[Any], answer: Any) -> None:
        """A script has run on the server."""
        name, first = self.name_of(args), 3 + int(args[2])
        about = [key for key in map(str, args[3:first]) if ":conv:" in key]
        if about or name not in _EVERYDAY:
            names = " ".join(map(conversation_in, about)) or "".join(map(text_of, args[first:][:1]))
            self.note(f"{owner} {name} {names} -> {short(answer)}")
        act: Callable[[list[str], Any], None] | None = getattr(self, f"_{name}", None)
        if act is not None:
            act([text_of(one) for one in args[first:]], answer)
        if name not in _QUIET:
            for key in about:
                self._look(key)

    def name_of(self, args: Sequence[Any]) -> str:
        """Which script a call runs, by its hash or by its text."""
        known = self.names.get(args[1])
        if known is not None:
            return known
        named = sha1(str(args[1]).encode(), usedforsecurity=False).hexdigest()
        return self.names.get(named, "?")

    def _look(self, key: str) -> None:
        since, due = self.server.books.hmget(key, "waiting_since", "due_at")
        spans = self.spans[conversation_in(key)]
        if not spans or (spans[-1].since, spans[-1].due) != (since or "", due or ""):
            spans.append(Span(at=self.now, since=since or "", due=due or ""))

    # What single scripts mean for the books.

    def _claim_conversation(self, told: list[str], answer: Any) -> None:
        if answer[0] == "ok":
            self.held[ConversationId(told[0])] = Holding(
                agent=told[3], token=told[4], until=int(told[2]), at=self.now
            )

    def _release_conversation(self, told: list[str], answer: Any) -> None:
        if answer[0] == "ok":
            self.held.pop(ConversationId(told[0]), None)

    def _approve(self, told: list[str], answer: Any) -> None:
        conversation, now, agent, token, version = told[:5]
        if answer[0] != "ok" or answer[1] in self.approvals:
            return
        held = self.held.pop(ConversationId(conversation), None)
        if held is not None and held.token != token and held.until > int(now):
            self.broken(
                "nothing is sent under a lost claim",
                conversation,
                f"{agent} approved while {held.agent} had {conversation}",
            )
        elif held is not None and held.token == token and held.until <= int(now):
            self.broken(
                "nothing is sent under a lost claim",
                conversation,
                f"{agent} approved {conversation} after the claim had ended",
            )
        self.words[told[5]] = answer[1]
        self.approvals[answer[1]] = Approval(
            reply=answer[1],
            conversation=ConversationId(conversation),
            agent=agent,
            covered=self.read.get((agent, conversation, int(version)), frozenset()),
            known=self.kept.known(conversation),
            at=self.now,
            files=tuple(self.files[file] for file in told[20].split()),
        )

    def _keep_file(self, told: list[str], answer: Any) -> None:
        if answer[0] == "ok":
            self.files[told[3]] = sha256(b64decode(told[5])).hexdigest()

    def _attempt(self, told: list[str], answer: Any) -> None:
        if answer[0] == "go":
            fields = dict(zip(answer[1][::2], answer[1][1::2], strict=True))
            self.attempts[fields["id"]].append((self.now, self.kept.by_buyer(told[0])))

    def _improve(self, told: list[str], answer: Any) -> None:
        if text_of(answer) == "0":
            return
        self.improved += 1
        name = ConversationId(told[0])
        why = out_of_place(told, self.held.get(name), partial(self.kept.by_buyer, name))
        if why:
            self.broken("better drafts fit", name, f"of {name}: {why}")

    def _speak_first(self, told: list[str], answer: Any) -> None:
        if answer:
            self.greetings.written[told[5]] = ConversationId(told[0])

    def _no_reply_needed(self, told: list[str], answer: Any) -> None:
        if answer[0] == "ok":
            name = ConversationId(told[0])
            self.held.pop(name, None)
            seen = self.kept.by_buyer(name, int(told[3]) if told[3] else None)
            self.dismissed.append(
                Dismissal(conversation=name, seen=seen, known=self.kept.known(name), at=self.now)
            )

    def _sent(self, told: list[str], answer: Any) -> None:
        if text_of(answer) != "gone":
            self.recorded[told[2]] = self.now

    def _purge(self, _: list[str], answer: Any) -> None:
        if answer == 1:
            self.kept.purged()

    def _propose_outreach(self, told: list[str], answer: Any) -> None:
        if answer:
            self.unasked.propose(told)

    def _move_outreach(self, told: list[str], answer: Any) -> None:
        words = self.unasked.move(told, self.now) if text_of(answer) == "ok" else ""
        if words:
            self.words[words] = told[0]

    # What others tell.

    def accept(self, message: Posted) -> None:
        """The marketplace took a reply of ours."""
        self.note(f"market accepts {message.reply} as {message.id} in {message.thread}")
        if message.reply in self.greetings.written:
            self._greets(message)
            return
        if message.reply in self.unasked.approved:
            self.unasked.arrive(message.reply, message.thread, self.now)
            return
        self.accepted.append((self.now, message))
        approval = self.approvals.get(message.reply)
        if approval is None:
            self.broken("only what was approved is sent", message.reply, "never approved")
            return
        if message.files != approval.files:
            words = f"with files {message.files} for {approval.files}"
            self.broken("only what was approved is sent", message.reply, words)
        if not self.attempts[message.reply]:
            words = "sent before its attempt was written down"
            self.broken("an attempt is written down first", message.reply, words)
            return
        _, known = self.attempts[message.reply][-1]
        if known - approval.covered:
            self.broken(
                "nothing is sent on a stale draft",
                approval.conversation,
                f"{message.reply} left although {sorted(known - approval.covered)} were stored",
            )

    def _greets(self, message: Posted) -> None:
        """First words are said once, until a buyer is owed nothing more."""
        conversation = self.greetings.written[message.reply]
        rests = [span.at for span in self.spans[conversation] if not span.since]
        why = self.greetings.take(message.reply, self.now, rests)
        if why:
            self.broken("first words are said once", conversation, why)

    def said(self, account: str, order_id: str, channel: str, words: str) -> None:
        """The marketplace took words about an order."""
        self.note(f"market takes words about {order_id} by {channel}: {words}")
        self.unasked.said(account, order_id, channel, words, self.now)

    def told(self, notice: Notice, owner: str) -> None:
        self.note(f"{owner} pager {notice.kind} {notice.conversation or notice.account}")
        self.tellings.append(Telling(notice=notice, at=self.now, owner=owner))

    def lost(self, since: float) -> None:
        """The store has lost what it wrote after ``since``: so do the books of its promises."""
        self.losses.append((since, self.now))
        self.note(f"the store lost what it wrote since {since:.3f}")
        self.dismissed = [one for one in self.dismissed if one.at < since]
        self.recorded = {reply: at for reply, at in self.recorded.items() if at < since}
        self.kept.lost(since)
        self.unasked.lost(since)
        taken = {message.reply for _, message in self.accepted}
        for reply in [one.reply for one in self.approvals.values() if one.at >= since]:
            if reply not in taken:
                del self.approvals[reply]
                self.attempts.pop(reply, None)
        for name in [name for name, one in self.held.items() if one.at >= since]:
            del self.held[name]
        for key in self.server.books.keys("*:conv:*"):
            self._look(key)
        known = {conversation_in(key) for key in self.server.books.keys("*:conv:*")}
        for name in self.spans.keys() - known:
            self.spans[name].append(Span(at=self.now, since="", due=""))
