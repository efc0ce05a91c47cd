"""Every test of this folder runs against every marketplace in a box."""

import importlib
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.contract.buyers import Buyers
from tests.contract.harness import Harness

HARNESSES = {
    "aliexpress": ("tests.contract.harness_aliexpress", "AliexpressHarness"),
    "amazon": ("tests.contract.harness_amazon", "AmazonHarness"),
    "ebay": ("tests.contract.harness_ebay", "EbayHarness"),
    "mailbox": ("tests.contract.harness_mailbox", "MailboxHarness"),
    "taobao": ("tests.contract.harness_taobao", "TaobaoHarness"),
}


@pytest.fixture(params=HARNESSES)
async def market(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Harness]:
    module, name = HARNESSES[request.param]
    harness: Harness = getattr(importlib.import_module(module), name)(tmp_path)
    async with harness:
        yield harness


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def buyers(market: Harness, http: aiohttp.ClientSession) -> Buyers:
    return Buyers(market, http)
