"""Templates that were edited in the console: what is used instead of a file, and every version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from responder.errors import Conflict, Unknown
from responder.store import keys
from responder.store.database import Database
from responder.store.times import moment, ms

KEPT = 100  # changes of one template
_ALL = "*"
THE_FILE = 0  # the number of what stands in the file


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateVersion:
    """One change of a template: who made it, when, and what it has said since."""

    number: int
    by: str
    at: datetime
    text: str  # "" for the file's
    back_to: int | None  # the change that was gone back to; None where the words were new


class TemplateEdits:
    """The words of templates, by "language/name". Changing one needs its last number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self) -> int:
        """How many changes there were: another number means that something has changed."""
        return int(await self._database.field(keys.TEMPLATE_NUMBERS, _ALL) or 0)

    async def texts(self) -> Mapping[str, str]:
        """The texts that are used instead of their files."""
        return await self._database.hash(keys.TEMPLATE_TEXTS)

    async def number(self, template: str) -> int:
        """The number of a template's last change; 0 where it was never changed."""
        return int(await self._database.field(keys.TEMPLATE_NUMBERS, template) or THE_FILE)

    async def versions(self, template: str) -> list[TemplateVersion]:
        """The last hundred changes of a template, newest first."""
        found = await self._database.entries(keys.template_changes(template), "-", KEPT)
        return [_version(entry) for _, entry in reversed(found)]

    async def save(self, template: str, text: str, *, seen: int, by: str) -> int:
        """Use ``text`` from now on; the number of this change.

        ``Conflict`` "stale_template" where somebody has changed it since the change ``seen``.
        """
        return await self._change(template, text, seen, by, "")

    async def go_back(self, template: str, to: int, *, seen: int, by: str) -> int:
        """Say again what was said after the change ``to``, or in the file (0); as ``save`` does.

        ``Unknown`` where that change is not kept any more.
        """
        text = "" if to == THE_FILE else await self.text_of(template, to)
        return await self._change(template, text, seen, by, str(to))

    async def text_of(self, template: str, number: int) -> str:
        """What was said after the change ``number``; "" where that was the file's."""
        for version in await self.versions(template):
            if version.number == number:
                return version.text
        raise Unknown(f"{template} has no version {number}; the last {KEPT} are kept")

    async def _change(self, template: str, text: str, seen: int, by: str, back_to: str) -> int:
        now = ms(self._database.clock.now())
        done, number = await self._database.scripts.run(
            "edit_template",
            (keys.TEMPLATE_TEXTS, keys.TEMPLATE_NUMBERS, keys.template_changes(template)),
            (template, seen, text, by, now, back_to, KEPT),
        )
        if not done:
            raise Conflict(
                "stale_template",
                "somebody has changed this template since you opened it: look at it again",
                number=str(number),
            )
        return int(number)


def _version(entry: Mapping[str, str]) -> TemplateVersion:
    return TemplateVersion(
        number=int(entry["number"]),
        by=entry["by"],
        at=moment(entry["at"]),
        text=entry["text"],
        back_to=int(entry["back_to"]) if entry["back_to"] else None,
    )
