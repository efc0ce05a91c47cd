"""The agents' verbs, to the store and to its twins."""

from responder.domain.model import AccountId, ConversationId, Intent, Token
from responder.domain.states import Change
from responder.store.conversations import Asked
from responder.store.files import UNUSED_FOR, contents, drop_file, keep_file
from responder.store.lessons import Teaching
from responder.store.outbox import outgoing
from responder.store.second_yes import Request, ask, decline
from tests.store.shop import AGENT_LEASE
from tests.store.together.both import Both, code_of
from tests.store.twin.facts import TwinReply

STEPS_MADE = ("", "photos damaged_defective", "small_refund damaged_defective 1-2")
MOST_FILES = 2


def teaching(account: AccountId, text: str) -> Teaching:
    """What an approval of ``text`` teaches here: some are edited, some are not."""
    return Teaching(
        account=account,
        text=text,
        language="en",
        predicted=Intent.ORDER_STATUS,
        confirmed=Intent.ORDER_STATUS,
        template="template:en/x",
        distance=len(text) % 3,
        length=20,
    )


class AtTheDesk(Both):
    """Each verb is answered alike, refusals included."""

    async def claim(self, conversation: ConversationId, agent: str) -> Token | None:
        twin, now = self.twins[conversation], self.clock.now()
        if twin.holder_at(now) not in {"", agent}:
            assert await code_of(self.desk.claim(conversation, agent)) == "already_claimed"
            return None
        lease = await self.desk.claim(conversation, agent)
        twin.claimed(agent, lease.token, now + AGENT_LEASE)
        self.tokens.append((conversation, agent, lease.token))
        return lease.token

    async def take_over(self, conversation: ConversationId, agent: str) -> Token:
        lease = await self.desk.take_over(conversation, agent)
        self.twins[conversation].taken_over(agent, lease.token, self.clock.now() + AGENT_LEASE)
        self.tokens.append((conversation, agent, lease.token))
        return lease.token

    async def release(self, conversation: ConversationId, token: Token) -> None:
        answer = self.twins[conversation].released(token)

        assert await code_of(self.desk.release(conversation, token)) == answer

    async def approve(
        self,
        conversation: ConversationId,
        agent: str,
        token: Token,
        text: str,
        version: int,
        newest: int | None = None,
        *,
        agrees: Asked | None = None,
        saw_ask: bool = True,
        files: tuple[str, ...] | None = None,
    ) -> None:
        """``agrees``: it is the second yes to that. ``saw_ask``: read after the last was asked."""
        twin, now = self.twins[conversation], self.clock.now()
        current = None if agrees is None else agrees == self.asked.get(conversation)
        by = agrees.by if agrees else ""
        files = twin.files[: len(text) % 3] if files is None else files  # also what is gone
        answer = twin.approve(
            agent,
            token,
            version,
            text,
            now,
            newest,
            agrees=current,
            asked_by=by,
            saw_ask=saw_ask,
            files=files,
        )
        account = self.account_of(conversation)
        taught = teaching(account.shop.account, text)
        step = STEPS_MADE[len(text) % len(STEPS_MADE)]
        work = self.desk.approve(
            conversation,
            agent,
            token,
            version=version,
            text=text,
            newest=newest,
            teaching=taught,
            step=step,
            asked=agrees,
            seen_ask=await self._seen_ask(conversation) if saw_ask else "",
            files=files,
        )

        assert await code_of(work) == answer

        reply = await outgoing(self.database, conversation)
        if answer == "ok" and twin.reply is None:
            assert reply is not None
            assert reply.id not in self.reply_ids, "an id is never used again"
            self.reply_ids.add(reply.id)
            covers = frozenset(twin.owed)
            approved = TwinReply(
                reply.id, text, agent, version, twin.newest, covers, now, step=step
            )
            approved.files = files
            assert reply.files == tuple(one for one in reply.files if one.id in files)
            assert None not in await contents(self.database, conversation, reply.files)
            account.lessons.pop((conversation, twin.newest), None)
            account.lessons[conversation, twin.newest] = taught.text
            if twin.counted != version:
                twin.counted = version
                account.counted["approved"] += 1
                account.counted["edited"] += taught.distance > 0
                account.counted["distance"] += taught.distance
                account.counted["length"] += taught.length
            twin.approved(approved, now, now)

    async def attach(self, conversation: ConversationId, token: Token) -> None:
        """Whoever holds a claim puts a file there."""
        twin, now = self.twins[conversation], self.clock.now()
        answer = twin.may_attach(token, now)
        if answer == "ok" and len(twin.files_at(now)) == MOST_FILES:
            answer = "too_many_files"
        file = ("a.pdf", "application/pdf", b"%PDF-")
        kept = keep_file(self.database, conversation, token, file, room=(MOST_FILES, 100))
        if answer == "ok":
            twin.attached((await kept).id, now + UNUSED_FOR, now)
        else:
            assert await code_of(kept) == answer

    async def detach(self, conversation: ConversationId, token: Token) -> None:
        """Whoever holds a claim takes the first one away."""
        twin, now = self.twins[conversation], self.clock.now()
        answer = twin.may_attach(token, now)
        lying = (await self.shop.read(conversation)).files
        if not lying:
            return
        work = drop_file(self.database, conversation, token, lying[0])

        assert await code_of(work) == answer

        if answer == "ok":
            twin.detached(lying[0].id)

    async def ask(
        self,
        conversation: ConversationId,
        agent: str,
        token: Token,
        text: str,
        version: int,
        newest: int,
        *,
        saw_ask: bool = True,
    ) -> None:
        """Somebody prepares a reply that needs a second yes."""
        twin, now = self.twins[conversation], self.clock.now()
        files = (await self.shop.read(conversation)).files[: len(text) % 3]
        named = tuple(file.id for file in files)
        answer = twin.ask(agent, token, text, version, newest, now, saw_ask=saw_ask, files=named)
        request = Request(
            text=text, by=agent, why="trainee", version=version, newest=newest, files=files
        )
        seen_ask = await self._seen_ask(conversation) if saw_ask else ""

        work = ask(self.database, conversation, token, request, seen_ask=seen_ask)
        assert await code_of(work) == answer

        if answer == "ok":
            asked = (await self.shop.read(conversation)).asked
            assert asked is not None
            self.asked[conversation] = asked

    async def _seen_ask(self, conversation: ConversationId) -> str:
        return (await self.shop.read(conversation)).asked_id

    async def decline(self, conversation: ConversationId, agent: str, asked: Asked) -> None:
        current = asked == self.asked.get(conversation)
        answer = self.twins[conversation].decline(self.clock.now(), agrees=current)
        work = decline(self.database, conversation, agent, asked, why="no")

        assert await code_of(work) == answer

    async def withdraw(self, conversation: ConversationId, agent: str, *, of_anybody: bool) -> None:
        answer = self.twins[conversation].returned(
            Change.WITHDRAWN, "queued", self.clock.now(), by=None if of_anybody else agent
        )
        work = self.desk.withdraw(conversation, agent, of_anybody=of_anybody)

        assert await code_of(work) == answer

    async def reject(
        self, conversation: ConversationId, agent: str, version: int | None, again: bool
    ) -> None:
        answer = self.twins[conversation].reject(agent, version, again, self.clock.now())
        work = self.desk.reject(conversation, agent, version=version, again=again, why="no")

        assert await code_of(work) == answer

    async def dismiss(self, conversation: ConversationId, agent: str, newest: int | None) -> None:
        answer = self.twins[conversation].dismiss(agent, newest, self.clock.now())

        assert (
            await code_of(self.desk.no_reply_needed(conversation, agent, newest=newest)) == answer
        )

    async def settle(self, conversation: ConversationId, *, was_sent: bool) -> None:
        """A person has looked at a reply that nobody is sure of."""
        twin, now = self.twins[conversation], self.clock.now()
        if twin.reply is None or twin.reply.state != "uncertain":
            answer = "gone" if twin.reply is None else "wrong_state"
        elif was_sent:
            self.account_of(conversation).seen.add(twin.reply.id)
            at = twin.reply.attempted_at or now
            assert twin.sent(twin.reply.id, twin.reply.id, now, at, found=True)
            answer = "ok"
        else:
            answer = twin.returned(Change.NOT_SENT, "uncertain", now)
        work = self.desk.resolve_uncertain(conversation, "sue", was_sent=was_sent)

        assert await code_of(work) == answer
