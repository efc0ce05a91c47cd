"""Amazon's ways to write about an order unasked: the Messaging and Solicitations APIs."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

from connectors.amazon.wire import messages, orders
from connectors.amazon.wire.questions import Question
from connectors.base import Cursor, Receipt, Rejected, Trace
from connectors.http import Response
from connectors.order_desk import Audience, Occasion, OrderNote, OrderPage, Route
from connectors.order_facts import Order

FIRST_LOOK: Final = timedelta(days=2)
LISTED_WITHIN: Final = timedelta(minutes=10)  # after a request, its action is off the list
OVERLAP: Final = timedelta(minutes=5)  # an order's change may show a little later than its moment
# What fits. An order that is not paid may not be written about; whoever has his parcel is only
# asked for a review, in Amazon's words: a bare confirmation is forbidden.
_ACTIONS: Final = {
    Occasion.ADDRESS: "confirmDeliveryDetails",
    Occasion.QUANTITY: "confirmOrderDetails",
    Occasion.DELAYED: "unexpectedProblem",
}


class Asks(Protocol):
    """Who asks the Selling Partner API; see ``connectors.amazon.sp_api``."""

    async def ask(self, question: Question) -> Response:
        """One answer. Raises the four failures."""


class _Place(NamedTuple):
    """How far a sweep has come: changes since when, where the next sweep starts, its next page."""

    since: datetime
    then: datetime
    token: str

    @classmethod
    def read(cls, cursor: Cursor | None, now: datetime) -> "_Place":
        try:
            since, then, token = (cursor or "").split("|", 2)
            place = cls(datetime.fromisoformat(since), datetime.fromisoformat(then), token)
            is_past = max(place.since, place.then) <= now
        except (ValueError, TypeError):
            is_past = False
        # What a clock that was ahead has left begins anew, too: who knows when that was.
        return place if is_past else cls(now - FIRST_LOOK, now - OVERLAP, "")

    def written(self) -> Cursor:
        return Cursor(f"{self.since.isoformat()}|{self.then.isoformat()}|{self.token}")


class AmazonOrderDesk:
    """One seller account's, within its budget. What was sent cannot be read back from Amazon."""

    def __init__(self, api: Asks, marketplace_id: str, now: Callable[[], datetime]) -> None:
        self._api = api
        self._marketplace_id = marketplace_id
        self._now = now

    async def changed(self, cursor: Cursor | None) -> OrderPage:
        """A page of up to 100 orders. A page token that has expired begins its sweep anew."""
        now = self._now()
        place = _Place.read(cursor, now)
        if not place.token:
            place = _Place(place.since, now - OVERLAP, "")
        asked = orders.changed(place.since, self._marketplace_id, place.token)
        try:
            found, token = orders.page(await self._api.ask(asked))
        except Rejected:
            if not place.token:
                raise
            return OrderPage(orders=(), cursor=place._replace(token="").written(), more=True)
        after = place._replace(token=token) if token else _Place(place.then, place.then, "")
        return OrderPage(orders=found, cursor=after.written(), more=bool(token))

    async def look(self, order_id: str) -> Order | None:
        return orders.order(await self._api.ask(orders.question(order_id, address=True)))

    async def route(self, order: Order, occasion: Occasion) -> Route | None:
        """Asks Amazon what may be sent now, and in which language."""
        if occasion is Occasion.DELIVERED:
            asked = messages.solicitations(order.id, self._marketplace_id)
            if messages.REVIEW not in messages.actions(await self._api.ask(asked)):
                return None
            return Route(channel=messages.REVIEW, audience=Audience.BUYER, most=0, free=False)
        action = _ACTIONS.get(occasion)
        asked = messages.allowed(order.id, self._marketplace_id)
        if action is None or action not in messages.actions(await self._api.ask(asked)):
            return None
        told = await self._api.ask(messages.attributes(order.id, self._marketplace_id))
        return Route(
            channel=action,
            audience=Audience.BUYER,
            most=messages.TEXT,
            language=messages.language(told),
        )

    async def tell(self, note: OrderNote) -> Receipt:
        """Send it. Amazon gives it no name: the receipt's is ours."""
        if note.channel == messages.REVIEW:
            question = messages.review(note.order_id, self._marketplace_id)
        else:
            question = messages.message(
                note.order_id, self._marketplace_id, note.channel, note.text
            )
        messages.accepted(await self._api.ask(question))
        return Receipt(id=note.id, accepted_at=self._now())

    async def told(self, note: OrderNote, since: datetime) -> Trace:  # noqa: ARG002 - as of now
        """A review is asked for once: where it may still be, it was not. Of messages nobody knows.

        Amazon may hide the action for other reasons too, so that it is gone proves nothing.
        """
        if note.channel != messages.REVIEW:
            return Trace.UNKNOWN
        asked = messages.solicitations(note.order_id, self._marketplace_id)
        names = messages.actions(await self._api.ask(asked))
        return Trace.ABSENT if messages.REVIEW in names else Trace.UNKNOWN

    def lag(self, note: OrderNote) -> timedelta:
        """Amazon may list an action for a while after it was used."""
        return LISTED_WITHIN if note.channel == messages.REVIEW else timedelta(0)
