"""Has an account polled at once when its marketplace says that there is news.

Only a hint: polls come all the same, so that what is not heard is read a little later. Every daemon
that polls listens; what several hear is one poll.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from random import Random

import structlog

from connectors.base import ConnectorError, news_of
from responder.clock import Clock
from responder.domain.backoff import backoff
from responder.domain.model import AccountId
from responder.store.database import Database
from responder.store.queues import Queues
from responder.workers.accounts import Accounts
from responder.workers.loop import Bell
from responder.workers.poison import THE_STORES

log = structlog.get_logger()

BREATH = 1.0  # seconds between two times of listening: a busy inbox is one poll a second at most
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=5)
Listen = Callable[[], Awaitable[bool]]


class Waker:
    """One ear for each account that has one."""

    name = "wake"

    def __init__(
        self,
        database: Database,
        queues: Queues,
        accounts: Accounts,
        *,
        tasks: asyncio.TaskGroup,
        bell: Bell,
        polls: Bell,
        clock: Clock,
        dice: Random,
    ) -> None:
        self._database = database
        self._queue = queues.poll
        self._ears = {
            name: listen
            for name, account in accounts.items()
            if (listen := news_of(account.connector)) is not None
        }
        self._tasks = tasks
        self._bell = bell
        self._polls = polls
        self._clock = clock
        self._dice = dice
        self._listening: dict[AccountId, asyncio.Task[None]] = {}
        self._not_before: dict[AccountId, datetime] = {}
        self._failures: Counter[AccountId] = Counter()

    async def next_at(self) -> datetime | None:
        waiting = [at for name, at in self._not_before.items() if name not in self._listening]
        return min(waiting, default=None)

    async def run_once(self) -> bool:
        """Listen for every account that nobody listens for in this process."""
        now = self._clock.now()
        for name, listen in self._ears.items():
            wait = self._not_before.get(name, now) - now
            # A longer wait than any was begun before our clock was set back.
            if name not in self._listening and not timedelta(0) < wait <= LONGEST_WAIT:
                self._not_before.pop(name, None)
                self._listening[name] = self._tasks.create_task(self._listen(name, listen))
        return False

    def stop(self) -> None:
        """Listen no more."""
        self._ears = {}
        for task in self._listening.values():
            task.cancel()

    async def _listen(self, name: AccountId, listen: Listen) -> None:
        try:
            if not await listen():
                self._ears.pop(name, None)  # it will never tell
                return
            self._failures.pop(name, None)
            await self._hasten(name)
            await self._clock.sleep(BREATH)
        except (ConnectorError, *THE_STORES):
            self._failures[name] += 1
            number = self._failures[name]
            wait = backoff(number, self._dice, first=FIRST_WAIT, most=LONGEST_WAIT)
            self._not_before[name] = self._clock.now() + wait
        except Exception as error:
            log.exception("wake.error", account=name, exc_info=error)
            self._not_before[name] = self._clock.now() + LONGEST_WAIT
        finally:
            self._listening.pop(name, None)
            self._bell.ring()

    async def _hasten(self, name: AccountId) -> None:
        """Now, or once more a moment later where the account is being read already."""
        partition = self._database.partitions.of_account(name)
        if not await self._queue.hasten(partition, name):
            await self._clock.sleep(BREATH)
            await self._queue.hasten(partition, name)
        self._polls.ring()
