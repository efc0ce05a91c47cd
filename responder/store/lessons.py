"""What approvals teach: confirmed intents, and how much of each draft was changed.

APPROVE writes both down in the same step. Texts are masked by whoever teaches; see ``masking.py``.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from responder.domain.lessons import Lesson
from responder.domain.model import AccountId, ConversationId, Intent
from responder.store.codec import dump
from responder.store.database import Database
from responder.store.times import moment

KEPT = 20_000  # lessons of an account; older ones go first
_PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """What one approval says of one draft. ``confirmed`` is None where nobody said what it was."""

    account: AccountId
    text: str  # of the buyer, masked
    language: str
    predicted: Intent
    confirmed: Intent | None
    template: str = ""  # "template:en/order_status"; "" where there was no draft
    distance: int = 0  # characters, between the draft and what was approved
    length: int = 0  # of the draft

    @property
    def lesson(self) -> str:
        """As it is stored; "" where there is nothing to learn."""
        if self.confirmed is None or not self.text:
            return ""
        return dump(
            {
                "text": self.text,
                "language": self.language,
                "predicted": self.predicted,
                "confirmed": self.confirmed,
            }
        )

    @property
    def edited(self) -> str:
        """Which row of the edits it counts in; "" where there was no draft to change."""
        return f"{self.template}|{self.predicted}" if self.template else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """How the drafts of one template, for one intent, were changed before they were approved."""

    account: AccountId
    template: str
    intent: str
    approved: int
    edited: int  # of them: changed at all
    distance: int  # characters, all together
    length: int  # of the drafts, all together
    last: ConversationId | None  # that was changed: where to look

    @property
    def share(self) -> float:
        """How much of the drafts was changed, 0 to 1 and beyond where much was added."""
        return round(self.distance / self.length, 3) if self.length else 0.0


async def lessons(database: Database, account: AccountId) -> list[Lesson]:
    """An account's lessons, oldest first. Of what was approved twice only the last counts."""
    key = database.partitions.of_account(account).lessons(account)
    found: dict[str, Lesson] = {}
    after = "-"
    while True:
        page = await database.entries(key, after, _PAGE)
        for _, entry in page:
            place = f"{entry['conversation']}.{entry['answers']}"
            found.pop(place, None)
            found[place] = _lesson(entry["lesson"], moment(int(entry["at"])))
        if len(page) < _PAGE:
            return list(found.values())
        after = f"({page[-1][0]}"


def _lesson(text: str, at: datetime) -> Lesson:
    raw = json.loads(text)
    return Lesson(
        text=raw["text"],
        language=raw["language"],
        predicted=Intent(raw["predicted"]),
        confirmed=Intent(raw["confirmed"]),
        at=at,
    )


async def edits(database: Database, accounts: Sequence[AccountId]) -> list[Edits]:
    """How drafts were changed, what was changed most first."""
    found: list[Edits] = []
    for account in accounts:
        raw = await database.hash(database.partitions.of_account(account).edits(account))
        rows = {field.rpartition("|")[0] for field in raw}
        found += [_edits(account, row, raw) for row in rows]
    return sorted(found, key=lambda one: (-one.distance, one.account, one.template, one.intent))


def _edits(account: AccountId, row: str, raw: dict[str, str]) -> Edits:
    template, _, intent = row.rpartition("|")
    last = raw.get(f"{row}|last")
    return Edits(
        account=account,
        template=template,
        intent=intent,
        last=ConversationId(last) if last else None,
        **{
            name: int(raw.get(f"{row}|{name}", "0"))
            for name in ("approved", "edited", "distance", "length")
        },
    )
