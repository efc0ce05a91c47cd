"""What agents decide about a conversation. Each is one script; a refusal raises an error.

What they say about it without deciding anything is in ``remarks.py``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from responder.domain.model import (
    AccountId,
    ConversationId,
    ReplyId,
    State,
    Token,
)
from responder.domain.states import Change
from responder.store.codec import same_words
from responder.store.conversations import Asked, read
from responder.store.database import Database
from responder.store.files import SETTLED_WITHIN
from responder.store.keys import Partition
from responder.store.lessons import KEPT, Teaching
from responder.store.outbox import Outgoing, Return, outgoing, returned, sent
from responder.store.refusals import conflict, partition_of, settle
from responder.store.times import ms

ANY_REPLY = ReplyId("")  # whichever is on its way


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """An agent's claim on a conversation."""

    token: Token
    expires_at: datetime


def _random_id() -> str:
    return uuid4().hex[:16]


class Desk:
    """The agents' verbs. ``new_id`` names a reply as nothing was ever named before."""

    def __init__(
        self,
        database: Database,
        *,
        lease: timedelta,
        undo: timedelta,
        new_id: Callable[[], str] = _random_id,
    ) -> None:
        self._database = database
        self._lease = lease
        self._undo = undo
        self._new_id = new_id

    async def claim(self, conversation: ConversationId, agent: str) -> Lease:
        """Work on a conversation alone. ``Conflict`` "held" names who has it."""
        return await self._take(conversation, agent, Token(uuid4().hex), "")

    async def take_over(self, conversation: ConversationId, agent: str) -> Lease:
        """Work on a conversation alone, whoever had it: their claim is worth nothing any more."""
        return await self._take(conversation, agent, Token(uuid4().hex), "2")

    async def renew(self, conversation: ConversationId, agent: str, token: Token) -> Lease:
        """Keep a claim for another lease. ``Conflict`` "not_claimed" when it is lost."""
        return await self._take(conversation, agent, token, "1")

    async def _take(
        self, conversation: ConversationId, agent: str, token: Token, how: str
    ) -> Lease:
        partition = self._partition(conversation)
        now = self._database.clock.now()
        until = now + self._lease
        answer = await self._database.scripts.run(
            "claim_conversation",
            (partition.conversation(conversation).conversation, partition.events),
            (conversation, ms(now), ms(until), agent, token, how),
        )
        settle(conversation, answer)
        return Lease(token=token, expires_at=until)

    async def release(self, conversation: ConversationId, token: Token) -> None:
        partition = self._partition(conversation)
        answer = await self._database.scripts.run(
            "release_conversation",
            (partition.conversation(conversation).conversation, partition.events),
            (conversation, ms(self._database.clock.now()), token),
        )
        settle(conversation, answer)

    async def approve(
        self,
        conversation: ConversationId,
        agent: str,
        token: Token,
        *,
        version: int,
        text: str,
        override: str = "",
        newest: int | None = None,
        teaching: Teaching | None = None,
        step: str = "",
        asked: Asked | None = None,
        seen_ask: str = "",
        files: Sequence[str] = (),
    ) -> ReplyId:
        """Put ``text`` on its way, once the undo window is over. Its id was never given before.

        ``token`` is that of the claim; "" for none: then nobody else may have one.
        ``newest`` is the seq of the newest message that was read, where no draft says so;
        ``teaching`` what the approval says of the draft; ``step`` the step of the ladder that
        it makes; ``asked`` what this is the second yes to. All is kept in the same step.
        ``seen_ask``: the ``asked_id`` of the conversation as it was read. Without a claim, what
        a colleague has prepared since is not passed over ("stale_ask"). ``files``: ids of those
        that lie in the conversation and go with it; the others are given up.

        ``Conflict``: "already_claimed", "not_claimed", "stale_draft", "newer_message",
        "wrong_state", "stale_ask", "file_gone".
        """
        now = self._database.clock.now()
        answer = await self._database.scripts.run(
            "approve",
            _keys_of_approval(self._partition(conversation), conversation, teaching),
            (
                conversation,
                ms(now),
                agent,
                token,
                version,
                text,
                same_words(text),
                ms(now + self._undo),
                override,
                "" if newest is None else newest,
                self._new_id(),
                teaching.lesson if teaching else "",
                teaching.edited if teaching else "",
                teaching.distance if teaching else 0,
                teaching.length if teaching else 0,
                KEPT,
                step,
                asked.id if asked else "",
                asked.by if asked else "",
                seen_ask,
                " ".join(files),
                ms(now + SETTLED_WITHIN),
            ),
        )
        settle(conversation, answer)
        return ReplyId(answer[1])

    async def withdraw(
        self,
        conversation: ConversationId,
        agent: str,
        *,
        of_anybody: bool = False,
        reply: ReplyId = ANY_REPLY,
    ) -> None:
        """Take an approval back while the undo window holds it.

        ``of_anybody``: the agent may take back what others approved; ``reply``: that one only.
        ``Conflict``: "not_yours" names who approved it; "gone", "wrong_state" when it is too late.
        """
        back = Return(
            change=Change.WITHDRAWN,
            reply_state="queued",
            why=agent,
            reply_id=reply,
            approved_by="" if of_anybody else agent,
        )
        await self._return(conversation, back)

    async def reject(
        self,
        conversation: ConversationId,
        agent: str,
        *,
        version: int | None,
        again: bool,
        why: str,
    ) -> None:
        """Throw the draft away; ``again`` asks for another."""
        partition = self._partition(conversation)
        answer = await self._database.scripts.run(
            "reject",
            (
                partition.conversation(conversation).conversation,
                partition.events,
                *partition.queue("draft"),
            ),
            (
                conversation,
                ms(self._database.clock.now()),
                agent,
                "" if version is None else version,
                "1" if again else "0",
                why,
            ),
        )
        settle(conversation, answer)

    async def no_reply_needed(
        self, conversation: ConversationId, agent: str, *, newest: int | None = None
    ) -> None:
        """Stop the clock: nobody is owed an answer. It restarts if the buyer writes again."""
        partition = self._partition(conversation)
        keys = partition.conversation(conversation)
        account = AccountId(await self._database.field(keys.conversation, "account") or "")
        answer = await self._database.scripts.run(
            "no_reply_needed",
            (
                keys.conversation,
                keys.owed,
                partition.events,
                *partition.queue("draft"),
                *partition.queue("watch"),
                partition.index[State.WAITING],
                partition.index[State.NO_REPLY_NEEDED],
                partition.days(account),
                partition.files(conversation),
                partition.stock,
            ),
            (
                conversation,
                ms(self._database.clock.now()),
                agent,
                "" if newest is None else newest,
            ),
        )
        settle(conversation, answer)

    async def resolve_uncertain(
        self,
        conversation: ConversationId,
        agent: str,
        *,
        was_sent: bool,
        reply: ReplyId = ANY_REPLY,
    ) -> None:
        """A person has looked: the uncertain reply has arrived, or it has not.

        ``reply``: which one was looked for; "gone" where another one is uncertain by now.
        """
        if was_sent:
            await self._arrived(conversation, agent, reply)
            return
        back = Return(change=Change.NOT_SENT, reply_state="uncertain", why=agent, reply_id=reply)
        await self._return(conversation, back)

    async def _arrived(self, conversation: ConversationId, agent: str, wanted: ReplyId) -> None:
        reply = await self._uncertain(conversation, wanted)
        state = await sent(
            self._database,
            conversation,
            reply,
            receipt=reply.id,
            accepted_at=reply.first_attempt_at or self._database.clock.now(),
            told_by=agent,
        )
        settle(conversation, ["gone" if state is None else "ok"])

    async def _uncertain(self, conversation: ConversationId, wanted: ReplyId) -> Outgoing:
        """The uncertain reply of a conversation; once it is something else it stays so."""
        reply = await outgoing(self._database, (await read(self._database, conversation)).id)
        if reply is None or wanted not in {ANY_REPLY, reply.id}:
            raise conflict("gone")
        if reply.state != "uncertain":
            raise conflict("wrong_state", reply.state)
        return reply

    async def _return(self, conversation: ConversationId, back: Return) -> None:
        self._partition(conversation)
        settle(conversation, await returned(self._database, conversation, back))

    def _partition(self, conversation: ConversationId) -> Partition:
        return partition_of(self._database, conversation)


def _keys_of_approval(
    partition: Partition, conversation: ConversationId, teaching: Teaching | None
) -> Iterator[str]:
    keys = partition.conversation(conversation)
    yield from (keys.conversation, keys.reply, partition.events)
    yield from partition.queue("outbox")
    yield from (partition.index[State.WAITING], partition.index[State.APPROVED], keys.owed)
    taught = teaching.account if teaching else AccountId("")  # then neither key is touched
    yield from (partition.lessons(taught), partition.edits(taught))
    yield from (partition.files(conversation), partition.stock)
