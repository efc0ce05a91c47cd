"""Who a session belongs to: the user id and nick by which TMC's events name their shop.

Source: ``taobao.user.seller.get`` (https://open.taobao.com/api.htm?docId=21349), as public clients
ask it (bububa/opentaobao, ``model/tbuser``): ``user_seller_get_response.user.{user_id, nick}``.
"""

from connectors.base import Rejected, Unauthorized
from connectors.top.client import TopClient
from connectors.top.values import Row, row, text
from connectors.top.wire import Call


def who() -> Call:
    return Call(method="taobao.user.seller.get", params={"fields": "user_id,nick"})


def names(answer: Row) -> tuple[str, ...]:
    """User id and nick, as far as they were told."""
    user = row(answer, "user")
    return tuple(filter(None, (text(user, "user_id"), text(user, "nick"))))


async def confirmed(client: TopClient, seller: str) -> str:
    """What TOP says of ``seller``, in a few words. ``Rejected`` where the session is another's.

    An app may lack the permission to ask; then nobody knows. Ask it after something that shows
    whether the session lives at all.
    """
    try:
        told = names(await client.ask(who()))
    except Unauthorized as error:
        return f"seller not compared with the session ({error})"
    if not told:
        return "seller not compared with the session: TOP named nobody"
    if seller not in told:
        raise Rejected(
            f"seller is {seller!r}, but the session belongs to {' or '.join(map(repr, told))}: "
            "events of this shop would be left to a shop that nobody reads; write one of these"
        )
    return "seller is who the session belongs to"
