"""A marketplace's threads, and the conversations that the store makes of them."""

from collections.abc import Iterator, Mapping

from responder.domain.model import AccountId, ConversationId
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


def conversations(
    markets: Mapping[AccountId, Shop],
) -> Iterator[tuple[Shop, ConversationId, list[Posted]]]:
    """Every thread of every marketplace, with what was posted in it."""
    for market in markets.values():
        for thread, posted in threads(market).items():
            yield market, conversation_of(market, thread), posted
