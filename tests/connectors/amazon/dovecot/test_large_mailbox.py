"""A mailbox with 50,000 mails on Debian's Dovecot."""

from collections.abc import Iterator
from datetime import timedelta
from time import monotonic, process_time

import pytest

from connectors.amazon.connector import AmazonConnector
from tests import dovecot
from tests.connectors.amazon.dovecot.shop import NOW, Shop, mail, mails
from tests.dovecot import Dovecot

pytestmark = [dovecot.needed, pytest.mark.process]
MANY = 50_000


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovecot]:
    """50,000 mails over 50 days, the last of them now; 30,000 of them count as recent."""
    with dovecot.running() as made:
        step = timedelta(days=50) / MANY
        made.put(mails(range(MANY), NOW - timedelta(days=50), step))
        yield made


async def test_a_mailbox_with_50000_mails_opens_without_reading_them_all(
    full: Dovecot, open_connectors: list[AmazonConnector]
) -> None:
    shop = Shop(full, open_connectors)
    connector = shop.connector()
    began, used = monotonic(), process_time()

    page = await connector.fetch(None)

    print(f"first page: {monotonic() - began:.2f} s, our CPU {process_time() - used:.2f} s")
    assert page.more
    assert len(page.messages) == 200
    assert len(shop.counted.bodies) == 200, "only what is told is read"
    assert abs(page.messages[0].sent_at - (NOW - timedelta(days=30))) < timedelta(days=1)


async def test_at_its_end_a_poll_of_50000_mails_reads_what_is_new_and_nothing_else(
    full: Dovecot, open_connectors: list[AmazonConnector]
) -> None:
    shop = Shop(full, open_connectors)
    connector = shop.connector()
    first = await connector.fetch(None)
    uidvalidity = first.cursor.partition(":")[0]
    end = type(first.cursor)(f"{uidvalidity}:{MANY + 1}")
    shop.counted.bodies.clear()
    began, used = monotonic(), process_time()

    for _ in range(20):
        assert (await connector.fetch(end)).messages == []

    took, cpu = (monotonic() - began) / 20, (process_time() - used) / 20
    print(f"a poll at the end: {1000 * took:.1f} ms, our CPU {1000 * cpu:.1f} ms")
    assert shop.counted.bodies == []
    full.put([mail(MANY + 7, NOW)])
    assert [one.buyer for one in (await connector.fetch(end)).messages] == [f"Buyer {MANY + 7}"]
    assert len(shop.counted.bodies) == 1
