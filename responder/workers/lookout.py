"""Tells before a shift ends what falls due before the next one begins."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from responder.clock import Clock
from responder.domain.ahead import Outlook
from responder.domain.model import AccountId
from responder.store.ahead import Gap, due_between, tell_shift_gap, told
from responder.store.database import Database
from responder.store.notices import WHEN, Notice

log = structlog.get_logger()

EACH = timedelta(minutes=1)  # between two looks while a shift is about to end


class Lookout:
    """Each gap of an account is told of once, as soon as something falls due in it."""

    name = "lookout"

    def __init__(
        self, database: Database, outlooks: Mapping[AccountId, Outlook], *, clock: Clock
    ) -> None:
        self._database = database
        self._outlooks = outlooks
        self._clock = clock
        self._looked: dict[AccountId, datetime] = {}
        self._told: dict[AccountId, datetime] = {}  # when the gap begins that was told of

    async def next_at(self) -> datetime | None:
        now = self._clock.now()
        moments = (self._next(account, one, now) for account, one in self._outlooks.items())
        return min((at for at in moments if at is not None), default=None)

    async def run_once(self) -> bool:
        now = self._clock.now()
        for account, outlook in list(self._outlooks.items()):
            gap = outlook.shifts.next_gap(now)
            if gap is None or not gap[0] - outlook.warn_before <= now < gap[0]:
                continue
            if self._told.get(account) == gap[0] or now < self._again_at(account):
                continue
            self._looked[account] = now
            await self._look(account, gap)
        return False

    async def _look(self, account: AccountId, gap: tuple[datetime, datetime]) -> None:
        found = await due_between(self._database, account, *gap)
        if not found.count:
            return
        if await tell_shift_gap(self._database, found, self._notice(found)):
            log.info("shift.gap", account=account, count=found.count)
        else:  # it stands in the store since an earlier look, which no store loses
            self._told[account] = found.begins

    def _notice(self, gap: Gap) -> Notice:
        return Notice(
            id=f"{gap.account}:shift_gap:{gap.begins:{WHEN}}",
            kind="shift_gap",
            at=self._clock.now(),
            account=gap.account,
            due_at=gap.first_due,
            reason=told(gap),
        )

    def _again_at(self, account: AccountId) -> datetime:
        looked, now = self._looked.get(account), self._clock.now()
        return now if looked is None or looked > now else looked + EACH  # it may be set back

    def _next(self, account: AccountId, outlook: Outlook, now: datetime) -> datetime | None:
        """When this account is worth a look, as far as is known now."""
        gap = outlook.shifts.next_gap(now)
        if gap is None:
            return None
        closes, opens = gap
        warns_at = closes - outlook.warn_before
        if now < warns_at:
            return warns_at
        if closes <= now or self._told.get(account) == closes:
            return opens
        return max(self._again_at(account), now)
