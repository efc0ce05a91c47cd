"""Files that came with mails, read again from the mailbox when somebody wants to see one."""

import re
from dataclasses import replace
from typing import Final

from connectors.base import Attachment
from connectors.exits import Exit
from connectors.mail.config import ImapConfig
from connectors.mail.connection import Dial
from connectors.mail.imap_line import imap_client
from connectors.mail.inbox import LIMITS
from connectors.mail.mailbox import Mailbox
from connectors.mail.wire import mime

_WHOLE: Final = replace(LIMITS, insists=True)
_PART: Final = re.compile(r"[1-9][0-9]{0,4}(\.[1-9][0-9]{0,4}){0,30}")


class MailFiles:
    """Reads on a connection of its own, open only for as long as it takes: polls do not wait."""

    def __init__(
        self, config: ImapConfig, way_out: Exit | None = None, *, dial: Dial = imap_client
    ) -> None:
        self._mailbox = Mailbox(config, way_out, dial=dial)

    async def read(self, file: Attachment) -> bytes | None:
        """What ``file`` holds; None where it is gone.

        Its reference is folder, UID and part. A folder that was rebuilt gives its UIDs to other
        mails, and those are other buyers': what is not of the size and type noted then is not it.
        Only the part is asked for; the whole mail where the server takes it apart in another way.
        """
        mail, _, number = file.ref.rpartition("/")
        folder, _, uid = mail.rpartition("/")
        if not (folder and uid.isascii() and uid.isdecimal() and _PART.fullmatch(number)):
            return None
        try:
            found = await self._part(folder, int(uid), number)
            if not _is(file, found):
                found = await self._from_whole(folder, int(uid), number)
        finally:
            await self._mailbox.rest()
        return found[1] if found is not None and _is(file, found) else None

    def close(self) -> None:
        self._mailbox.close()

    async def _part(self, folder: str, uid: int, number: str) -> tuple[str, bytes] | None:
        told = await self._mailbox.part(folder, uid, number, most=LIMITS.mail)
        return mime.cut_out(*told) if told is not None else None

    async def _from_whole(self, folder: str, uid: int, number: str) -> tuple[str, bytes] | None:
        read = await self._mailbox.read(
            [uid], lambda stored: mime.part(stored.content, number), limits=_WHOLE, folder=folder
        )
        return read[0][1] if read else None


def _is(file: Attachment, found: tuple[str, bytes] | None) -> bool:
    return found is not None and (found[0], len(found[1])) == (file.content_type, file.size)
