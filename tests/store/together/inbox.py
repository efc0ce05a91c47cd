"""Pages of an inbox, to the store and to its twins."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from responder.domain.model import Token
from responder.domain.states import CLOSED
from responder.store.accounts import read_account
from responder.store.inbox import Arrival, ingest
from responder.store.purge import purge_closed
from tests.store.together.accounts import Account
from tests.store.together.both import Both


class InTheInbox(Both):
    """What comes in, and what is forgotten."""

    async def page(self, account: Account, arrivals: list[Arrival]) -> None:
        by_thread: defaultdict[str, list[tuple[Arrival, bool]]] = defaultdict(list)
        for arrival in arrivals:
            by_thread[arrival.thread].append((arrival, arrival.message.id not in account.seen))
            account.seen.add(arrival.message.id)
        new = 0
        for thread, page in by_thread.items():
            twin = self.twin(account.shop.conversation(thread))
            new += twin.take_in(page, self.clock.now())
            if twin.texts:
                self.twins[account.shop.conversation(thread)] = twin
        account.stored += new
        account.known += len(arrivals) - new

        stored = await account.shop.receive(*arrivals)

        assert (stored.messages, stored.aside) == (new, 0)

    async def late_page(self, account: Account) -> None:
        """A page under a lost lease changes nothing."""
        lost = replace(await account.shop.poll(), token=Token("lost"))
        page = account.shop.page(account.shop.arrival(), cursor="never")

        stored = await ingest(self.database, page, lost, next_poll=self.clock.now())

        assert stored is None
        assert (await read_account(self.database, account.shop.account)).cursor != "never"

    async def purge(self, age: timedelta) -> None:
        before = self.clock.now() - age
        gone = [
            name
            for name, twin in self.twins.items()
            if twin.state in CLOSED and max(twin.scored, twin.changed) <= before
        ]

        assert await purge_closed(self.database, CLOSED, before) == len(gone)

        for name in gone:
            twin = self.twins.pop(name)
            self.account_of(name).days.update(twin.days)
            self.account_of(name).replies.update(twin.replies)
            twin.forgotten.update((words, self.clock.now()) for words, _ in twin.awaited)
            self.reborn[name] = twin.reborn()
        self.purged += gone
