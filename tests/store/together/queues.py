"""What workers do with drafts and the watch, to the store and to its twins."""

from dataclasses import replace
from datetime import timedelta

from responder.domain.model import ConversationId
from responder.domain.sla import SlaPolicy
from responder.store.drafts import store_drafts
from responder.store.improvements import improve
from responder.store.notices import Announcement, announce
from responder.store.queue import Claim
from responder.store.replan import replan
from tests.store.shop import DAY, proposal
from tests.store.snapshot import FIELDS
from tests.store.together.both import Both

LEASES = {"draft": 30, "watch": 10, "outbox": 120}  # seconds


class InTheQueues(Both):
    """What is due is handed out; drafts are stored, thresholds announced."""

    async def hand_out(self, name: str) -> list[Claim]:
        """Everything that is due in a queue, to one worker."""
        now = self.clock.now()
        items = ((twin.queue(FIELDS[name]), one) for one, twin in self.twins.items())
        due = {one for item, one in items if item is not None and item.wake <= now}
        [queue] = (one for one in self.shop.queues.all if one.name == name)

        claims = await queue.claim(100)

        assert {claim.item for claim in claims} == due
        for claim in claims:
            until = now + timedelta(seconds=LEASES[name])
            self.twin(claim.item).handed_out(FIELDS[name], claim.token, until)
        self.hands[name] += claims
        return claims

    async def announce(self, claim: Claim) -> None:
        now, twin = self.clock.now(), self.twin(claim.item)
        since = twin.waiting_since or now
        plan = twin.plan or DAY.plan(since)
        what = Announcement(
            claim=claim,
            waiting_since=since,
            told=plan.reached(now),
            risk=plan.risk(now),
            next_at=plan.next_at(now),
            notice=None,
        )

        noted = await announce(self.database, [what])

        assert bool(noted) == twin.announce(claim.token, since, now)

    async def promise(self, conversation: ConversationId, policy: SlaPolicy) -> None:
        """Another policy holds from now on for what is owed; time goes on a little meanwhile."""
        self.clock.advance(timedelta(milliseconds=1))
        changed = self.twins[conversation].replanned(policy, self.clock.now())
        partition = self.database.partitions.of_conversation(conversation)
        one = await self.shop.read(conversation)

        done = await replan(self.database, partition, [one], lambda _: policy)

        assert done == ({conversation} if changed else set())

    async def store_draft(self, claim: Claim, *, stale: bool = False) -> None:
        twin = self.twin(claim.item)
        answers = twin.newest - stale

        stored = await store_drafts(self.database, [self.shop.proposed(claim, answers)])

        assert bool(stored) == twin.drafted(claim.token, answers, self.clock.now())

    async def improve(self, conversation: ConversationId, off: int) -> None:
        """A better version of a draft comes, made from the version ``off`` behind the last."""
        twin, now = self.twins[conversation], self.clock.now()
        partition = self.database.partitions.of_conversation(conversation)
        await self.shop.queues.improve.schedule(partition, {conversation: now})
        [claim] = await self.shop.queues.improve.claim(10)
        made_from = replace(
            await self.shop.read(conversation),
            draft_version=twin.version - off,
            newest=twin.newest,
        )

        stored = await improve(self.database, claim, made_from, proposal("A better one."))

        assert (stored is not None) == twin.improved(twin.version - off, now)
