"""``[shifts]`` and ``[NAME.first_words]`` of ``sla.toml``, and what an account looks ahead by."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from responder.domain.ahead import Outlook
from responder.domain.calendar import ALWAYS, Calendar
from responder.domain.first_words import FirstWords, Hour
from responder.domain.sla import SlaPolicy
from responder.settings.accounts import Table
from responder.settings.values import Duration

MAY_SPEAK_FIRST = ("taobao", "tmall")
# Why not elsewhere. Amazon: Seller Central, help page 202152030.
WHY_NOT = {
    "amazon": "Amazon takes no automatic message for a response, and blocks what is not needed",
}
NOT_KNOWN = "it is not known that this marketplace allows automatic messages"


def _words(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        raise ValueError("write what is said, in quotes")
    return text


Words = Annotated[str, BeforeValidator(_words), Field(max_length=500)]
Texts = dict[Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]+)?$")], Words]


class FirstWordsTable(Table):
    """Texts by language for each hour. ``calendar``: when somebody works; else the shifts'."""

    open: Texts = Field(default_factory=dict)
    night: Texts = Field(default_factory=dict)
    holiday: Texts = Field(default_factory=dict)
    calendar: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "FirstWordsTable":
        if not (self.open or self.night or self.holiday):
            raise ValueError('write texts by language under open, night or holiday: { zh = "…" }')
        return self

    def words(self, calendar: Calendar) -> FirstWords:
        texts: Mapping[Hour, Mapping[str, str]] = {
            Hour.OPEN: self.open,
            Hour.NIGHT: self.night,
            Hour.HOLIDAY: self.holiday,
        }
        return FirstWords(texts=texts, calendar=calendar)


class ShiftsTable(Table):
    """When the team is there, for accounts whose policy has no team hours of its own."""

    calendar: str = "always"
    warn_before: Duration = Field(default=timedelta(minutes=30), gt=timedelta(0))


def outlook_of(policy: SlaPolicy, shifts: Calendar, warn_before: timedelta) -> Outlook:
    """What an account with ``policy`` looks ahead by: the team's hours, else ``shifts``."""
    return Outlook(
        shifts=shifts_of(policy.team, shifts), warn_before=warn_before, target=policy.target
    )


def shifts_of(team: SlaPolicy | None, shifts: Calendar) -> Calendar:
    return shifts if team is None or team.calendar is ALWAYS else team.calendar


def silent(policy: SlaPolicy, marketplace: str, account: str) -> Iterator[str]:
    """Why ``policy`` may say no first words for ``account``."""
    if policy.first_words is None or marketplace in MAY_SPEAK_FIRST:
        return
    why = WHY_NOT.get(marketplace, NOT_KNOWN)
    yield (
        f"{policy.name}.first_words: account {account!r} is on {marketplace}: {why}; "
        f"leave them out, or give the account another policy"
    )
