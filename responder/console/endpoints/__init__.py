"""Every address of the API, once: the routes and the OpenAPI description both come from here."""

from responder.console.endpoint import Endpoint
from responder.console.endpoints import desk, house

ENDPOINTS: tuple[Endpoint, ...] = (*desk.ENDPOINTS, *house.ENDPOINTS)
