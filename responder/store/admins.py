"""Changes in the books of people, none of which leaves the house without an admin."""

import json

from responder.errors import Conflict
from responder.store import keys
from responder.store.database import Database

OUT = ""  # what takes the place of somebody who is taken out


async def swap(database: Database, name: str, before: str, after: str) -> bool:
    """Put ``after`` where ``before`` stands (both JSON); nothing, and False, where it does not.

    ``Conflict`` where nobody would be left who is an admin.
    """
    stays = () if _is_admin(after) else await admin_beside(database, name, before)
    arguments = (name, before, after, *stays)
    return bool(await database.scripts.run("change_user", (keys.USERS,), arguments))


async def admin_beside(database: Database, name: str, text: str | None) -> tuple[str, ...]:
    """Another admin than ``name``, by name and JSON, where ``text`` is one's; else nothing.

    ``Conflict`` where there is none.
    """
    if not _is_admin(text):
        return ()
    for other, entry in (await database.hash(keys.USERS)).items():
        if other != name and _is_admin(entry):
            return other, entry
    raise Conflict("own_role", "somebody must stay admin: make another one first")


def _is_admin(text: str | None) -> bool:
    return bool(text) and json.loads(str(text))["role"] == "admin"
