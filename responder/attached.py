"""Files that came with messages, for the console: from the account's connector, where it can."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import structlog

from connectors.base import Attachment, Connector, ConnectorError

log = structlog.get_logger()


@runtime_checkable
class Attaches(Protocol):
    """A connector that finds a file again."""

    async def attached(self, file: Attachment) -> bytes | None:
        """What the file holds; None where it is gone."""


async def attached(connector: Connector, file: Mapping[str, str]) -> bytes | None:
    """What a file of a stored message holds; None where it cannot be had now."""
    if not isinstance(connector, Attaches):
        return None
    wanted = Attachment(
        name=file.get("name", ""),
        content_type=file.get("content_type", ""),
        size=int(file.get("size") or 0),
        ref=file.get("ref", ""),
    )
    try:
        return await connector.attached(wanted)
    except ConnectorError as error:
        log.info("attachment.unavailable", error=error.__class__.__name__)
        return None
