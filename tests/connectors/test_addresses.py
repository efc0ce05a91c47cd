from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.addresses import Address, doubts

GOOD = Address(
    name="Ann Buyer", street="12 Station Road", city="Springfield", postal_code="12345",
    country="US",
)  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"country": "DE", "street": "Hauptstraße 5a"},
        {"country": "GB", "postal_code": "SW1A 1AA"},
        {"country": "JP", "postal_code": "150-0002", "street": "渋谷二丁目"},
        {"country": "AE", "postal_code": ""},
        {"country": "", "postal_code": ""},
        {"country": "CN", "postal_code": "310000", "street": "文三路**号", "name": "张**"},
    ],
)
def test_an_address_that_a_carrier_finds_raises_no_doubt(changes: dict[str, str]) -> None:
    assert doubts(replace(GOOD, **changes)) == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "the name is missing or a single letter"),
        ({"name": "J"}, "the name is missing or a single letter"),
        ({"street": " "}, "the street is missing"),
        ({"street": "Station Road"}, "the street has no house number"),
        ({"city": ""}, "the city is missing"),
        ({"postal_code": "1234"}, "the postal code does not fit the country"),
        ({"country": "GB"}, "the postal code does not fit the country"),
        ({"country": "NO", "postal_code": ""}, "the postal code does not fit the country"),
    ],
)
def test_each_doubt_is_said(changes: dict[str, str], said: str) -> None:
    assert doubts(replace(GOOD, **changes)) == (said,)


@given(st.builds(Address, name=st.text(), street=st.text(), city=st.text(),
                 postal_code=st.text(), country=st.text(max_size=3)))  # fmt: skip
def test_a_doubt_quotes_nothing_of_the_address(address: Address) -> None:
    known = {doubt for one in ({"name": ""}, {"street": ""}, {"street": "Station Road"},
                               {"city": ""}, {"postal_code": ""})
             for doubt in doubts(replace(GOOD, **one))}  # fmt: skip

    assert set(doubts(address)) <= known
