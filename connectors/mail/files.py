"""Files that came with mails, read again from the mailbox when somebody wants to see one."""

from connectors.base import Attachment
from connectors.mail.inbox import LIMITS
from connectors.mail.mailbox import Mailbox
from connectors.mail.wire import mime


async def attached(mailbox: Mailbox, file: Attachment) -> bytes | None:
    """What ``file`` holds; None where it is gone.

    Its reference is folder, UID and part. A folder that was rebuilt gives its UIDs to other
    mails, and those are other buyers': what is not of the size and type noted then is not it.
    """
    mail, _, part = file.ref.rpartition("/")
    folder, _, uid = mail.rpartition("/")
    if not (folder and uid.isdecimal()):
        return None
    read = await mailbox.read(
        [int(uid)], lambda stored: mime.part(stored.content, part), limits=LIMITS, folder=folder
    )
    found = read[0][1] if read else None
    if found is None or (found[0], len(found[1])) != (file.content_type, file.size):
        return None
    return found[1]
