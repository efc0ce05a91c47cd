"""A queue, and a partition whose items it hands out."""

from datetime import timedelta

import pytest

from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.queue import DeadlineQueue

LEASE = timedelta(seconds=30)


@pytest.fixture
def queue(database: Database) -> DeadlineQueue:
    return DeadlineQueue(database, "draft", LEASE)


@pytest.fixture
def partition(database: Database) -> Partition:
    return database.partitions.all[3]
