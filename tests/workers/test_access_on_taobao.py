"""A Taobao shop whose session is renewed, or whose level for writing ends, in the service."""

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from connectors.feed import FeedEntry
from connectors.shared import Shared
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from responder.domain.model import AccountId, State
from responder.store.accounts import read_account
from responder.store.vaults import AccountVault
from responder.workers.accounts import Account
from tests.workers.conftest import ACCOUNT, Service

HOUR = timedelta(hours=1)


def serve(service: Service, mock: TaobaoMock) -> TaobaoConnector:
    """The service's account is a Taobao shop from now on."""
    vault = AccountVault(service.database, ACCOUNT)
    connector = TaobaoConnector(
        mock.account(renews=True), now=service.clock.now, shared=Shared(vault=vault)
    )
    accounts = cast("dict[AccountId, Account]", service.accounts)
    accounts[ACCOUNT] = replace(accounts[ACCOUNT], connector=connector)
    return connector


def write(mock: TaobaoMock, text: str) -> None:
    mock.deliver([FeedEntry(buyer="买家", order_id="2201", text=text)], via="refund")


async def test_a_shop_whose_level_for_writing_ends_reads_on_and_its_reply_waits(
    service: Service,
) -> None:
    async with TaobaoMock(now=service.clock.now) as mock:
        connector = serve(service, mock)
        write(mock, "在吗")
        await service.work("poll", "draft")
        await service.approve("在的")
        ended = f"w2 ended {service.clock.now() + timedelta(minutes=5):%Y-%m-%d %H:%M} UTC"
        service.clock.advance(timedelta(minutes=6))
        mock.faults.set({"write_level_lapsed": 1})

        await service.work("poll", "send", "alert")
        [notice] = service.channels.told
        write(mock, "还在吗")
        service.clock.advance(timedelta(minutes=1))
        await service.work("poll")
        read = (await read_account(service.database, ACCOUNT)).stored
        waiting = await service.only()
        mock.faults.set({})
        await connector.close()

    assert notice.kind == "account_down"
    assert "replies cannot be sent" in notice.reason
    assert f"the level for writing has lapsed ({ended})" in notice.reason
    assert read == 2
    assert waiting.state in {State.APPROVED, State.WAITING}
    assert mock.books.sent == []


@pytest.mark.parametrize("fault", ["token_once", ""])
async def test_a_shop_is_read_through_a_week_of_renewals_and_nobody_is_asked(
    service: Service, fault: str
) -> None:
    async with TaobaoMock(now=service.clock.now) as mock:
        mock.faults.set({fault: 1} if fault else {})
        connector = serve(service, mock)
        for number in range(56):
            write(mock, f"第{number}条")
            await service.work("poll", "alert")
            service.clock.advance(3 * HOUR)
        await connector.close()

    book = await read_account(service.database, ACCOUNT)
    assert (book.stored, book.failures) == (56, 0)
    assert mock.tokens.asked > 5, "its level for reading lasts a day"
    assert service.channels.told == []
    assert book.access is not None
    assert book.access["renews"]


async def test_a_refused_renewal_is_told_of_while_the_shop_is_still_read(service: Service) -> None:
    async with TaobaoMock(now=service.clock.now) as mock:
        mock.faults.set({"token_refused": 1})
        connector = serve(service, mock)
        write(mock, "在吗")
        for _ in range(5):
            await service.work("poll", "alert")
            service.clock.advance(HOUR)
        await connector.close()

    [notice] = service.channels.told
    assert notice.kind == "account_warning"
    assert "invalid_grant" in notice.reason
    assert (await read_account(service.database, ACCOUNT)).stored == 1
