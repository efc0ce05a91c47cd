"""What leaves for a channel: one message of everything that it has to tell now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from responder.store.notices import THRESHOLDS
from responder.store.told import Item, Told, dump_told, subject

NEWS = frozenset({"over", "channel_failed", "channel_recovered"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """``repeat``: somebody was handing it over when he died, and it may have arrived.

    A repeat has the ``id`` and the items of what may have arrived.
    """

    id: str
    at: datetime
    items: tuple[Item, ...]
    repeat: bool = False

    @property
    def thresholds(self) -> Sequence[Item]:
        return [item for item in self.items if item.notice.kind in THRESHOLDS]

    @property
    def others(self) -> Sequence[Item]:
        """Alerts that are about no deadline."""
        return [item for item in self.items if item.notice.kind not in THRESHOLDS | NEWS]

    @property
    def news(self) -> Sequence[Item]:
        """What asks nobody to do anything about a buyer."""
        return [item for item in self.items if item.notice.kind in NEWS]

    @property
    def alerts(self) -> Sequence[Item]:
        return [*self.thresholds, *self.others]

    @property
    def unheard(self) -> Sequence[str]:
        """Channels where nobody acknowledged some of it."""
        return sorted({item.unheard for item in self.items if item.unheard})


def told_by(
    message: Message, now: datetime, since: Mapping[str, datetime]
) -> dict[str, str | None]:
    """What it told, by subject, as the store keeps it; ``since`` when each was told of first."""
    told = {
        (about := subject(item.notice)): Told(
            notice=item.notice, message=message.id, at=now, since=since.get(about)
        )
        for item in message.alerts
    }
    return {about: dump_told(one) for about, one in told.items()}
