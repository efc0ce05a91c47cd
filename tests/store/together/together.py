"""The store and its twins together: each verb is done to both, and both must answer alike."""

from tests.store.together.comparison import Compared
from tests.store.together.desk import AtTheDesk
from tests.store.together.inbox import InTheInbox
from tests.store.together.outbox import InTheOutbox
from tests.store.together.queues import InTheQueues


class Together(InTheInbox, InTheQueues, AtTheDesk, InTheOutbox, Compared):
    """Each verb is done to both."""
