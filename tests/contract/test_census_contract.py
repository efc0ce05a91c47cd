"""What a census promises: the source's own lists, whatever ``fetch`` has or has not brought."""

from collections.abc import Collection, Sequence
from datetime import timedelta

import pytest

from connectors.base import Census, Connector, Cursor, InboundMessage, Missing, Span, Unauthorized
from tests.contract.buyers import Buyers, chat, read_all
from tests.contract.harness import Harness

HOUR = timedelta(hours=1)


def lacking_all_but(known: Collection[str]) -> Missing:
    async def missing(ids: Sequence[str]) -> Collection[str]:
        return [one for one in ids if one not in known]

    return missing


async def count(
    connector: Connector, span: Span, known: Collection[str] = ()
) -> tuple[list[InboundMessage], int]:
    """Every page of a census: what was missing, and how many things were listed."""
    found: list[InboundMessage] = []
    listed = 0
    cursor: Cursor | None = None
    for _ in range(100):
        page: Census = await connector.census(span, cursor, lacking_all_but(known))
        found += page.found.messages
        listed += page.listed
        if not page.found.more:
            return found, listed
        cursor = page.found.cursor
    pytest.fail("the census never ends")


def a_day(market: Harness) -> Span:
    """The last 24 hours, this moment included."""
    now = market.now()
    return Span(since=now - 24 * HOUR, until=now + timedelta(seconds=1))


async def test_it_names_things_as_fetch_does(market: Harness, buyers: Buyers) -> None:
    await buyers.write(11)
    connector = market.connector()
    fetched = chat(await read_all(connector))

    found, listed = await count(connector, a_day(market))

    keys = [(one.id, one.thread, one.sent_at, one.text, dict(one.reply_to)) for one in fetched]
    assert sorted(keys, key=str) == sorted(
        [(one.id, one.thread, one.sent_at, one.text, dict(one.reply_to)) for one in found], key=str
    )
    assert listed >= len(found) == 11


async def test_what_is_known_is_listed_and_not_found(market: Harness, buyers: Buyers) -> None:
    await buyers.write(11)
    connector = market.connector()
    known = {message.id for message in chat(await read_all(connector))}

    found, listed = await count(connector, a_day(market), known)

    assert found == []
    assert listed >= 11


async def test_it_finds_exactly_what_fetch_never_brought(market: Harness, buyers: Buyers) -> None:
    for number, fault in enumerate(market.losing):
        connector = market.connector()
        first = number * 40
        pages = await read_all(connector)
        await buyers.faults(fault)
        texts = await buyers.write(11, first=first)
        await buyers.faults({})
        texts += await buyers.write(1, first=first + 11)
        pages += await read_all(connector, pages[-1].cursor)
        market.advance(2 * HOUR)
        texts += await buyers.write(11, first=first + 12)
        pages += await read_all(connector, pages[-1].cursor)
        brought = {message.text for message in chat(pages)}

        known = {message.id for message in chat(pages)}
        found, _ = await count(connector, a_day(market), known)

        lost = sorted(set(texts) - brought)
        assert lost, f"{fault} loses nothing"
        assert sorted({one.text for one in found} & set(texts)) == lost, fault


async def test_the_same_cursor_gives_the_same_page_again(market: Harness, buyers: Buyers) -> None:
    await buyers.write(6)
    missing, span = lacking_all_but(()), a_day(market)

    first = await market.connector().census(span, None, missing)
    again = await market.connector().census(span, None, missing)

    assert [one.id for one in first.found.messages] == [one.id for one in again.found.messages]
    assert (first.listed, first.found.cursor) == (again.listed, again.found.cursor)


async def test_what_came_after_the_span_may_still_be_on_its_way(
    market: Harness, buyers: Buyers
) -> None:
    old = await buyers.write(3)
    until = market.now() + HOUR
    market.advance(2 * HOUR)
    await buyers.write(3, first=3)

    found, _ = await count(market.connector(), Span(since=until - 24 * HOUR, until=until))

    assert sorted(one.text for one in found) == sorted(old)


async def test_fetch_goes_on_as_if_nobody_had_looked(market: Harness, buyers: Buyers) -> None:
    await buyers.write(3)
    connector = market.connector()
    cursor = (await read_all(connector))[-1].cursor
    new = await buyers.write(3, first=3)

    await count(connector, a_day(market))

    brought = {message.text for message in chat(await read_all(connector, cursor))}
    assert brought >= set(new)


async def test_a_cursor_that_nobody_made_begins_anew(market: Harness, buyers: Buyers) -> None:
    await buyers.write(2)

    page = await market.connector().census(a_day(market), Cursor("?"), lacking_all_but(()))

    assert page.listed or page.found.more


async def test_a_census_needs_credentials_too(market: Harness, buyers: Buyers) -> None:
    await buyers.write(1)

    with pytest.raises(Unauthorized):
        await market.connector_with_dead_credentials().census(
            a_day(market), None, lacking_all_but(())
        )


async def test_every_page_accounts_for_all_that_it_has_counted(
    market: Harness, buyers: Buyers
) -> None:
    await buyers.write(23)

    pages = await read_all(market.connector())

    assert all(page.counted is not None for page in pages)
    assert [page.counted for page in pages] == [page.accounted for page in pages]


@pytest.mark.parametrize("away", [30 * HOUR, 72 * HOUR])
async def test_after_days_away_everything_comes_in_oldest_first(
    market: Harness, buyers: Buyers, away: timedelta
) -> None:
    connector = market.connector()
    cursor = (await read_all(connector))[-1].cursor
    texts = []
    for number in range(4):
        texts += await buyers.write(6, first=6 * number)
        market.advance(away / 4)

    came = chat(await read_all(connector, cursor))

    assert sorted(message.text for message in came) == sorted(texts)
    for via in {message.thread.partition(":")[0] for message in came if ":" in message.thread}:
        moments = [one.sent_at for one in came if one.thread.startswith(f"{via}:")]
        assert moments == sorted(moments)
