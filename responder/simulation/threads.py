"""A marketplace's threads, and the conversations that the store makes of them."""

from responder.domain.model import ConversationId
from responder.simulation.daemon import PARTITIONS
from responder.simulation.marketplace import Posted, Shop
from responder.store.keys import Partitions


def threads(market: Shop) -> dict[str, list[Posted]]:
    threads: dict[str, list[Posted]] = {}
    for message in market.posted:
        threads.setdefault(message.thread, []).append(message)
    return threads


def conversation_of(market: Shop, thread: str) -> ConversationId:
    return Partitions(PARTITIONS).conversation_id(market.account, thread)
