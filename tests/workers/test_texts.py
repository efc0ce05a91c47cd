"""Templates that were edited are drafted by at once."""

from datetime import timedelta
from pathlib import Path

from responder.store.template_edits import TemplateEdits
from tests.workers.conftest import Service

CONFIG = Path(__file__).parents[2] / "config" / "templates"


async def draft_of(service: Service, words: str) -> tuple[str, str]:
    service.clock.advance(timedelta(minutes=1))
    service.connector.writes(words)
    await service.work("poll", "draft")
    draft = (await service.only()).draft
    assert draft is not None
    return draft.proposal.source.removeprefix("template:"), draft.proposal.text


async def test_the_next_draft_is_made_of_what_was_saved_and_then_of_the_file_again(
    service: Service,
) -> None:
    edits = TemplateEdits(service.database)
    template, before = await draft_of(service, "Where is my parcel?")
    file = (CONFIG / f"{template}.liquid").read_text(encoding="utf-8")
    await edits.save(template, f"{file}Off to perhapsburg.\n", seen=0, by="sue")

    _, changed = await draft_of(service, "Where is my parcel please?")
    await edits.go_back(template, 0, seen=1, by="sue")
    _, after = await draft_of(service, "But where is my parcel?")

    assert "perhapsburg" not in before
    assert "perhapsburg" in changed
    assert "perhapsburg" not in after


async def test_words_that_cannot_be_used_leave_the_file_and_the_drafts_go_on(
    service: Service,
) -> None:
    template, before = await draft_of(service, "Where is my parcel?")
    await TemplateEdits(service.database).save(template, "no template", seen=0, by="sue")

    _, after = await draft_of(service, "Where is my parcel please?")

    assert after == before
