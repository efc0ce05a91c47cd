"""Deadline queues: items that are handed out when their time comes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from secrets import token_hex

from responder.domain.model import Token
from responder.store.database import Database
from responder.store.heads import Heads, ask_for_heads, heads_of, read_heads
from responder.store.keys import Partition
from responder.store.times import moment, ms

MANY = 1000
FIRST_PAUSE = timedelta(seconds=1)  # of an item whose worker lost the store
AFTER_YOU = timedelta(milliseconds=20)  # by then a claim that another is under way with is done

_Lease = tuple[int, int, Token]  # from, until (ms), and whose it is


@dataclass(frozen=True, slots=True)
class Claim:
    """An item that is ours until its lease ends."""

    item: str
    tries: int  # how often it has been handed out since it was planned, this time included
    token: Token
    partition: Partition


class DeadlineQueue:
    """A lease is only a later wake-up time.

    ``claim`` pushes an item ``lease`` into the future; ``done`` forgets it. A
    worker that dies does neither, so its items come back by themselves: there
    is no reaper, and an item can be handed out more than once. The score is
    *when to look*, never the reply deadline.
    """

    def __init__(self, database: Database, name: str, lease: timedelta) -> None:
        self.name = name
        self.database = database
        self.lease = lease
        self.wakes = [partition.queue(name).wake for partition in database.partitions.all]
        self._seen: Heads | None = None  # when nothing more was due
        self._behind = timedelta(0)  # whoever was too late lets the other one be first
        self._left: dict[Claim, datetime] = {}  # by workers who lost the store; when to give back
        self._unheard: set[Token] = set()  # of claims that the store may have answered in vain

    async def heads(self) -> Heads:
        """The earliest wake-up of each partition that has one; one round trip."""
        [heads] = await heads_of(self)
        return heads

    async def next_at(self) -> datetime | None:
        """When the next item wants to be handed out.

        Right after a ``claim`` that found nothing due, or took all of it for a crew, this is
        what it saw: a worker that goes back to sleep asks once. Whoever plans something
        earlier rings. After a claim that came too late it is a moment later, until one succeeds:
        of several daemons that wait for the same item, one claims it and the others see that.
        """
        seen, self._seen = self._seen, None
        heads = await self.heads() if seen is None else seen
        first = min(heads.values(), default=None)
        return None if first is None else first + self._behind

    def leave(self, claim: Claim, settle: timedelta = timedelta(0)) -> None:
        """Its work has ended because the store failed: give it back when the store answers again.

        After a pause that grows with its tries and is at least ``settle``, and never later
        than its lease would have done it.
        """
        pause = max(settle, FIRST_PAUSE * 2 ** min(claim.tries - 1, 10))
        self._left[claim] = self.database.clock.now() + min(pause, self.lease)

    async def _give_back(self) -> None:
        if unheard := set(self._unheard):
            now = self.database.clock.now()
            for claim in await self.held():
                if claim.token in unheard:
                    await self.put_back([(claim, now)])
            self._unheard -= unheard
        while self._left:
            claim, at = next(iter(self._left.items()))
            # Our clock may have been set back meanwhile.
            await self.postpone(claim, min(at, self.database.clock.now() + self.lease))
            self._left.pop(claim, None)

    async def claim(
        self, limit: int, heads: Heads | None = None, *, for_crew: bool = False
    ) -> list[Claim]:
        """Take up to ``limit`` due items, earliest partition first, for one lease each.

        ``heads``: as they were read a moment ago, by whoever asked for several queues at once.
        ``for_crew``: nothing is done about them before ``next_at`` is asked.
        """
        if self._left or self._unheard:
            await self._give_back()
            heads = None
        now = self.database.clock.now()
        found = await self.heads() if heads is None else heads
        first = min(found.values(), default=None)
        if first is None or first > now:
            self._seen = found
            return []
        due = sorted((at, part.number, part) for part, at in found.items() if at <= now)
        seen = dict(found)
        claims: list[Claim] = []
        with self._taking(now) as lease:
            for _, _, partition in due:
                if len(claims) < limit:
                    rest = limit - len(claims)
                    claims += await self._ask("claim", partition, lease, (rest,), seen)
        self._seen = seen if not claims or (for_crew and len(claims) < limit) else None
        self._step_back(bool(limit), claims)
        return claims

    async def claim_in_order(
        self, limit: int, head_start: Callable[[str], timedelta]
    ) -> list[Claim]:
        """Take up to ``limit`` due items, those first whose wake-up less ``head_start`` is first.

        Over all partitions, and for one lease each. Reads every due item, up to
        ``MANY``: for a queue where it matters who is first, and that is short; for a crew.
        """
        await self._give_back()
        now = self.database.clock.now()
        partitions = self.database.partitions.all
        pipe = self.database.redis.pipeline(transaction=False)
        ask_for_heads(pipe, self)
        for partition in partitions:
            wake = partition.queue(self.name).wake
            pipe.zrange(wake, "-inf", ms(now), byscore=True, offset=0, num=MANY, withscores=True)
        answers = await pipe.execute()
        seen = read_heads(partitions, answers[: len(partitions)])
        due = sorted(
            (moment(int(at)) - head_start(item), partition.number, item)
            for partition, row in zip(partitions, answers[len(partitions) :], strict=True)
            for item, at in row
        )
        chosen: dict[int, list[str]] = {}
        for _, number, item in due[:limit]:
            chosen.setdefault(number, []).append(item)
        claims: list[Claim] = []
        with self._taking(now) as lease:
            for number, items in chosen.items():
                claims += await self._ask("take", partitions[number], lease, items, seen)
        self._seen = seen if len(due) <= limit else None
        self._step_back(bool(due and limit), claims)
        return claims

    def _step_back(self, wanted: bool, claims: Sequence[Claim]) -> None:
        if claims:
            self._behind = timedelta(0)
        elif wanted:
            self._behind = AFTER_YOU

    @contextmanager
    def _taking(self, now: datetime) -> Iterator[_Lease]:
        """Around scripts that hand out; should one not be answered, all of it is given back."""
        lease = (ms(now), ms(now + self.lease), Token(token_hex(16)))
        try:
            yield lease
        except Exception:
            self._unheard.add(lease[-1])
            raise

    async def _ask(
        self,
        script: str,
        partition: Partition,
        lease: _Lease,
        what: Iterable[str | int],
        seen: dict[Partition, datetime],
    ) -> list[Claim]:
        """What ``script`` handed out for ``lease``; ``seen`` gets what it said is next."""
        head, *flat = await self.database.scripts.run(
            script, partition.queue(self.name), (*lease, *what)
        )
        seen.pop(partition, None)
        if head is not None:
            seen[partition] = moment(int(float(head)))
        pairs = zip(flat[::2], flat[1::2], strict=True)
        return [Claim(item, tries, lease[-1], partition) for item, tries in pairs]

    async def done(self, claim: Claim) -> bool:
        """Forget the item; False when the lease was lost or the item was planned anew."""
        answer = await self.database.scripts.run(
            "done", claim.partition.queue(self.name), (claim.item, claim.token)
        )
        return bool(answer)

    async def postpone(self, claim: Claim, until: datetime, *, afresh: bool = False) -> bool:
        """Give the item back until ``until``; ``afresh`` counts its tries from the beginning."""
        answer = await self.database.scripts.run(
            "postpone",
            claim.partition.queue(self.name),
            (claim.item, claim.token, ms(until), "1" if afresh else "0"),
        )
        return bool(answer)

    async def put_back(self, plans: Sequence[tuple[Claim, datetime]]) -> int:
        """Give claims of one partition and one claim back untried; returns how many were ours."""
        first = plans[0][0]
        flat = [part for claim, at in plans for part in (claim.item, ms(at))]
        answer = await self.database.scripts.run(
            "put_back", first.partition.queue(self.name), (first.token, *flat)
        )
        return int(answer)

    async def hasten(self, partition: Partition, item: str) -> bool:
        """Have an item handed out now instead of later.

        False where somebody holds it, or where it waits to be tried again.
        """
        self._seen = None
        answer = await self.database.scripts.run(
            "hasten", partition.queue(self.name), (item, ms(self.database.clock.now()))
        )
        return bool(answer)

    async def schedule(
        self, partition: Partition, plans: Mapping[str, datetime], *, only_new: bool = False
    ) -> int:
        """Plan items of one partition anew, or (``only_new``) those not yet planned."""
        if not plans:
            return 0
        self._seen = None
        flat = [part for item, at in plans.items() for part in (item, ms(at))]
        answer = await self.database.scripts.run(
            "schedule", partition.queue(self.name), ("1" if only_new else "0", *flat)
        )
        return int(answer)

    async def reclaim(self, after: timedelta = timedelta(0)) -> int:
        """Take every item from whoever holds it, to be handed out ``after`` that time.

        Only for when whoever held them is surely dead: a lease protects from the living.
        """
        at = ms(self.database.clock.now() + after)
        held = [
            await self.database.scripts.run("reclaim", partition.queue(self.name), (at,))
            for partition in self.database.partitions.all
        ]
        return sum(map(int, held))

    async def bring_forward(self, longest: timedelta = timedelta(0)) -> int:
        """Have items that nobody holds handed out soon where they wait longer than ``longest``.

        Only for when a clock that was ahead may have planned them: others are looked at early.
        """
        now = self.database.clock.now()
        latest = now + max(self.lease, longest)
        self._seen = None
        count = 0
        for partition in self.database.partitions.all:
            some = MANY
            while some >= MANY:
                names = partition.queue(self.name)
                arguments = (ms(latest), ms(now), MANY)
                some = int(await self.database.scripts.run("bring_forward", names, arguments))
                count += some
        return count

    async def held(self) -> set[Claim]:
        """What somebody holds, dead or alive; their tries are not told."""
        partitions = self.database.partitions.all
        pipe = self.database.redis.pipeline(transaction=False)
        for partition in partitions:
            pipe.hgetall(partition.queue(self.name).holder)
        return {
            Claim(item, 0, Token(token), partition)
            for partition, row in zip(partitions, await pipe.execute(), strict=True)
            for item, token in row.items()
        }

    async def depth(self) -> int:
        """How many items are planned, due or not."""
        pipe = self.database.redis.pipeline(transaction=False)
        for partition in self.database.partitions.all:
            pipe.zcard(partition.queue(self.name).wake)
        return sum(await pipe.execute())


def by_partition(claims: Iterable[Claim]) -> list[tuple[Partition, list[Claim]]]:
    """The claims of each partition together: one script call may touch only one."""
    ordered = sorted(claims, key=lambda claim: claim.partition.number)
    grouped = groupby(ordered, key=lambda claim: claim.partition)
    return [(partition, list(group)) for partition, group in grouped]
