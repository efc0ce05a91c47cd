"""Faults of Amazon that cost nothing but time, and what the connector makes of them."""

import pytest

from connectors.base import RateLimited, Unauthorized, Unavailable
from connectors.feed import FeedEntry
from tests.connectors.amazon.conftest import ORDER, World
from tests.connectors.inboxes import drain


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("http_403", Unauthorized),
        ("http_429", RateLimited),
        ("http_500_empty", Unavailable),
        ("http_503", Unavailable),
        ("login_refused", Unauthorized),
        ("token_dead", Unauthorized),
    ],
)
async def test_an_order_that_cannot_be_had_is_one_of_the_four_and_comes_later(
    world: World, fault: str, failure: type[Exception]
) -> None:
    world.write(order_id=ORDER)
    connector = world.connector()
    world.faults(**{fault: 1})

    with pytest.raises(failure):
        await connector.order(ORDER)
    world.faults()
    world.advance(10)  # a quota needs its time to fill up

    assert await connector.order(ORDER) is not None


async def test_an_order_that_amazon_does_not_find_is_none(world: World) -> None:
    world.write(order_id=ORDER)
    world.faults(order_missing=1)

    assert await world.connector().order(ORDER) is None


async def test_nothing_relies_on_the_rate_header(world: World) -> None:
    world.write(order_id=ORDER)
    world.faults(rate_header_missing=1)

    assert await world.connector().order(ORDER) is not None


async def test_a_megabyte_of_text_is_read_whole(world: World) -> None:
    world.faults(huge_mail=1)
    world.write(order_id=ORDER)

    [message] = (await drain(world.connector())).messages

    assert len(message.text) > 1_000_000


async def test_the_same_words_under_another_name_stay_in_their_thread(world: World) -> None:
    world.faults(duplicate_body=1)
    world.mock.add([FeedEntry(buyer="Ann", order_id=ORDER, text="Where is it?")])

    first, second = (await drain(world.connector())).messages

    assert (first.thread, first.text) == (second.thread, second.text)
    assert first.id != second.id
