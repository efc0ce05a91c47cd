"""Who tells what a channel had to tell, or told to nobody, that is out of the configuration."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from responder.alerts.channels import Channels
from responder.alerts.message import NEWS
from responder.alerts.rules import Channel, of_table, who_wants
from responder.domain.model import ConversationId
from responder.store.channels import Standing, ToldOf
from responder.store.notices import Notice
from responder.store.told import ChannelState, Item


class Heirs:
    """The channels there are now, for one that is gone."""

    def __init__(
        self, channels: Channels, gone: str, standing: Mapping[ConversationId, Standing]
    ) -> None:
        self._channels = channels
        self._gone = gone
        self._standing = standing

    @property
    def tables(self) -> tuple[str, str]:
        """The names that its table may have had: a number follows where it has several URLs."""
        return self._gone, self._gone.rpartition(".")[0]

    def of_waiting(self, notice: Notice) -> Sequence[Channel]:
        """Those of the same table, else those that want it, else anybody."""
        return self.of_told(notice) or list(self._channels.rules.values())[:1]

    def of_told(self, notice: Notice) -> Sequence[Channel]:
        """Those of the same table, else those that want it: they are told of it once."""
        rules = self._channels.rules
        one = self._standing.get(notice.conversation) if notice.conversation else None
        assignee = one.assignee if one else ""
        own = [one for name in self.tables for one in of_table(rules, name)]
        return own or who_wants(rules, self._channels.teams, notice, assignee)


def untold(state: ChannelState, now: datetime) -> list[Item]:
    """Alerts that wait; news of a channel that is gone concern nobody."""
    alerts = (item for item in state.waiting.values() if item.notice.kind not in NEWS)
    return [replace(item, arrived=now) for item in alerts]


def unheard(noted: ToldOf, settled: Collection[str], now: datetime) -> list[Item]:
    """What it told that nobody acknowledged, that was not passed on, and is not ``settled``."""
    told, messages = noted
    left = [one for name, one in told.items() if name not in settled]
    return [
        Item(id=one.notice.id, notice=one.notice, arrived=now)
        for one in left
        if (sent := messages.get(one.message)) and not sent.heard_by and not sent.escalated
    ]
