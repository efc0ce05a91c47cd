"""A session that cannot be renewed: the old one works on, and who must act is told."""

from datetime import timedelta

import pytest

from connectors.base import Reply, Unauthorized, Unavailable
from connectors.taobao.mock import TaobaoMock
from responder.testing import FakeClock
from tests.connectors.in_memory import OwnVault
from tests.connectors.inboxes import drain
from tests.connectors.taobao.renewing import MONTH, Shop, known, write


@pytest.mark.parametrize(
    ("fault", "hopeless"),
    [
        ("token_refused", True),
        ("token_unavailable", False),
        ("token_garbled", False),
        ("token_lost", False),
    ],
)
async def test_a_renewal_that_fails_leaves_the_old_session_at_work_and_is_told_of(
    mock: TaobaoMock, shop: Shop, clock: FakeClock, fault: str, hopeless: bool
) -> None:
    connector = shop()
    write(mock)
    mock.faults.set({fault: 1})

    found = (await drain(connector)).messages

    assert [one.text for one in found] == ["在吗"]
    assert connector.access.trouble
    assert connector.access.hopeless is hopeless
    mock.faults.set({})
    clock.advance(timedelta(hours=1, seconds=1))
    await connector.fetch(None)
    assert (connector.access.trouble, connector.access.ends_at is None) == ("", False)


async def test_a_renewal_that_fails_is_tried_after_growing_pauses(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    connector = shop()
    mock.faults.set({"token_unavailable": 1})

    for _ in range(120):
        await connector.fetch(None)
        clock.advance(timedelta(minutes=1))

    assert mock.tokens.asked == 7, "after 1, 2, 4, … minutes, and then an hour"


async def test_a_lost_answer_after_which_the_token_is_used_up_asks_a_person_and_says_why(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    connector = shop()
    mock.faults.set({"token_lost": 1, "token_once": 1})

    with pytest.raises(Unavailable, match="could not be renewed: no answer"):
        await connector.fetch(None)
    clock.advance(timedelta(minutes=1))
    with pytest.raises(Unauthorized, match=r"the renewal was refused \(invalid_grant\)"):
        await connector.fetch(None)

    assert connector.access.hopeless


async def test_a_dead_session_whose_renewal_is_only_delayed_asks_nobody(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    connector = shop(account=known(mock))
    mock.tokens.dead.add(mock.keys.session)
    mock.faults.set({"token_unavailable": 1})

    with pytest.raises(Unavailable, match=r"could not be renewed: HTTP 503; that is tried again"):
        await connector.fetch(None)
    mock.faults.set({})
    clock.advance(timedelta(minutes=1))

    await connector.fetch(None)


async def test_a_session_that_is_the_last_one_is_used_to_its_end(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    mock.faults.set({"token_last": 1})
    vault = OwnVault()
    connector = shop(vault)
    await connector.fetch(None)

    clock.advance(MONTH - timedelta(hours=1))
    await connector.fetch(None)

    assert (connector.access.renews, mock.tokens.asked) == (False, 1)
    clock.advance(timedelta(hours=2))
    with pytest.raises(Unauthorized):
        await connector.fetch(None)
    with pytest.raises(Unauthorized):
        await shop(vault).fetch(None)


async def test_a_lapsed_level_is_named_with_its_end_and_reading_goes_on(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    connector = shop()
    write(mock)
    message = (await drain(connector)).messages[0]
    lapsed = f"{clock.now() + timedelta(minutes=5):%Y-%m-%d %H:%M} UTC"
    clock.advance(timedelta(minutes=6))
    await connector.fetch(None)
    mock.faults.set({"write_level_lapsed": 1})

    with pytest.raises(Unauthorized) as refused:
        await connector.send(Reply(id="r", thread=message.thread, text="在", reply_to={}))

    assert f"the level for writing has lapsed (w2 ended {lapsed})" in str(refused.value)
    assert mock.tokens.asked == 1, "just renewed: once more would change nothing"
    await connector.fetch(None)
