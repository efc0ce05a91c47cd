"""The mock's TMC queue: at least once, again after five minutes, gone after a day."""

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

REDELIVERED_AFTER = timedelta(minutes=5)
KEPT_FOR = timedelta(hours=24)
SELLER = ("123456789", "mock_shop")  # the shop's own user id and nick
CONFIRMED_KEPT = 50  # how many confirmed ones the fault ``tmc_redeliver`` can bring back


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    id: str
    topic: str
    content: str
    at: datetime
    seller: tuple[str, str] = SELLER


class TmcQueue:
    def __init__(self) -> None:
        self._fresh: OrderedDict[str, Published] = OrderedDict()
        self._taken: OrderedDict[str, tuple[Published, datetime]] = OrderedDict()
        self._confirmed: deque[Published] = deque(maxlen=CONFIRMED_KEPT)
        self.put_total = 0
        self.taken_total = 0

    def publish(self, message: Published) -> None:
        self._fresh[message.id] = message
        self.put_total += 1

    def consume(
        self,
        quantity: int,
        now: datetime,
        *,
        confirmed_too: bool,
        again_after: timedelta = REDELIVERED_AFTER,
    ) -> list[Published]:
        """The next messages. ``confirmed_too`` brings one back that was confirmed (a fault)."""
        self._bring_back(now - again_after)
        given: list[Published] = []
        while self._fresh and len(given) < quantity:
            _, message = self._fresh.popitem(last=False)
            if now - message.at > KEPT_FOR:
                continue
            self._taken[message.id] = (message, now)
            given.append(message)
        self.taken_total += len(given)
        if confirmed_too and self._confirmed and len(given) < quantity:
            given.append(self._confirmed.popleft())
        return given

    def confirm(self, ids: Iterable[str]) -> None:
        """Forget these, whether they are out with a consumer or back in the queue."""
        for one in ids:
            taken = self._taken.pop(one, None)
            message = taken[0] if taken else self._fresh.pop(one, None)
            if message is not None:
                self._confirmed.append(message)

    @property
    def waiting(self) -> int:
        return len(self._fresh)

    @property
    def unconfirmed(self) -> int:
        return len(self._fresh) + len(self._taken)

    def _bring_back(self, taken_by: datetime) -> None:
        while self._taken:
            message, at = next(iter(self._taken.values()))
            if at > taken_by:
                return
            del self._taken[message.id]
            self._fresh[message.id] = message
