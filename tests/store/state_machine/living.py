"""A store and its twins that live through one story."""

from tests.store.machines import OnAStore
from tests.store.together.together import Together


class Living(OnAStore):
    """The store and its twins together."""

    def __init__(self) -> None:
        super().__init__()
        self.both = Together(self.database, self.clock)
