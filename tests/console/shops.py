"""Two shops, and what the daemon gives a console over them."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from connectors.amazon.wire.outbound import FILES
from responder.alerts.links import Links
from responder.clock import Clock
from responder.console.live import Hub
from responder.console.services import AccountCard, Reloaded, Services
from responder.domain.ahead import Outlook
from responder.domain.calendar import WorkingHours
from responder.domain.model import AccountId
from responder.domain.sla import Share
from responder.domain.week import WEEKDAYS, Hours, week_of
from responder.drafting import Drafting
from responder.drafting.from_edit import Edited, Wish, template_of
from responder.metrics import Metrics
from responder.settings.examples import examples
from responder.store.counting import Counting
from responder.store.database import Database
from responder.store.desk import Desk
from responder.store.events import EventFeed
from responder.store.presence import Presence
from responder.store.users import Users
from responder.workers.texts import Texts

CARDS = (
    AccountCard(
        id=AccountId("amazon-us"),
        marketplace="amazon",
        marketplace_id="ATVPDKIKX0DER",
        poll_seconds=30,
    ),
    AccountCard(
        id=AccountId("taobao-main"), marketplace="taobao", marketplace_id="", poll_seconds=1
    ),
)
SHOPS = {card.id: card for card in CARDS}
AMAZON, TAOBAO = CARDS[0].id, CARDS[1].id
UNDO = timedelta(seconds=5)
OFFICE = WorkingHours(
    week_of({day: (Hours(timedelta(hours=9), timedelta(hours=18)),) for day in WEEKDAYS}),
    ZoneInfo("UTC"),
)
OUTLOOKS = {AMAZON: Outlook(shifts=OFFICE, target=Share(90)), TAOBAO: Outlook()}
ORDER = "113-1234567-1234567"
CONFIG = Path(__file__).parents[2] / "config"


def keep_template(edited: Edited, wish: Wish) -> Path:
    """Checks as the daemon does, and writes nothing."""
    made = template_of(edited, wish, CONFIG / "templates", CONFIG / "rules")
    return Path("templates") / made.language / f"{made.name}.liquid"


def services(database: Database, clock: Clock, drafting: Drafting, missing: list[str]) -> Services:
    """What the daemon gives its console, over ``database``."""

    async def ready() -> list[str]:
        return missing

    async def reload() -> Reloaded:
        return Reloaded(problems=tuple(missing), accounts=(AMAZON,))

    drafting = drafting.with_experience(lambda _: None)  # its own: templates are edited in it
    return Services(
        keep_template=keep_template,
        refresh_templates=Texts(database, drafting).refresh,
        database=database,
        clock=clock,
        desk=Desk(database, lease=timedelta(minutes=3), undo=UNDO),
        users=Users(database),
        presence=Presence(database),
        counting=Counting(database),
        hub=Hub(EventFeed(database), clock),
        metrics=Metrics(),
        drafting=drafting,
        accounts=CARDS,
        outlooks=OUTLOOKS,
        byte_limit=lambda account, thread: 400 if thread.startswith("refund") else None,
        file_limits=lambda account, _: FILES if account == "amazon-us" else None,
        ready=ready,
        reload=reload,
        session_for=timedelta(hours=12),
        undo=UNDO,
        links=Links("http://console", b"a key of this house"),
        examples=examples(),
        tables={"night": "night", "team.0": "team", "team.1": "team"},
    )
