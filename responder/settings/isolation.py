"""What two accounts may not share: a credential, a mailbox, a session, an exit, a user agent.

2026-11-22 An account without a proxy beside one of the same marketplace that has one is
accepted, with a warning: this machine is an exit like any other, and one account may have it to
itself. 2026-11-22 An exit is a proxy's host and port. Where one gateway gives each login an
address of its own, say ``shared_exit = true`` in both: only the seller can know.
"""

from collections.abc import Iterator, Mapping, Sequence
from email.utils import parseaddr
from itertools import combinations

from connectors.plugin import App
from connectors.top.access import app_at
from responder.settings.accounts import (
    THIS_MACHINE,
    AmazonAccount,
    AnyAccount,
    PluginAccount,
    TaobaoAccount,
    TopTable,
)


def clashes(accounts: Sequence[AnyAccount]) -> Iterator[str]:
    """What two accounts share that they must not, in words that say what to do."""
    for first, second in combinations(accounts, 2):
        pair = f"accounts {first.id!r} and {second.id!r}"
        if first.id == second.id:
            yield f"accounts: the id {first.id!r} is used twice; every account needs its own"
        own, other = _own(first), _own(second)
        for name in sorted(own.keys() & other.keys()):
            if own[name] == other[name]:
                yield f"{pair} use the same {name}; {_REMEDIES.get(name, _REMEDY)}"
        if first.marketplace == second.marketplace:
            yield from _of_one_marketplace(pair, first, second)
        yield from _of_one_app(pair, _app(first), _app(second))


def _of_one_marketplace(pair: str, first: AnyAccount, second: AnyAccount) -> Iterator[str]:
    if first.exit == second.exit and not (first.shared_exit and second.shared_exit):
        yield (
            f"{pair} would both reach {first.marketplace} from {first.exit}; give each its own "
            "proxy, or say shared_exit = true in both"
        )
    if first.user_agent and first.user_agent == second.user_agent:
        yield (
            f"{pair} have the same user_agent; give each its own, or leave it out: "
            "then each gets one by itself"
        )

    if isinstance(first, TaobaoAccount) and isinstance(second, TaobaoAccount):
        yield from _of_one_group(pair, first.top, second.top)


def _of_one_group(pair: str, first: TopTable, second: TopTable) -> Iterator[str]:
    told_apart = first.seller and second.seller and first.seller != second.seller
    if first.queue == second.queue and not told_apart:
        yield (
            f"{pair} use the same TMC group; one would take the other's events; give each its own "
            "group_name, or say in each which shop it is (seller: its user id or nick)"
        )


def _of_one_app(pair: str, first: App | None, second: App | None) -> Iterator[str]:
    if first is None or second is None or first.name != second.name:
        return
    if first.daily_calls != second.daily_calls:
        yield (
            f"{pair} share an app, whose calls of a day are counted together; write the same "
            "daily_calls in both"
        )


def _app(account: AnyAccount) -> App | None:
    match account:
        case TaobaoAccount(top=top):
            return App(app_at(top.gateway, top.app_key), top.daily_calls)
        case PluginAccount():
            return account.plugin.app(account.options)
        case _:
            return None


def of_no_group(accounts: Sequence[AnyAccount]) -> Iterator[str]:
    """A ``seller`` that no other shop of its TMC group needs, or two that are nearly the same."""
    shops = [one for one in accounts if isinstance(one, TaobaoAccount) and one.top.seller]
    for one in shops:
        readers = [
            other.id
            for other in accounts
            if isinstance(other, TaobaoAccount) and other.top.queue == one.top.queue
        ]
        if len(readers) == 1:
            yield (
                f"account {one.id!r} says seller = {one.top.seller!r}, but no other account reads "
                "its TMC group: leave seller out, or see that app_key and group_name are those of "
                "the shops it shares the group with; misspelt, it leaves its own events to nobody "
                "(responder check --connect asks TOP who it is)"
            )
    for one, other in combinations(shops, 2):
        if one.top.queue == other.top.queue and _are_close(one.top.seller, other.top.seller):
            yield (
                f"accounts {one.id!r} and {other.id!r} of one TMC group say seller = "
                f"{one.top.seller!r} and {other.top.seller!r}, which differ by a letter: is one "
                "misspelt? (responder check --connect asks TOP who they are)"
            )


def _are_close(one: str, other: str) -> bool:
    """Whether one letter, case or white space makes them different."""
    one, other = ("".join(name.split()).casefold() for name in (one, other))
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    same = next((at for at, letter in enumerate(one) if letter != other[at]), len(one))
    return one[same + (len(one) == len(other)) :] == other[same + 1 :]


def unmixed(accounts: Sequence[AnyAccount]) -> Iterator[str]:
    """Accounts without a proxy beside others that have one: meant, or forgotten?"""
    for one in accounts:
        beside = sorted(
            other.id
            for other in accounts
            if other.marketplace == one.marketplace and other.exit != THIS_MACHINE
        )
        if one.exit == THIS_MACHINE and beside:
            yield (
                f"account {one.id!r} has no proxy and reaches {one.marketplace} from this machine, "
                f"while {', '.join(map(repr, beside))} has one; add a proxy unless that is meant"
            )


_REMEDY = "each account has one of its own"
_REMEDIES = {
    "IMAP mailbox": "give each account a mailbox and a login of its own",
    "SMTP login": "give each account a login of its own",
    "address in smtp.from": "give each account an authorized sender of its own",
    "oauth.refresh_token": "a grant opens one mailbox: authorize the app for each",
    "sp_api.refresh_token": "each account has one of its own: authorize the app for each",
    "top.refresh_token": "each shop has one of its own: authorize the app for each",
    "top.session": "one account is polled by one entry; authorize the app for each shop",
}


def _own(account: AnyAccount) -> Mapping[str, tuple[str, ...]]:
    """What belongs to one account alone, by what a person calls it."""
    match account:
        case AmazonAccount(imap=imap, smtp=smtp, sp_api=sp_api, oauth=oauth):
            own = {
                "IMAP mailbox": (imap.host.lower(), str(imap.port), imap.username),
                "SMTP login": (smtp.host.lower(), str(smtp.port), smtp.username),
                "address in smtp.from": (parseaddr(smtp.sender)[1].lower(),),
            }
            if sp_api is not None:
                token = sp_api.refresh_token.get_secret_value()
                own["sp_api.refresh_token"] = (sp_api.lwa_endpoint, token)
            if oauth is not None:
                own["oauth.refresh_token"] = oauth.own
            return own
        case TaobaoAccount(top=top):
            own = {
                "top.session": (top.queue[0], top.session.get_secret_value()),
            }
            if top.renewed_by:
                own["top.refresh_token"] = (top.renewed_at, top.renewed_by)
            return own
        case PluginAccount():
            return account.plugin.own(account.options)
