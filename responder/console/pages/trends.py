"""What the team's replies were, and whether they were in time: a picture and a table each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from gettext import NullTranslations

from aiohttp import web

from responder.console.charts import Line, lines
from responder.console.pages.language import catalog, language_of
from responder.console.pages.words import INTENTS, N_, STEPS
from responder.console.services import services
from responder.domain.budget import Budget
from responder.domain.model import AccountId
from responder.store.trends import WAITED, Trends, read_trends

HOUR = timedelta(hours=1)
MOST = 20  # lines of a picture; its CSV has them all
NOTHING = N_("Nothing yet: each reply that a marketplace accepts counts here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How counts are spread; ``id`` names its report, ``what`` heads the labels of its table."""

    id: str
    title: str
    what: str
    lines: Sequence[Line]
    nothing: str = NOTHING


async def spreads(request: web.Request, since: date) -> list[Spread]:
    """The pictures of the replies since a day, over all accounts; without lines where none left."""
    accounts = [card.id for card in services(request).accounts]
    found = await read_trends(services(request).database, accounts, since)
    speak = catalog(language_of(request))
    return [_waited(found, speak), _intents(found, speak), _given(found, speak), _people(found)]


def _intents(found: Trends, speak: NullTranslations) -> Spread:
    return Spread(
        id="intents",
        title=N_("What our replies were about"),
        what=N_("Intent"),
        lines=lines([(_intent(one, speak), n) for one, n in found.intents.most_common()]),
    )


def _given(found: Trends, speak: NullTranslations) -> Spread:
    return Spread(
        id="given",
        title=N_("Refunds and replacements by reason"),
        what=N_("Step and reason"),
        nothing=N_("Nothing yet: each refund or replacement that a reply offers counts here."),
        lines=lines(
            [
                (f"{speak.gettext(STEPS.get(step, step))} · {_intent(intent, speak)}", n)
                for (step, intent), n in found.given.most_common()
            ]
        ),
    )


def _people(found: Trends) -> Spread:
    return Spread(
        id="agents",
        title=N_("Replies by who approved them"),
        what=N_("Name"),
        lines=lines(found.people.most_common(MOST)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How an account keeps its promises over a window of days; ``words``: what that leaves."""

    account: AccountId
    share: float
    target: float | None
    words: str


def in_time(
    budgets: Mapping[AccountId, tuple[Budget, ...]], days: int, speak: NullTranslations
) -> list[Kept]:
    """The share of answers in time of each account over a window, the worst ones first."""
    found = [
        Kept(
            account=account,
            share=1 - (one.late_share or 0),
            target=one.target.percent / 100 if one.target else None,
            words=_left(one, speak),
        )
        for account, windows in budgets.items()
        for one in windows
        if one.days == days and one.count
    ]
    return sorted(found, key=lambda one: (one.share, one.account))[:MOST]


def _left(one: Budget, speak: NullTranslations) -> str:
    if one.target is None:
        return ""
    if one.owes:
        said = speak.gettext(N_("%(count)s answers in time until it is met again"))
        return said % {"count": one.owes}
    return speak.gettext(N_("bears %(count)s more late replies")) % {"count": one.bears}


def _intent(name: str, speak: NullTranslations) -> str:
    return speak.gettext({str(one): label for one, label in INTENTS.items()}.get(name, name))


def _waited(found: Trends, speak: NullTranslations) -> Spread:
    """One line a class, also the empty ones in between; none where nothing was counted."""
    names = [_below(limit, speak) for limit in WAITED] + [speak.gettext(N_("longer"))]
    return Spread(
        id="waited",
        title=N_("How long buyers waited for our reply"),
        what=N_("Waited"),
        lines=lines(list(zip(names, found.waited, strict=True))) if any(found.waited) else [],
    )


def _below(limit: timedelta, speak: NullTranslations) -> str:
    if limit < HOUR:
        return speak.gettext(N_("below %(minutes)s min")) % {"minutes": limit.seconds // 60}
    return speak.gettext(N_("below %(hours)s h")) % {"hours": limit // HOUR}
