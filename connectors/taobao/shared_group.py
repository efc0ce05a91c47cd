"""A TMC group that holds several shops: each event goes to the shop that it is about.

Whoever asks the group's queue takes what is next in it, and TMC gives that to nobody else for five
minutes. So what is another shop's is left in its pigeonhole, from where that shop reads it at its
next poll, and only that shop confirms it. Where there are no pigeonholes, or they were lost, TMC
brings it again.
"""

from collections.abc import Collection, Sequence

from connectors.pigeonholes import Pigeonholes
from connectors.taobao import tmc
from connectors.taobao.account import TopAccount
from connectors.top.access import app_of
from connectors.top.values import Row


class SharedGroup:
    """The shop's side of its group. A shop that does not say who it is takes everything."""

    def __init__(self, account: TopAccount, pigeonholes: Pigeonholes | None) -> None:
        self._seller = account.seller
        self._group = f"{app_of(account)}|{account.group_name or tmc.DEFAULT_GROUP}"
        self._holes = pigeonholes if account.seller else None

    async def ours(self, answer: Row, known: Collection[str]) -> list[tmc.Event]:
        """The events of ``answer`` that are this shop's, and those that others left for it.

        What was left is looked at each time; ``known`` are those that wait for their next try.
        """
        events = tmc.events(answer)
        if not self._seller:
            return events
        others = [one for one in events if self._is_anothers(one)]
        if self._holes is not None:
            for hole in sorted({name for one in others for name in one.sellers}):
                ids = [one.id for one in others if hole in one.sellers]
                await self._holes.leave(self._hole(hole), tmc.letters(answer, ids))
        left = [one for one in await self._left() if one.id not in known]
        own = {one.id: one for one in [*left, *events] if one not in others}
        return list(own.values())

    async def settled(self, ids: Sequence[str]) -> None:
        """Those are confirmed: they need not be left for this shop any more."""
        if self._holes is not None and ids:
            await self._holes.take_out(self._hole(self._seller), ids)

    async def _left(self) -> list[tmc.Event]:
        if self._holes is None:
            return []
        return tmc.opened(await self._holes.look(self._hole(self._seller)))

    def _is_anothers(self, event: tmc.Event) -> bool:
        """What names nobody is taken: it would be nobody's."""
        return bool(event.sellers) and self._seller not in event.sellers

    def _hole(self, seller: str) -> str:
        return f"{self._group}|{seller}"
