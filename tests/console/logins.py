"""People who were hired log in, with a code where they have one."""

from aiohttp import ClientResponse

from responder.console import totp
from responder.store.users import Role
from responder.testing import FakeClock
from tests.console.house import PASSWORD, House
from tests.console.person import Person

LONG = "a long enough password"


async def log_in(house: House, **body: str) -> ClientResponse:
    told = {"name": "ann", "password": PASSWORD} | body
    return await house.client.post("/api/v1/login", json=told)


async def hired(house: House, role: Role = Role.AGENT) -> Person:
    """Ann with a real password, logged in."""
    await house.hire("ann", role)
    return await house.person("ann", role)


async def with_code(house: House, ann: Person, clock: FakeClock) -> str:
    """Turn the second factor on; returns its secret."""
    secret = str((await (await ann.post("/me/code")).json())["secret"])
    typed = totp.code(secret, totp.step_at(clock.now()))
    response = await ann.post("/me/code/confirm", {"secret": secret, "code": typed})
    assert response.status == 200, await response.text()
    return secret
