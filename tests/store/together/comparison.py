"""The store held against its twins."""

from collections import Counter, defaultdict
from datetime import date

from responder.store.accounts import read_account
from responder.store.days import read_days
from responder.store.lessons import edits, lessons
from responder.store.overview import count_open
from responder.store.trends import ASKING, read_trends
from tests.store.snapshot import expected, snapshot
from tests.store.together.accounts import ACCOUNTS, Account
from tests.store.together.both import Both

FIGURES = (
    "by_risk",
    "by_state",
    "by_agent",
    "snoozed",
    "escalated",
    "second_yes",
    "oldest",
    "next_due",
    "next_team_due",
    "team_late",
)


class Compared(Both):
    """What both must agree on."""

    async def counts_follow(self) -> None:
        """What follows the events says the same as what counts everything afresh."""
        kept, fresh = await self.counting.overview(), await count_open(self.database)
        for name in FIGURES:
            assert getattr(kept, name) == getattr(fresh, name), name
        assert sorted(kept.late) == sorted(fresh.late)

    async def compare(self) -> None:
        now = self.clock.now()
        partitions = [one.shop.partition for one in self.accounts]
        assert await snapshot(self.database, partitions) == {
            name: expected(twin, now) for name, twin in self.twins.items()
        }
        for one in self.accounts:
            book = await read_account(self.database, one.shop.account)
            assert (book.stored, book.known) == (one.stored, one.known)
            assert book.seen == book.stored + book.known + book.ignored + book.set_aside
            assert (book.unaccounted, book.recovered) == (0, 0)
            taught = await lessons(self.database, one.shop.account)
            assert [lesson.text for lesson in taught] == list(one.lessons.values())
            rows = await edits(self.database, [one.shop.account])
            counted = {name: getattr(row, name) for row in rows for name in one.counted}
            assert counted == dict(one.counted)
        await self.compare_days()

    async def compare_days(self) -> None:
        """What was answered in time, and what was not, is counted once, whatever came twice."""
        counted = await read_days(self.database, ACCOUNTS)
        for one in self.accounts:
            days = counted[one.shop.account]
            told = {
                (day, name): getattr(tally, name)
                for day, tally in days.items()
                for name in ("in_time", "late", "left_out")
            }
            expected = Counter(one.days)
            for name, twin in self.twins.items():
                if self.account_of(name) is one:
                    expected.update(twin.days)
            assert {what: n for what, n in told.items() if n} == {
                what: n for what, n in expected.items() if n
            }
            await self.compare_replies(one)

    async def compare_replies(self, one: Account) -> None:
        """The team's figures count the replies that arrived, and none that was refused later."""
        told = await read_trends(self.database, [one.shop.account], date(1970, 1, 1))
        found = Counter({f"class {place}": n for place, n in enumerate(told.waited) if n})
        found.update({"intent": told.intents.total()} if told.intents else {})
        found.update(told.people)
        found.update({step: n for (step, _), n in told.given.items()})
        expected = Counter(one.replies)
        for name, twin in self.twins.items():
            if self.account_of(name) is one:
                expected.update(twin.replies)
        expected.pop(ASKING, None)
        assert dict(found) == {what: n for what, n in expected.items() if n}

    async def compare_events(self) -> None:
        """Every change since the last look has left its event, in order."""
        events = await self.feed.since(self.position)
        self.position = events[-1].position if events else self.position
        told: defaultdict[str, list[str]] = defaultdict(list)
        for event in events:
            if event.conversation is not None:
                told[event.conversation].append(event.type)
        for name, twin in self.twins.items():
            assert told.pop(name, []) == list(map(str, twin.events))
            twin.events.clear()
        assert told == {name: ["purged"] for name in self.purged}
        self.purged.clear()
