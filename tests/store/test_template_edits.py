from datetime import timedelta

import pytest

from responder.errors import Conflict, Unknown
from responder.store.database import Database
from responder.store.template_edits import KEPT, TemplateEdits
from responder.testing import FakeClock

NAME = "en/order_status.tracked"


async def test_saved_words_are_used_and_every_version_is_kept(
    database: Database, clock: FakeClock
) -> None:
    edits = TemplateEdits(database)
    first_at = clock.now()

    first = await edits.save(NAME, "one", seen=0, by="ann")
    clock.advance(timedelta(hours=1))
    second = await edits.save(NAME, "two", seen=first, by="bob")

    assert (first, second) == (1, 2)
    assert await edits.texts() == {NAME: "two"}
    newest, oldest = await edits.versions(NAME)
    assert (newest.number, newest.by, newest.text) == (2, "bob", "two")
    assert (oldest.number, oldest.by, oldest.at, oldest.text) == (1, "ann", first_at, "one")


async def test_who_has_not_seen_the_last_change_changes_nothing(database: Database) -> None:
    edits = TemplateEdits(database)
    await edits.save(NAME, "one", seen=0, by="ann")
    before = await edits.count()

    with pytest.raises(Conflict) as refused:
        await edits.save(NAME, "two", seen=0, by="bob")

    assert (refused.value.code, refused.value.details) == ("stale_template", {"number": "1"})
    assert await edits.texts() == {NAME: "one"}
    assert (await edits.count(), len(await edits.versions(NAME))) == (before, 1)


async def test_going_back_says_again_what_was_said(database: Database) -> None:
    edits = TemplateEdits(database)
    await edits.save(NAME, "one", seen=0, by="ann")
    await edits.save(NAME, "two", seen=1, by="ann")

    assert await edits.go_back(NAME, 1, seen=2, by="bob") == 3

    assert await edits.texts() == {NAME: "one"}
    assert (await edits.versions(NAME))[0].back_to == 1


async def test_going_back_to_the_file_takes_the_words_out(database: Database) -> None:
    edits = TemplateEdits(database)
    await edits.save(NAME, "one", seen=0, by="ann")

    await edits.go_back(NAME, 0, seen=1, by="ann")

    assert await edits.texts() == {}
    assert [(one.text, one.back_to) for one in await edits.versions(NAME)] == [
        ("", 0),
        ("one", None),
    ]
    assert await edits.number(NAME) == 2


async def test_every_change_of_any_template_is_seen_in_the_count(database: Database) -> None:
    edits = TemplateEdits(database)
    assert await edits.count() == 0

    await edits.save(NAME, "one", seen=0, by="ann")
    await edits.save("de/other", "eins", seen=0, by="ann")

    assert await edits.count() == 2
    assert await edits.number("de/other") == 1


async def test_a_version_that_is_not_kept_cannot_be_gone_back_to(database: Database) -> None:
    edits = TemplateEdits(database)
    for number in range(KEPT + 3):
        await edits.save(NAME, f"text {number}", seen=number, by="ann")

    kept = await edits.versions(NAME)

    assert (len(kept), kept[0].number, kept[-1].number) == (KEPT, KEPT + 3, 4)
    with pytest.raises(Unknown):
        await edits.go_back(NAME, 3, seen=KEPT + 3, by="ann")
