"""How many calls an app may make in a day: counted for all shops and processes that share it."""

from datetime import date
from typing import Protocol


class Calls(Protocol):
    """The books of a day. ``app`` names whose calls are counted together."""

    async def take(self, app: str, day: date, most: int) -> tuple[int, bool]:
        """Count one more call, unless ``most`` were made already.

        Returns how many the day has had, and whether this is one of them.
        """


class OwnCalls:
    """The calls of an app that only this process makes."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, date], int] = {}

    async def take(self, app: str, day: date, most: int) -> tuple[int, bool]:
        used = self._used.get((app, day), 0)
        if used >= most:
            return used, False
        self._used = {one: count for one, count in self._used.items() if one[1] == day}
        self._used[app, day] = used + 1
        return used + 1, True
