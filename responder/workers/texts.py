"""Takes over templates as they are edited in the console, without a restart."""

import asyncio

import structlog

from responder.drafting import Drafting
from responder.drafting.edited import take
from responder.store.database import Database
from responder.store.template_edits import TemplateEdits

log = structlog.get_logger()


class Texts:
    """The edited templates in one process's drafting."""

    def __init__(self, database: Database, drafting: Drafting) -> None:
        self._edits = TemplateEdits(database)
        self._drafting = drafting
        self._seen = 0
        self._one_at_a_time = asyncio.Lock()

    async def refresh(self) -> None:
        """Speak by what is saved now. One look into the store where nothing has changed."""
        count = await self._edits.count()
        if count == self._seen:
            return
        async with self._one_at_a_time:
            texts = await self._edits.texts()
            problems = await asyncio.to_thread(take, self._drafting, texts)
            self._seen = count
        for problem in problems:
            log.error("template.unusable", template=str(problem.file), reason=str(problem))
        log.info("templates.taken_over", edited=len(texts))
