"""How many calls an app has made today, for all shops and daemons that share it."""

from datetime import date

from responder.store.database import Database
from responder.store.keys import calls


class AppCalls:
    """As ``connectors.calls.Calls`` promises. The day is the caller's to name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, app: str, day: date, most: int) -> tuple[int, bool]:
        """Count one more call, unless ``most`` were made already."""
        key = calls(app, day.isoformat())
        used = int(await self._database.scripts.run("take_call", (key,), (most,)))
        return (used, True) if used > 0 else (-used - 1, False)
