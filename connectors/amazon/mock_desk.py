"""What Amazon in a box answers about orders, and what it takes about them; no HTTP of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from connectors.amazon import mock_services as services
from connectors.amazon.mock_books import Books
from connectors.amazon.mock_orders import order, shown
from connectors.faults import Faults

_HAL: Final = "application/hal+json"
_MOST_TEXT: Final = 2000
DESK_FAULTS: Final = {
    "action_gone": 0.0,  # a message that was offered is refused when it comes
    "actions_stale": 0.0,  # the list of what may be sent is old: it has what is gone or was never
    "order_missing": 0.0,  # 404 for an order that there is
}


class Said(NamedTuple):
    """An answer: its status and its JSON."""

    status: int
    told: dict[str, Any]
    content_type: str = "application/json"


def refused(status: int, code: str, message: str) -> Said:
    """In the form that all operations share."""
    return Said(status, {"errors": [{"code": code, "message": message, "details": ""}]})


_NO_ORDER: Final = refused(404, "NotFound", "The requested order does not exist.")
_INVALID: Final = refused(400, "InvalidInput", "Invalid Input")


class MockDesk:
    """Orders, and messages about them that nobody asked for: ``proactive`` are those it took."""

    def __init__(self, books: Books, faults: Faults, marketplace_id: str) -> None:
        self._books = books
        self._faults = faults
        self._marketplace_id = marketplace_id
        self.proactive: list[dict[str, str]] = []

    def order(self, order_id: str, included: str) -> Said:
        """One order, as much of it as is asked for."""
        mentioned_at = self._books.order_dates.get(order_id)
        if mentioned_at is None or self._faults.strikes("order_missing"):
            return _NO_ORDER
        return Said(200, {"order": shown(self._made(order_id, mentioned_at), included)})

    def search(self, asked: Mapping[str, str]) -> Said:
        """A page of the orders that are new, or changed, since a moment."""
        after = [name for name in ("createdAfter", "lastUpdatedAfter") if name in asked]
        if len(after) != 1:
            said = "Exactly one of createdAfter and lastUpdatedAfter is required."
            return refused(400, "InvalidInput", said)
        try:
            since = datetime.fromisoformat(asked[after[0]])
            size = min(int(asked.get("maxResultsPerPage", "100")), 100)
            start = int(asked.get("paginationToken", "0"))
        except ValueError:
            return _INVALID
        if since.tzinfo is None:
            return refused(400, "InvalidInput", f"{after[0]} needs a time zone")
        fresh = [(id_, at) for id_, at in self._books.order_dates.items() if at > since]
        included = asked.get("includedData", "")
        found = [shown(self._made(id_, at), included) for id_, at in fresh[start : start + size]]
        answer: dict[str, Any] = {"orders": found}
        if start + size < len(fresh):
            answer["pagination"] = {"nextToken": str(start + size)}
        return Said(200, answer)

    def links(self, order_id: str, kind: str) -> Said:
        """What may be said about an order now; ``kind`` is messaging or solicitations."""
        if order_id not in self._books.order_dates:
            return _NO_ORDER
        names = services.offered(kind)
        if self._faults.strikes("actions_stale"):
            names = (*names, *services.STALE)
        elif _review(order_id) in self.proactive:
            names = tuple(name for name in names if name != services.SOLICITATION)
        return Said(200, services.actions(kind, order_id, self._marketplace_id, names), _HAL)

    def attributes(self, order_id: str) -> Said:
        """The language that the buyer wants."""
        if order_id not in self._books.order_dates:
            return _NO_ORDER
        return Said(200, services.attributes(self._marketplace_id), _HAL)

    def ask_for_review(self, order_id: str) -> Said:
        """Once for an order."""
        if order_id not in self._books.order_dates:
            return _NO_ORDER
        asked = _review(order_id)
        if asked in self.proactive:
            return refused(403, "Unauthorized", "The solicitation was already sent.")
        return self._take(asked)

    def message(
        self, order_id: str, action: str, marketplace_ids: str | None, text: object
    ) -> Said:
        """Words about an order, of one kind."""
        if order_id not in self._books.order_dates:
            return refused(404, "NotFound", "The requested resource does not exist.")
        if marketplace_ids != self._marketplace_id:
            return refused(400, "InvalidInput", "marketplaceIds is required.")
        if not isinstance(text, str) or not 1 <= len(text) <= _MOST_TEXT:
            return _INVALID
        if self._faults.strikes("action_gone"):
            return refused(403, "Unauthorized", "This message is not allowed for the order now.")
        return self._take({"order_id": order_id, "action": action, "text": text})

    def _take(self, told: dict[str, str]) -> Said:
        """It reaches the buyer."""
        self.proactive.append(told)
        return Said(201, {}, _HAL)

    def _made(self, order_id: str, at: datetime) -> dict[str, Any]:
        return order(order_id, at, self._marketplace_id, self._books.placed.get(order_id))


def _review(order_id: str) -> dict[str, str]:
    return {"order_id": order_id, "action": services.SOLICITATION, "text": ""}
