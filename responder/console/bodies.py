"""What the API takes."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from responder.console.passwords import SHORTEST_PASSWORD
from responder.domain.model import Intent
from responder.store.dead_letters import LetterKind
from responder.store.remarks import MOST_TAGS

Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]
Short = Annotated[str, StringConstraints(max_length=500)]
FileId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[\w.@ -]+$")]


class Body(BaseModel):
    """A request body: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class Approve(Body):
    draft_version: int = Field(ge=0)
    text: Text | None = None  # edited; absent to take the draft as it is
    draft_made_at: AwareDatetime | None = None  # of the draft that was read; see ``_draft_text``
    token: Annotated[str, StringConstraints(min_length=1)]
    newest: int | None = Field(default=None, ge=0)  # seq of the newest message that was read
    override: Reason | None = None  # why a rule may be broken; supervisors and admins
    intent: Intent | None = None  # what the buyer wanted, where the draft took it for another
    instead_of: Short = ""  # id of a reply that a colleague has prepared, and that was seen
    files: Annotated[tuple[FileId, ...], Field(max_length=20)] = ()  # that go with it, in order


class ApproveHere(Approve):
    """As a page says it: without a token it is approved where nobody else is in it."""

    token: str = ""


class MakeTemplate(Body):
    name: Annotated[str, StringConstraints(min_length=2, max_length=62)]
    purpose: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]
    text: Text | None = None  # absent: what was answered last
    intent: Intent | None = None  # absent: what the drafter took it for
    case: Short = ""
    whole_intent: bool = False
    marketplaces: tuple[Name, ...] = ()


class Confirm(Body):
    id: Short  # of what was asked
    token: str = ""  # of a claim; none is needed
    override: Reason | None = None


class Decline(Body):
    id: Short
    reason: Reason


class ApproveOutreach(Body):
    version: int = Field(ge=1)
    text: Text | None = None  # edited; absent to take the words as they are


class DropOutreach(Body):
    version: int = Field(ge=1)
    reason: Short = ""


class ResolveOutreach(Body):
    outcome: Literal["sent", "not_sent"]
    version: int | None = Field(default=None, ge=1)  # that was looked for; absent: whichever


class TokenOnly(Body):
    token: str


class Reject(Body):
    draft_version: int | None = Field(default=None, ge=0)
    reason: Short = ""


class Redraft(Body):
    reason: Short = ""


class NoReplyNeeded(Body):
    newest: int | None = Field(default=None, ge=0)  # seq of the newest message that was read


class Snooze(Body):
    until: AwareDatetime | None  # null ends it


class Assign(Body):
    assignee: Name | None
    note: Short = ""


class Note(Body):
    text: Text


class Tags(Body):
    add: Annotated[tuple[Name, ...], Field(max_length=MOST_TAGS)] = ()
    remove: Annotated[tuple[Name, ...], Field(max_length=MOST_TAGS)] = ()
    flag: Literal["", "red", "yellow", "green", "blue", "purple", "grey"] | None = None


class Escalate(Body):
    reason: Short = ""


class Undo(Body):
    reply_id: Short = ""  # of the approval that is meant; "" for whichever there is


class ResolveUncertain(Body):
    outcome: Literal["sent", "not_sent"]
    reply_id: Short = ""  # of the reply that was looked for; "" for whichever there is


class Check(Body):
    text: Text


class Preview(Body):
    """A template's file as it is being written, and the facts to fill in."""

    text: Text
    language: str = Field(default="en", pattern=r"^[a-z]{2}(-[A-Za-z]{2,4})?$")
    name: str = Field(default="new", pattern=r"^[\w.-]{1,80}$")
    marketplace: str = Field(default="amazon", pattern=r"^[a-z]{2,20}$")
    facts: dict[str, Short | None] = {}
    byte_limit: int | None = Field(default=None, ge=1)


class SaveTemplate(Body):
    """New words of a template, and the number of its last change that was seen."""

    language: str
    name: str
    text: Text
    number: int = Field(ge=0)


class RestoreTemplate(Body):
    """Which earlier version it shall say again; 0 is its file."""

    language: str
    name: str
    to: int = Field(ge=0)
    number: int = Field(ge=0)


class Translate(Body):
    """A message of the thread by its ``seq``, or a text, into the language ``to``."""

    seq: int | None = Field(default=None, ge=1)
    text: Text | None = None
    to: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}([_-][A-Za-z0-9]{2,8}){0,2}$")]

    @model_validator(mode="after")
    def _one_of_both(self) -> "Translate":
        if (self.seq is None) == (self.text is None):
            raise ValueError("give either seq or text")
        return self


class Login(Body):
    name: str
    password: str = ""
    code: Short = ""  # of the second factor, where there is one


class Presence(Body):
    looking: Annotated[str, StringConstraints(max_length=64)] | None = None
    gone: bool = False


class Next(Body):
    skip: Annotated[str, StringConstraints(max_length=64)] | None = None  # what is passed on
    reason: Short = ""


class Skilled(Body):
    name: Name
    role: Literal["agent", "trainee", "supervisor", "admin"]
    accounts: tuple[Name, ...] = ()
    languages: tuple[Name, ...] = ()
    intents: tuple[Name, ...] = ()
    limit: int = Field(default=0, ge=0, le=10_000)
    version: Short = ""  # as GET /people showed it; "" changes them however they are now


class Invite(Body):
    name: Name
    role: Literal["agent", "trainee", "supervisor", "admin"]


class Person(Body):
    name: Name


Password = Annotated[str, StringConstraints(min_length=SHORTEST_PASSWORD, max_length=200)]


class NewPassword(Body):
    old: Short
    new: Password


class NewCode(Body):
    secret: Annotated[str, StringConstraints(pattern=r"^[A-Z2-7]{16,64}$")]
    code: Short


class OldCode(Body):
    password: Short


class TryAccount(Body):
    table: Text  # an [[accounts]] table, as it would stand in responder.toml


class Letters(Body):
    """Which dead letters: one by its id, or all of a kind, an account, or both."""

    id: Short = ""
    kind: LetterKind | None = None
    account: Short = ""
