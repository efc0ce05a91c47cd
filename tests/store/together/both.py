"""A store and the twins of its conversations."""

from collections import defaultdict
from collections.abc import Awaitable
from datetime import timedelta
from itertools import count

from responder.domain.model import ConversationId, State, Token
from responder.errors import Conflict
from responder.store.conversations import Asked
from responder.store.counting import Counting
from responder.store.database import Database
from responder.store.desk import Desk
from responder.store.events import EventFeed
from responder.store.outbox import Outgoing
from responder.store.queue import Claim
from responder.testing import FakeClock
from tests.store.shop import AGENT_LEASE, DAY, START, Shop
from tests.store.together.accounts import ACCOUNTS, Account, OnTheWire
from tests.store.twin.twin import Twin


class Both:
    """What the store and its twins have in common, and what was told of them."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database = database
        self.clock = clock
        self.accounts = [Account(Shop(database, clock, name)) for name in ACCOUNTS]
        self.shop = self.accounts[0].shop
        self.desk = Desk(database, lease=AGENT_LEASE, undo=timedelta(0))
        self.feed = EventFeed(database)
        self.position = START
        self.receipts = (f"R{number}" for number in count(1))
        self.twins: dict[ConversationId, Twin] = {}
        self.reborn: dict[ConversationId, Twin] = {}  # of those that were purged
        self.tokens: list[tuple[ConversationId, str, Token]] = []
        self.hands: defaultdict[str, list[Claim]] = defaultdict(list)
        self.wire: list[OnTheWire] = []
        self.heard: list[tuple[ConversationId, Outgoing]] = []
        self.reply_ids: set[str] = set()
        self.purged: list[ConversationId] = []
        self.asked: dict[ConversationId, Asked] = {}  # the last that was asked of each
        self.counting = Counting(database)

    def twin(self, conversation: str) -> Twin:
        """A twin to ask; one that knows nothing where the conversation is gone."""
        name = ConversationId(conversation)
        past = self.reborn.get(name, Twin(DAY))
        return self.twins.get(name) or past.reborn()

    def account_of(self, conversation: str) -> Account:
        partition = self.database.partitions.of_conversation(ConversationId(conversation))
        return next(one for one in self.accounts if one.shop.partition is partition)

    def names(self, *states: State) -> list[ConversationId]:
        return sorted(name for name, twin in self.twins.items() if twin.state in states)


async def code_of(work: Awaitable[object]) -> str:
    """The code of the conflict that an agent is told, or "ok"."""
    try:
        await work
    except Conflict as conflict:
        return conflict.code
    return "ok"
