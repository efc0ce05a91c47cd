"""Replies and first words on their way, to the store and to its twins."""

from datetime import timedelta

from responder.domain.model import ConversationId
from responder.domain.states import Change
from responder.store.first_words import first_words_id, speak_first, spoke_first
from responder.store.outbox import (
    Outgoing,
    Return,
    Verdict,
    attempt,
    returned,
    sent,
    try_later,
    uncertain,
)
from responder.store.queue import Claim
from tests.store.together.accounts import THREADS, Delivery, OnTheWire
from tests.store.together.both import Both

WORDS = "We are asleep; an answer comes in the morning."  # nobody approves them


class InTheOutbox(Both):
    """What leaves, and what is heard of it."""

    async def send(self, claim: Claim, fate: str, *, can_tell: bool) -> None:
        """What the sender does with a claimed reply; an answer comes later, or never."""
        verdict, reply = await self.attempt(claim)
        match verdict:
            case Verdict.GO if reply:
                self.leave(claim, reply, fate)
            case Verdict.PROOF if reply:
                await self.tell_sent(ConversationId(claim.item), reply, reply.proof)
            case Verdict.NEWER if reply:
                await self.give_back(claim, reply, Change.HELD)
            case Verdict.TRACE if reply:
                await self.trace(claim, reply, fate, can_tell=can_tell)
            case _:
                assert reply is None

    async def trace(self, claim: Claim, reply: Outgoing, fate: str, *, can_tell: bool) -> None:
        """Ask the marketplace about an attempt whose answer was lost."""
        if not can_tell:
            await self.call_uncertain(claim)
            return
        if self.delivery(claim, reply) is not None and fate == "refused":
            await self.give_back(claim, reply, Change.REFUSED, was_sent=True)
            return
        if self.delivery(claim, reply) is not None:
            await self.tell_sent(ConversationId(claim.item), reply, reply.id)
            return
        verdict, again = await self.attempt(claim, traced=True)
        assert again is not None
        if verdict is Verdict.GO:
            self.leave(claim, again, fate)
        else:
            assert verdict is Verdict.NEWER
            await self.give_back(claim, again, Change.HELD)

    async def attempt(
        self, claim: Claim, *, traced: bool = False
    ) -> tuple[Verdict, Outgoing | None]:
        answer = self.twin(claim.item).attempt(claim.token, self.clock.now(), traced=traced)

        verdict, reply = await attempt(self.database, claim, traced=traced)

        assert verdict is answer
        return verdict, reply

    def delivery(self, claim: Claim, reply: Outgoing) -> Delivery | None:
        deliveries = self.account_of(claim.item).deliveries
        return next((one for one in deliveries if one.id == reply.id), None)

    def leave(self, claim: Claim, reply: Outgoing, fate: str) -> None:
        """The request leaves. No reply may ever reach a marketplace twice."""
        assert self.delivery(claim, reply) is None, "sent twice"
        if fate in {"accepted", "crash", "silence"}:
            account = self.account_of(claim.item)
            [thread] = (t for t in THREADS if account.shop.conversation(t) == claim.item)
            arrival = account.shop.our_own(reply.text, thread=thread, name=f"copy of {reply.id}")
            account.deliveries.append(
                Delivery(thread, reply.id, reply.text, next(self.receipts), arrival)
            )
        self.wire.append(OnTheWire(claim, reply, fate))

    async def hear(self, one: OnTheWire) -> None:
        """What became of a request comes to the worker's ears."""
        match one.fate:
            case "accepted":
                delivery = self.delivery(one.claim, one.reply)
                assert delivery is not None
                await self.tell_sent(ConversationId(one.claim.item), one.reply, delivery.receipt)
            case "silence" | "lost":
                await self.call_uncertain(one.claim)
            case "refused":
                await self.give_back(one.claim, one.reply, Change.REFUSED)
            case "later":
                await self.put_off(one.claim)

    async def tell_sent(self, conversation: ConversationId, reply: Outgoing, receipt: str) -> None:
        now = self.clock.now()
        answer = self.twin(conversation).sent(reply.id, receipt, now, now)

        state = await sent(self.database, conversation, reply, receipt=receipt, accepted_at=now)

        assert state is answer
        if answer is not None:
            self.account_of(conversation).seen.add(receipt)
        self.heard.append((conversation, reply))

    async def call_uncertain(self, claim: Claim) -> None:
        answer = self.twin(claim.item).uncertain(claim.token, self.clock.now())
        notice = self.shop.notice("send_uncertain")

        assert await uncertain(self.database, claim, "no answer", notice) == answer

    async def give_back(
        self, claim: Claim, reply: Outgoing, change: Change, *, was_sent: bool = False
    ) -> None:
        conversation = ConversationId(claim.item)
        back = Return(
            change=change,
            reply_state=reply.state,
            why="no",
            reply_id=reply.id,
            claim=claim,
            was_sent=was_sent,
        )
        answer = "unknown"
        if conversation in self.twins:
            answer = self.twins[conversation].returned(
                change,
                reply.state,
                self.clock.now(),
                token=claim.token,
                reply=reply.id,
                was_sent=was_sent,
            )

        assert (await returned(self.database, conversation, back))[0] == answer

    async def put_off(self, claim: Claim) -> None:
        until = self.clock.now() + timedelta(seconds=30)
        answer = self.twin(claim.item).put_off(claim.token, until)

        assert await try_later(self.database, claim, until) == answer

    async def speak_first(self, conversation: ConversationId, fate: str) -> None:
        """They leave (or not), and the answer comes (or not); the copy may be listed some time."""
        twin, account = self.twins[conversation], self.account_of(conversation)
        now = self.clock.now()
        queue, partition = self.shop.queues.greet, account.shop.partition
        since = twin.waiting_since or now
        await queue.schedule(partition, {conversation: now})
        [claim] = await queue.claim(10)
        said = twin.speak_first(WORDS, first_words_id(conversation, now), now)

        spoken = await speak_first(self.database, claim, account.shop.account, since, WORDS)

        assert bool(spoken) == said
        if spoken is None:
            return
        [thread] = (t for t in THREADS if account.shop.conversation(t) == conversation)
        receipt = next(self.receipts) if fate == "accepted" else ""
        if fate in {"accepted", "crash", "silence"}:
            name = receipt or f"copy of {spoken.id}"
            account.arrivals.append(account.shop.our_own(WORDS, thread=thread, name=name))
        if fate != "crash":
            unsent = fate in {"refused", "later"}
            twin.spoke_first(spoken.id, receipt, now, unsent=unsent)
            if receipt:
                account.seen.add(receipt)
            done = await spoke_first(self.database, spoken, receipt=receipt, unsent=unsent)
            assert done
