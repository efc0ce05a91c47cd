"""Where an account's newest credentials are kept: one place for every process that serves it."""

from typing import Protocol


class Vault(Protocol):
    """Holds one text of one account. Whoever writes it seals it: the place may be copied."""

    async def read(self) -> str | None:
        """What was kept last, "" where nothing was; None where the vault cannot be opened now."""

    async def begin(self) -> str:
        """Begin a renewal, for a minute at most; "" while somebody else is at it, or none can."""

    async def keep(self, text: str, token: str) -> bool | None:
        """End the renewal ``token`` and keep ``text``; False where another has begun since.

        None where it could not be written down now: hold it in hand, and try again.
        """

    async def give_up(self, token: str) -> None:
        """End the renewal ``token`` with nothing new."""


class OwnVault:
    """Keeps in memory what this process has renewed, where no other serves the account."""

    def __init__(self) -> None:
        self.text = ""
        self._holder = ""
        self._begun = 0

    async def read(self) -> str:
        return self.text

    async def begin(self) -> str:
        if self._holder:
            return ""
        self._begun += 1
        self._holder = str(self._begun)
        return self._holder

    async def keep(self, text: str, token: str) -> bool | None:
        if token != self._holder:
            return False
        self.text, self._holder = text, ""
        return True

    async def give_up(self, token: str) -> None:
        if token == self._holder:
            self._holder = ""
