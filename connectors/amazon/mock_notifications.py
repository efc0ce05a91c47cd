"""Notifications in a box: subscriptions and where they go. None of them carries a buyer's message.

What belongs to the application and not to a seller opens with a token of the application alone.
"""

import re
from random import Random
from typing import Any, Final
from uuid import UUID

from aiohttp import web

from connectors.amazon.mock_door import NOTIFICATIONS, Door, error, fields

ROOT: Final = "/notifications/v1"
KINDS: Final = frozenset(
    {"ORDER_CHANGE", "ACCOUNT_STATUS_CHANGED", "ANY_OFFER_CHANGED", "REPORT_PROCESSING_FINISHED"}
)
_ARN: Final = re.compile(r"arn:aws:sqs:\S+:\S+:\S+")
_LONGEST: Final = 256


class Subscriptions:
    """One for each kind and payload version, as Amazon has them."""

    def __init__(self, door: Door, *, dice: Random) -> None:
        self._door = door
        self._dice = dice
        self.destinations: dict[str, dict[str, Any]] = {}
        self.subscriptions: dict[str, tuple[str, dict[str, Any]]] = {}  # kind, as it is told

    def routes(self) -> list[web.RouteDef]:
        guarded, kinds = self._door.guarded, f"{ROOT}/subscriptions/{{kind}}"
        one, places = f"{kinds}/{{id}}", f"{ROOT}/destinations"
        alone = {"scope": NOTIFICATIONS}
        return [
            web.get(f"{ROOT}/subscriptions", guarded("getSubscriptions", self._all)),
            web.get(kinds, guarded("getSubscription", self._of_kind)),
            web.post(kinds, guarded("createSubscription", self._subscribe)),
            web.get(one, guarded("getSubscriptionById", self._one, **alone)),
            web.delete(one, guarded("deleteSubscriptionById", self._unsubscribe, **alone)),
            web.post(
                f"{kinds}/testNotification", guarded("sendTestNotification", self._test, **alone)
            ),
            web.get(places, guarded("getDestinations", self._places, **alone)),
            web.post(places, guarded("createDestination", self._add_place, **alone)),
            web.get(f"{places}/{{id}}", guarded("getDestination", self._place, **alone)),
            web.delete(f"{places}/{{id}}", guarded("deleteDestination", self._drop_place, **alone)),
        ]

    async def _all(self, request: web.Request) -> web.Response:
        kinds = [one for one in request.query.get("notificationTypes", "").split(",") if one]
        if not kinds:
            return error(400, "InvalidInput", "notificationTypes is required.")
        found = [told for kind, told in self.subscriptions.values() if kind in kinds]
        return web.json_response({"payload": {"subscriptions": found}})

    async def _of_kind(self, request: web.Request) -> web.Response:
        version = request.query.get("payloadVersion")
        for kind, told in self.subscriptions.values():
            if kind == request.match_info["kind"] and version in {None, told["payloadVersion"]}:
                return web.json_response({"payload": told})
        return _not_here()

    async def _subscribe(self, request: web.Request) -> web.Response:
        kind, asked = request.match_info["kind"], await fields(request)
        place, version = asked.get("destinationId"), asked.get("payloadVersion")
        if kind not in KINDS or place not in self.destinations or not isinstance(version, str):
            return error(400, "InvalidInput", "Invalid Input")
        taken = [told["payloadVersion"] for other, told in self.subscriptions.values()
                 if other == kind]  # fmt: skip
        if version in taken:
            return error(409, "Conflict", "The subscription exists.")
        name = self._name()
        told = {"subscriptionId": name, "payloadVersion": version, "destinationId": place}
        self.subscriptions[name] = (kind, told)
        return web.json_response({"payload": told})

    async def _one(self, request: web.Request) -> web.Response:
        kind, told = self.subscriptions.get(request.match_info["id"], ("", {}))
        here = kind == request.match_info["kind"]
        return web.json_response({"payload": told}) if here else _not_here()

    async def _unsubscribe(self, request: web.Request) -> web.Response:
        kind, _ = self.subscriptions.get(request.match_info["id"], ("", {}))
        if kind != request.match_info["kind"]:
            return _not_here()
        del self.subscriptions[request.match_info["id"]]
        return web.json_response({})

    async def _test(self, request: web.Request) -> web.Response:
        """Nothing is sent: there is no queue in the box."""
        asked = await fields(request)
        if asked.get("destinationId") not in self.destinations:
            return error(400, "InvalidInput", "Invalid Input")
        return web.json_response({})

    async def _places(self, _: web.Request) -> web.Response:
        return web.json_response({"payload": list(self.destinations.values())})

    async def _add_place(self, request: web.Request) -> web.Response:
        asked = await fields(request)
        name, resource = asked.get("name"), _resource(asked.get("resourceSpecification"))
        if not (isinstance(name, str) and 0 < len(name) <= _LONGEST) or resource is None:
            return error(400, "InvalidInput", "Invalid Input")
        if any(told["resource"] == resource for told in self.destinations.values()):
            return error(409, "Conflict", "The destination exists.")
        told = {"name": name, "destinationId": self._name(), "resource": resource}
        self.destinations[str(told["destinationId"])] = told
        return web.json_response({"payload": told})

    async def _place(self, request: web.Request) -> web.Response:
        told = self.destinations.get(request.match_info["id"])
        return web.json_response({"payload": told}) if told else _not_here()

    async def _drop_place(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        if name not in self.destinations:
            return _not_here()
        if any(told["destinationId"] == name for _, told in self.subscriptions.values()):
            return error(409, "Conflict", "A subscription uses the destination.")
        del self.destinations[name]
        return web.json_response({})

    def _name(self) -> str:
        return str(UUID(int=self._dice.getrandbits(128)))


def _resource(asked: Any) -> dict[str, Any] | None:
    """A queue or an event bus, as a destination tells of it; None for what is neither."""
    match asked:
        case {"sqs": {"arn": str() as arn}} if _ARN.fullmatch(arn):
            return {"sqs": {"arn": arn}}
        case {"eventBridge": {"region": str() as region, "accountId": str() as account}}:
            bus = f"aws.partner/sellingpartnerapi.amazon.com/{account}"
            return {"eventBridge": {"name": bus, "region": region, "accountId": account}}
        case _:
            return None


def _not_here() -> web.Response:
    return error(404, "NotFound", "The requested resource does not exist.")
