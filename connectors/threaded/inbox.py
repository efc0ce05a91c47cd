"""What every connector does the same whose inbox is a list of threads; see ``Source``."""

from collections.abc import Callable
from datetime import datetime

from connectors.base import Batch, Census, Cursor, Missing, Reply, Span, Trace
from connectors.readback import Attributions, arrived
from connectors.threaded.census import ThreadCensus
from connectors.threaded.reader import ThreadReader
from connectors.threaded.source import Head, Source


class ThreadedInbox:
    """Four of a connector's promises, over ``source``; each marketplace adds the others.

    ``known`` remembers which message a reply of ours became. ``facts`` names what of
    ``Reply.reply_to`` the source needs to read a thread back. Nothing is marked as read.
    """

    def __init__(
        self, source: Source, now: Callable[[], datetime], *, facts: tuple[str, ...] = ()
    ) -> None:
        self.known = Attributions()
        self._source = source
        self._facts = facts
        self._reader = ThreadReader(source, now)
        self._lists = ThreadCensus(source, now)

    async def fetch(self, cursor: Cursor | None) -> Batch:
        """The threads with news, some 200 messages at most."""
        return await self._reader.fetch(cursor)

    async def acknowledge(self, batch: Batch) -> None:
        """Nothing: what is only read needs no answer. The cursor is all there is."""

    async def census(self, span: Span, cursor: Cursor | None, missing: Missing) -> Census:
        """Compare every thread that changed since a day before ``span``."""
        return await self._lists.page(span, cursor, missing)

    async def trace(self, reply: Reply, since: datetime) -> Trace:
        """Read the thread back: by words and time, and by id where the marketplace gave one.

        Where some of it cannot be read, the reply may be in that; and one that does not even show
        what is answered shows nothing.
        """
        facts = {name: reply.reply_to.get(name, "") for name in self._facts}
        thread = await self._source.thread(Head(thread=reply.thread, latest="", facts=facts))
        if arrived(reply, since, thread.messages, self.known):
            return Trace.SENT
        is_whole = thread.messages and not thread.set_aside and not thread.cut
        return Trace.ABSENT if is_whole else Trace.UNKNOWN
