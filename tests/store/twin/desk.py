"""What agents do to a twin."""

from datetime import datetime

from responder.domain.model import State, Token
from responder.domain.states import Change
from responder.store.files import SETTLED_WITHIN
from tests.store.twin.facts import Item, TwinReply
from tests.store.twin.state import TwinState


class TwinDesk(TwinState):
    """The desk: each verb answers with the refusal's code, or "ok"."""

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
