"""The console's front door: where it listens, who is let in first, which shops it shows."""

import asyncio
from collections.abc import Callable

import structlog
from aiohttp import web

from connectors.base import ConnectorError
from responder.clock import Clock
from responder.console.auth import new_secret
from responder.console.services import AccountCard
from responder.domain.advice import Advice, Trial
from responder.domain.model import AccountId
from responder.errors import ResponderError
from responder.marketplaces import connector_for
from responder.settings import Loaded, read_account
from responder.store.users import Users
from responder.trial import because

log = structlog.get_logger()

FIRST_ADMIN = "admin"
ELSEWHERE = (
    "a daemon that started at the same moment has shown the link for the first admin; "
    "where that is out of sight, start again in a quarter of a minute for another"
)
# Seconds that what is left of a refused body is read and thrown away: a browser reads the answer
# when it has written the whole, and loses it with a line that ends before that.
LINGERS = 60.0
TRY_TIMEOUT = 30.0  # seconds for a shop that is tried before it is configured


async def listen(app: web.Application, host: str, port: int) -> web.AppRunner:
    """Serve ``app``; ``ResponderError`` says what to do where that cannot be."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2, lingering_time=LINGERS)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise ResponderError(
            f"the console cannot listen on {host}:{port} ({error.strerror}): "
            "choose another [console] port, or stop what uses it"
        ) from error
    return runner


def address(runner: web.AppRunner) -> str:
    """Where ``runner`` serves, with a slash at the end."""
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}/"


async def welcome(users: Users, console: str, tell: Callable[[str], None] | None) -> None:
    """Where nobody can log in yet: ``tell`` a link for the first admin, or say how to.

    Of daemons that start together one tells a link, and that is the one that counts.
    """
    if await users.all():
        return
    if tell is None:
        log.warning("console.nobody_can_log_in", hint="responder user add NAME --role admin")
        return
    secret = new_secret()
    if await users.invite_first(secret, FIRST_ADMIN):
        tell(f"{console}invite/{secret}")
    else:
        log.warning("console.first_link_elsewhere", hint=ELSEWHERE)


def cards(loaded: Loaded) -> tuple[AccountCard, ...]:
    """The accounts as pages show them."""
    return tuple(
        AccountCard(
            id=AccountId(one.id),
            marketplace=one.marketplace,
            marketplace_id=getattr(one, "marketplace_id", ""),
            poll_seconds=one.poll_every.total_seconds(),
        )
        for one in loaded.settings.accounts
    )


async def try_account(text: str, clock: Clock) -> tuple[bool, list[Advice]]:
    """Whether a shop answers that is not in the configuration yet, and what to know or do."""
    account, problems = read_account(text)
    if account is None:
        return False, problems
    connector = connector_for(account, clock.now)
    try:
        async with asyncio.timeout(TRY_TIMEOUT):
            said = {"said": await connector.check()}
            return True, [Advice(says=Trial.WORKED, about=said)]
    except (ConnectorError, asyncio.TimeoutError) as error:
        return False, [because(error)]
    finally:
        await connector.close()
