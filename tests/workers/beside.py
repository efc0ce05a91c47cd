"""Workers beside those of a service, or in their place: over another store, with other accounts."""

from random import Random
from typing import Any

from responder.store.database import Database
from responder.store.queues import Queues
from responder.workers.accounts import Accounts
from responder.workers.poller import Poller
from responder.workers.sender import Sender
from tests.workers.conftest import Service


def poller(
    service: Service, *, database: Database | None = None, accounts: Accounts | None = None
) -> Poller:
    """One of another daemon; all that is not said is the service's."""
    database = database or service.database
    return Poller(
        database,
        Queues(database),
        service.accounts if accounts is None else accounts,
        **_shared(service) | {"crew": service.crews[0]},
    )


def sender(
    service: Service,
    *,
    database: Database | None = None,
    accounts: Accounts | None = None,
    **other: Any,
) -> Sender:
    """One of another daemon; all that is not said is the service's."""
    database = database or service.database
    return Sender(
        database,
        Queues(database),
        service.accounts if accounts is None else accounts,
        **_shared(service) | {"crew": service.crews[1]} | other,
    )


def _shared(service: Service) -> dict[str, Any]:
    return {"clock": service.clock, "metrics": service.metrics, "dice": Random(7)}
