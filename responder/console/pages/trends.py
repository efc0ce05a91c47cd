"""What the team's replies were: waiting, intents, what was given; a picture and a table each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from gettext import NullTranslations

from aiohttp import web

from responder.console.charts import Line, lines
from responder.console.pages.language import catalog, language_of
from responder.console.pages.words import INTENTS, N_, STEPS
from responder.console.services import services
from responder.store.trends import WAITED, Trends, read_trends

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How counts are spread; ``what`` heads the labels of its table."""

    id: str
    title: str
    what: str
    lines: Sequence[Line]

    @property
    def total(self) -> int:
        return sum(line.count for line in self.lines)


async def spreads(request: web.Request, since: date) -> list[Spread]:
    """The pictures of the replies since a day, over all accounts; without lines where none left."""
    accounts = [card.id for card in services(request).accounts]
    found = await read_trends(services(request).database, accounts, since)
    speak = catalog(language_of(request))
    return [
        Spread(
            id="waited",
            title=N_("How long buyers waited for our reply"),
            what=N_("Waited"),
            lines=_waited(found, speak),
        ),
        Spread(
            id="about",
            title=N_("What our replies were about"),
            what=N_("Intent"),
            lines=lines([(_intent(one, speak), n) for one, n in found.intents.most_common()]),
        ),
        Spread(
            id="given",
            title=N_("Refunds and replacements by reason"),
            what=N_("Step and reason"),
            lines=lines(
                [
                    (f"{speak.gettext(STEPS.get(step, step))} · {_intent(intent, speak)}", n)
                    for (step, intent), n in found.given.most_common()
                    if step != "photos"
                ]
            ),
        ),
    ]


def _intent(name: str, speak: NullTranslations) -> str:
    return speak.gettext({str(one): label for one, label in INTENTS.items()}.get(name, name))


def _waited(found: Trends, speak: NullTranslations) -> list[Line]:
    """One line a class, also the empty ones in between; none where nothing was counted."""
    if not any(found.waited):
        return []
    names = [_below(limit, speak) for limit in WAITED] + [speak.gettext(N_("longer"))]
    return lines(list(zip(names, found.waited, strict=True)))


def _below(limit: timedelta, speak: NullTranslations) -> str:
    if limit < HOUR:
        return speak.gettext(N_("below %(minutes)s min")) % {"minutes": limit.seconds // 60}
    return speak.gettext(N_("below %(hours)s h")) % {"hours": limit // HOUR}
