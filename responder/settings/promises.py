"""Which policies hold for which account, and what a marketplace does not allow."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from responder.domain.ahead import Outlook
from responder.domain.calendar import ALWAYS
from responder.domain.policies import Promises, Refinement
from responder.domain.sla import SlaPolicy
from responder.settings.accounts import Account, marketplaces
from responder.settings.ahead import outlook_of, silent
from responder.settings.policies import ApplyTable, SlaFile
from responder.settings.values import spoken

# What no policy may lengthen. Amazon counts every message that is not answered within 24 hours,
# "including weekends and holidays" (Seller Central, help page 202152030).
CEILINGS = {"amazon": timedelta(hours=24)}
SHIPPED = ("aliexpress", "amazon", "ebay", "mailbox", "taobao", "tmall")  # each has a policy


def promises_of(account: Account, file: SlaFile) -> Promises:
    """What ``account`` promises. Its policies are known to exist."""
    return Promises(
        usual=file.policies[policy_name(account)],
        refinements=tuple(
            Refinement(
                policy=file.policies[one.policy],
                intents=tuple(sorted(one.intents)),
                tags=tuple(sorted(one.tags)),
            )
            for one in file.applied
            if _is_for(one, account)
        ),
    )


def outlook(account: Account, file: SlaFile) -> Outlook:
    """What ``account`` looks ahead by. Its policy is known to exist."""
    return outlook_of(file.policies[policy_name(account)], file.shifts, file.warn_before)


def policy_name(account: Account) -> str:
    return account.sla or account.marketplace


def _is_for(one: ApplyTable, account: Account) -> bool:
    return (not one.accounts or account.id in one.accounts) and (
        not one.marketplaces or account.marketplace in one.marketplaces
    )


def refused(accounts: Iterable[Account], file: SlaFile) -> Iterator[str]:
    """What is wrong with ``sla.toml`` once the accounts are seen beside it."""
    accounts = tuple(accounts)
    known = {account.id for account in accounts}
    known_marketplaces = {*SHIPPED, *marketplaces()}
    for place, one in enumerate(file.applied):
        if one.policy not in file.named:
            yield (
                f"apply.{place}.policy: there is no policy {one.policy!r}; "
                f"there are {', '.join(sorted(file.named))}"
            )
        for name in one.accounts:
            if name not in known:
                yield (
                    f"apply.{place}.accounts: there is no account {name!r}; "
                    f"there are {', '.join(sorted(known)) or 'none'}"
                )
        for name in one.marketplaces:
            if name not in known_marketplaces:
                yield (
                    f"apply.{place}.marketplaces: there is no marketplace {name!r}; "
                    f"write one of {', '.join(sorted(known_marketplaces))}"
                )
    yield from _lengthened(accounts, file)
    yield from _spoken_first(accounts, file)


def _spoken_first(accounts: Iterable[Account], file: SlaFile) -> Iterator[str]:
    """First words where the marketplace does not have them."""
    for account in accounts:
        names = [policy_name(account)]
        names += [one.policy for one in file.applied if _is_for(one, account)]
        for name in dict.fromkeys(names):
            if name in file.policies:
                yield from silent(file.policies[name], account.marketplace, account.id)


def _lengthened(accounts: Iterable[Account], file: SlaFile) -> Iterator[str]:
    """Policies that give more time than the marketplace does."""
    told = set()
    for account in accounts:
        names = [policy_name(account)]
        names += [one.policy for one in file.applied if _is_for(one, account)]
        limit = CEILINGS.get(account.marketplace)
        for name in names:
            policy = file.policies.get(name)
            if limit is None or policy is None or (name, limit) in told:
                continue
            told.add((name, limit))
            yield from _too_long(policy, limit, account)


def _too_long(policy: SlaPolicy, limit: timedelta, account: Account) -> Iterator[str]:
    for one in (policy, policy.next_response):
        if one is None:
            continue
        of = f"account {account.id!r} is on {account.marketplace}, whose clock"
        if one.calendar is not ALWAYS:
            yield (
                f"{one.name}.calendar: {of} runs on weekends and holidays too; write "
                '"always", and the team\'s hours under [' + policy.name + ".team]"
            )
        if one.respond_within > limit:
            yield (
                f"{one.name}.respond_within: {of} gives {spoken(limit)}; "
                f"{spoken(one.respond_within)} would be late; write {spoken(limit)} or less"
            )


def unused(accounts: Iterable[Account], file: SlaFile, own: Mapping[str, object]) -> Iterator[str]:
    """Policies and calendars of the user's own file that nothing refers to."""
    used = {policy_name(account) for account in accounts}
    used |= {one.policy for one in file.applied} | set(SHIPPED)
    for name in file.policies:
        if name in own and name not in used:
            yield f"sla.toml: {name}: no account and no [[apply]] uses this policy"
    calendars = own.get("calendars", {})
    for name in calendars if isinstance(calendars, dict) else ():
        if name not in file.used:
            yield f"sla.toml: calendars.{name}: no policy uses this calendar"
