"""Who knows the token to log in to a mail server with, and what it means that one is refused."""

from typing import Protocol

from connectors.base import Unauthorized


class Bearer(Protocol):
    """The tokens of one account."""

    async def current(self) -> str:
        """A token that has not ended. Raises the four failures."""

    async def other_than(self, refused: str, why: Unauthorized) -> str:
        """Another token, after a server has refused this one; else raises why there is none."""


class TokenRefused(Unauthorized):
    """A mail server did not take ``token``: it ended early, or opens another mailbox."""

    def __init__(self, reason: str, token: str) -> None:
        super().__init__(reason)
        self.token = token
