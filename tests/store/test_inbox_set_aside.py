"""INGEST: what cannot become a message is a dead letter, once, and told of."""

from responder.domain.model import AccountId
from responder.store.dead_letters import count_dead, dead_letters
from responder.store.inbox import Aside
from responder.testing import FakeClock
from tests.store.shop import Shop


async def test_what_cannot_become_a_message_is_a_dead_letter_once(
    shop: Shop, clock: FakeClock
) -> None:
    aside = Aside(id="sha256:1", reason="no sender", ref="INBOX/9", at=clock.now())

    first = await shop.take_in(shop.page(aside=[aside]))
    second = await shop.take_in(shop.page(aside=[aside]))

    assert (first.aside, second.aside) == (1, 0)
    [(name, letter)] = (await dead_letters(shop.database)).items()
    assert name.endswith("message:amazon-us:sha256:1")
    assert (letter["reason"], letter["ref"], letter["account"]) == (
        "no sender",
        "INBOX/9",
        "amazon-us",
    )


async def test_one_id_set_aside_in_two_accounts_of_a_partition_is_two_dead_letters(
    shop: Shop, clock: FakeClock
) -> None:
    names = (AccountId(f"shop-{number}") for number in range(1000))
    neighbour = next(
        name for name in names if shop.database.partitions.of_account(name) is shop.partition
    )
    other = Shop(shop.database, clock, neighbour)
    aside = Aside(id="7", reason="too large", ref="INBOX/7", at=clock.now())

    await shop.take_in(shop.page(aside=[aside]))
    await other.take_in(other.page(aside=[aside]))

    assert await count_dead(shop.database) == 2


async def test_something_set_aside_leaves_an_event(shop: Shop, clock: FakeClock) -> None:
    aside = Aside(id="7", reason="too large", ref="INBOX/7", at=clock.now())

    await shop.take_in(shop.page(aside=[aside]))

    [event] = await shop.events()
    assert (event.type, event.account, event.conversation) == ("set_aside", shop.account, None)
    assert event.data["item"] == "message:amazon-us:7"
