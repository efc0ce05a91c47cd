"""An empty file is a file: it is kept like any other, and not taken for a question."""

from responder.store.files import contents, keep_file, may_keep
from tests.store.shop import Shop

ROOM = (3, 1000)


async def test_an_empty_file_is_kept(shop: Shop) -> None:
    await shop.receive(shop.arrival())
    await shop.draft()
    one = shop.conversation()
    token = (await shop.lease(one)).token

    await may_keep(shop.database, one, token, 0, ROOM)
    assert (await shop.read(one)).files == ()
    kept = await keep_file(shop.database, one, token, ("a.txt", "text/plain", b""), room=ROOM)

    assert (await shop.read(one)).files == (kept,)
    assert await contents(shop.database, one, [kept]) == [b""]
