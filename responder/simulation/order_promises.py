"""What is promised of words about orders: said once, to the point, recorded, and none forgotten."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from connectors.order_feed import OrderEntry
from connectors.taobao.order_desk import MEMO
from responder.domain.model import AccountId
from responder.domain.outreach import Occasion, OrderFacts, Standing, arisen
from responder.simulation.daemon import PARTITIONS
from responder.simulation.loop import BEGINNING
from responder.simulation.marketplace import Shop
from responder.simulation.orders import DOUBTFUL
from responder.simulation.proactive import HABITS
from responder.simulation.taobao import TaobaoShop
from responder.simulation.world import World
from responder.store.keys import Partitions
from responder.store.outreach import outreach_id

GRACE = 90.0  # seconds from a look at an order to words about it, at most
# For which occasions there is always a way to say something: on both, and on one of them.
BOTH_WAYS = {Occasion.ADDRESS, Occasion.QUANTITY, Occasion.DELAYED}
AMAZON_WAYS, TAOBAO_WAYS = BOTH_WAYS | {Occasion.DELIVERED}, BOTH_WAYS | {Occasion.UNPAID}


def words_about_orders_are_recorded(world: World) -> None:
    promise, unasked = "words about orders are recorded", world.ledger.unasked
    standings = {name: state for _, name, state in _stored(world)}
    for name in sorted(unasked.taken):
        if standings.get(name) != Standing.SENT and world.quiet:
            words = f"{name} was taken, and is {standings.get(name)}"
            world.ledger.broken(promise, name, words)
    for market, name, state in _stored(world):
        if state == Standing.SENT and name not in unasked.taken:
            world.ledger.broken(promise, name, f"{name} counts as sent, and nobody took it")
        elif state == Standing.SENT and not _stands(world, market, name):
            words = f"{name} counts as sent, and stands no more on its order"
            world.ledger.broken(promise, name, words)
        elif state in {Standing.APPROVED, Standing.SENDING} and world.quiet:
            world.ledger.broken(promise, name, f"{name} is {state}, and nobody is at it")


def words_fit_their_order(world: World) -> None:
    for name, at in world.ledger.unasked.taken.items():
        about = world.ledger.unasked.proposed[name]
        market = world.markets[AccountId(about.account)]
        was = market.orders.stood(about.order_id, at - GRACE, at)
        now = BEGINNING + timedelta(seconds=at)
        if was and not any(about.occasion in _given(one, now, mail=market.mail) for one in was):
            words = f"{name} was said of {about.order_id}, which had given no occasion for it"
            world.ledger.broken("words fit their order", name, words)


def every_occasion_is_proposed(world: World) -> None:
    if not world.setting.proactive or not world.quiet:
        return
    known = {name for _, name, _ in _stored(world)}
    end = BEGINNING + timedelta(seconds=world.end)
    for market in world.markets.values():
        partition = Partitions(PARTITIONS).of_account(market.account)
        ways = AMAZON_WAYS if market.mail else TAOBAO_WAYS
        for order_id, steps in sorted(market.orders.said.items()):
            for occasion in sorted(_given(steps[-1][1], end, mail=market.mail)):
                name = outreach_id(partition, market.account, order_id, occasion)
                if occasion in ways and name not in known:
                    words = f"{order_id} of {market.account} gives {occasion}; nobody is told"
                    world.ledger.broken("every occasion is proposed", name, words)


def _given(entry: OrderEntry, now: datetime, *, mail: bool) -> list[Occasion]:
    """The occasions of an order as it is in truth."""
    assert entry.at is not None
    promised = entry.at + timedelta(days=8) if mail else None
    facts = OrderFacts(
        status=entry.status,
        ordered_at=entry.at.astimezone(UTC),
        deliver_by=promised,
        quantity=entry.quantity,
        is_doubtful=entry.street == DOUBTFUL,
    )
    return arisen(facts, now, HABITS)


def _stored(world: World) -> Iterator[tuple[Shop, str, str]]:
    """Every item of the store, whose it is, and where it stands."""
    for key in world.server.books.keys("mr:*:outreach:*"):
        account, state = world.server.books.hmget(key, "account", "state")
        yield world.markets[account], key.rpartition(":")[2], state


def _stands(world: World, market: Shop, name: str) -> bool:
    """Whether a note for colleagues can still be read; what buyers were told, they were."""
    about = world.ledger.unasked.proposed[name]
    if about.channel != MEMO or not isinstance(market, TaobaoShop):
        return True
    memo = market.books.orders[about.order_id].memo.splitlines()
    return world.ledger.unasked.approved[name][1] in memo
