"""A marketplace of threads in memory."""

from dataclasses import dataclass, field
from datetime import timedelta

from connectors.base import (
    Author,
    Batch,
    ConnectorError,
    InboundMessage,
    Span,
)
from connectors.threaded.source import Head, Heads, Thread
from responder.testing import FakeClock


@dataclass
class FakeSource:
    """Threads in memory, listed newest first; ``trouble`` by thread is raised at each look."""

    clock: FakeClock
    page: int = 3
    threads: dict[str, list[InboundMessage]] = field(default_factory=dict)
    unshown: set[str] = field(default_factory=set)  # ids that the list names and no thread shows
    trouble: dict[str, ConnectorError] = field(default_factory=dict)
    looks: list[str] = field(default_factory=list)

    def write(self, thread: str, count: int = 1) -> None:
        talk = self.threads.setdefault(thread, [])
        for _ in range(count):
            self.clock.advance(timedelta(seconds=1))
            talk.append(
                InboundMessage(
                    id=f"{thread}-{len(talk)}",
                    thread=thread,
                    author=Author.BUYER,
                    sent_at=self.clock.now(),
                    text="?",
                    buyer=thread,
                )
            )

    async def heads(self, span: Span, number: int) -> Heads:
        changed = [
            (talk[-1].sent_at, thread, talk[-1].id)
            for thread, talk in self.threads.items()
            if span.since <= talk[-1].sent_at <= span.until
        ]
        changed.sort(reverse=True)
        start = (number - 1) * self.page
        shown = changed[start : start + self.page]
        return Heads(
            heads=[Head(thread=thread, latest=latest) for _, thread, latest in shown],
            total=len(changed),
        )

    async def thread(self, head: Head) -> Thread:
        self.looks.append(head.thread)
        if head.thread in self.trouble:
            raise self.trouble[head.thread]
        shown = [one for one in self.threads[head.thread] if one.id not in self.unshown]
        return Thread(messages=shown, named=len(shown))


def ids(batch: Batch) -> list[str]:
    return [one.id for one in batch.messages]
