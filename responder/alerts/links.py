"""Links in alerts, and the signature that lets who has one acknowledge one alert, and no other."""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256

SIGNATURE = 22  # characters; 132 bits


@dataclass(frozen=True, slots=True)
class Links:
    """``console`` is the address under which people reach it, without a slash at its end."""

    console: str
    key: bytes = field(default=b"", repr=False)

    def conversation(self, conversation: str | None) -> str:
        return f"{self.console}/c/{conversation}" if conversation else self.console

    def list(self) -> str:
        return f"{self.console}/?view=at_risk"

    def acknowledge(self, message: str) -> str:
        return f"{self.console}/a/{self.token(message)}"

    def token(self, message: str) -> str:
        """What proves that its bearer was told of ``message``."""
        return f"{message}.{self._signature(message)}"

    def message(self, token: str) -> str | None:
        """The message that ``token`` is of; None for one that we did not make."""
        message, _, signature = token.rpartition(".")
        if not message or not hmac.compare_digest(
            self._signature(message).encode(), signature.encode()
        ):
            return None
        return message

    def _signature(self, message: str) -> str:
        digest = hmac.new(self.key, b"acknowledge\0" + message.encode(), sha256).digest()
        return urlsafe_b64encode(digest).decode()[:SIGNATURE]


def channel_of(message: str) -> str:
    """Which channel a message was handed to: its id says so."""
    return message.rpartition("-")[0]
