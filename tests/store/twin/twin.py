"""One conversation as the rules have it, in plain Python: what the store is compared with.

Written from the architecture (decisions 3 and 5, "States of a conversation") and
``domain/states.py``, not from the scripts: the state follows from what is owed and
from the reply on its way, where the scripts carry it along.
"""

from tests.store.twin.clock import TwinClock
from tests.store.twin.desk import TwinDesk
from tests.store.twin.inbox import TwinInbox
from tests.store.twin.outbox import TwinOutbox


class Twin(TwinInbox, TwinDesk, TwinOutbox, TwinClock):
    """A conversation by the rules."""
