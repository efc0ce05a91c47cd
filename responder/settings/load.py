"""Reads a configuration directory; names every problem at once."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, NewType

from pydantic import Field, ValidationError

import responder
from responder.domain.advice import Advice, Trial
from responder.domain.ahead import Outlook
from responder.domain.policies import Promises
from responder.domain.sla import SlaPolicy
from responder.errors import ConfigError
from responder.settings.accounts import Account, Port, Table
from responder.settings.alerts import AlertTable, TeamTable, problems_across, untold
from responder.settings.isolation import clashes, of_no_group, unmixed
from responder.settings.llm import LlmTable
from responder.settings.plain import plain_secrets
from responder.settings.policies import SlaFile, read_sla
from responder.settings.proactive import ProactiveTable
from responder.settings.promises import outlook, policy_name, promises_of, refused, unused
from responder.settings.spoken import advised, left_out, spoken, spoken_within
from responder.settings.values import Duration, SomeTime

FileName = NewType("FileName", str)


class StoreTable(Table):
    url: str = Field(
        default="embedded:data",
        pattern=r"^(embedded:.+|(redis|rediss|redis\+cluster|redis\+sentinel)://.+)$",
        repr=False,  # may hold a password
    )
    partitions: int | None = Field(default=None, ge=1, le=100)
    fsync: Literal["always", "everysec"] = "always"  # of the embedded store
    keep_closed: Duration = timedelta(days=7)


class HistoryTable(Table):
    url: str = Field(
        default="sqlite:data/history.db", pattern=r"^(sqlite:.+|postgresql://.+)$", repr=False
    )


class ConsoleTable(Table):
    host: str = "127.0.0.1"
    port: Port = 8080
    public_url: str = Field(default="", pattern=r"^(https?://[^/?#]+(/[^?#]*)?)?$")  # in links
    undo: Duration = timedelta(seconds=5)
    claim_for: SomeTime = timedelta(minutes=3)
    session_for: SomeTime = timedelta(hours=12)
    second_factor: Literal["optional", "required"] = "optional"
    metrics: Literal["open", "token"] = "open"  # who may read /metrics


class SharingTable(Table):
    """How the work is shared among the agents who are here."""

    assign: Literal["off", "known_buyers", "everything"] = "known_buyers"
    limit: int = Field(default=50, ge=1, le=10_000)  # open conversations that an agent is given
    guided: bool = False  # passing a conversation on needs a reason


class DraftingTable(Table):
    queue_limit: int = Field(default=5_000, ge=0)  # waiting drafts; above it backlogs come slower
    models: Path | None = None  # what each shop's agents have taught; see ``Settings.models``


class Settings(Table):
    """``responder.toml``."""

    store: StoreTable = StoreTable()
    history: HistoryTable | None = None
    console: ConsoleTable = ConsoleTable()
    drafting: DraftingTable = DraftingTable()
    llm: LlmTable | None = None
    proactive: ProactiveTable | None = None
    team: SharingTable = SharingTable()
    accounts: tuple[Account, ...] = ()
    alerts: tuple[AlertTable, ...] = ()
    teams: tuple[TeamTable, ...] = ()

    @property
    def models(self) -> Path:
        """Where the shops' models lie: as told, else beside the embedded store, else in data/."""
        if self.drafting.models is not None:
            return self.drafting.models
        kind, _, directory = self.store.url.partition(":")
        return Path(directory if kind == "embedded" else "data") / "models"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A configuration directory that has been read and makes sense."""

    directory: Path
    settings: Settings
    policies: Mapping[str, SlaPolicy]
    promises: Mapping[str, Promises]  # by account
    outlooks: Mapping[str, Outlook]  # by account
    templates: Path
    rules: Path
    intents: Path
    proactive: Path
    shops: Path  # may be missing: then no shop's policy is known
    warnings: tuple[str, ...] = ()


def shipped_config() -> Path:
    """The configuration that comes with the program: in a checkout, else inside the package."""
    package = Path(responder.__file__).parent
    inside = package / "shipped"
    return inside if inside.is_dir() else package.parent / "config"


def load(directory: Path) -> Loaded:
    """Read ``directory``. ``ConfigError`` names every problem: file, key, what, what is allowed."""
    problems: list[str] = []
    if not directory.is_dir():
        raise ConfigError([f"{directory}: there is no such directory; see --config"])
    path = directory / "responder.toml"
    settings, raw = _read(Settings, path, problems)
    own, sla = _sla(directory, problems)
    if settings is not None:
        problems += _across(settings, sla.named, path)
        found = refused(settings.accounts, sla)
        problems += [f"{directory / 'sla.toml'}: {problem}" for problem in found]
    if problems or settings is None:
        raise ConfigError(problems)
    return Loaded(
        directory=directory,
        settings=settings,
        policies=sla.policies,
        promises={one.id: promises_of(one, sla) for one in settings.accounts},
        outlooks={one.id: outlook(one, sla) for one in settings.accounts},
        templates=_part(directory, "templates"),
        rules=_part(directory, "rules"),
        intents=_part(directory, "intents"),
        proactive=_part(directory, "proactive"),
        shops=directory / "shops",
        warnings=(*_warnings(settings, raw), *unused(settings.accounts, sla, own)),
    )


class _OneAccount(Table):
    accounts: tuple[Account, ...] = Field(min_length=1, max_length=1)


def read_account(text: str) -> tuple[Account | None, list[Advice]]:
    """One ``[[accounts]]`` table as somebody typed it, or what is wrong with it.

    Its secrets stand in plain: whoever may try an account may not read this machine's files.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [Advice(says=Trial.NOT_TOML, about={"why": str(error)})]
    if not raw:
        return None, [Advice(says=Trial.NO_TABLE)]
    if _names_a_secret(raw):
        return None, [Advice(says=Trial.SECRETS)]
    try:
        found = _OneAccount.model_validate(raw, context={"directory": Path()})
    except ValidationError as error:
        return None, advised(error, raw)
    return found.accounts[0], []


def _names_a_secret(value: object) -> bool:
    if isinstance(value, dict):
        return bool(value.keys() & {"env", "file"}) or any(map(_names_a_secret, value.values()))
    return isinstance(value, list) and any(map(_names_a_secret, value))


def _warnings(settings: Settings, raw: Mapping[str, Any]) -> tuple[str, ...]:
    names = [account.id for account in settings.accounts]
    doubts = [
        f'{key} is written down in plain; {{ env = "NAME" }} or '
        '{ file = "PATH" } keeps it out of the file'
        for key in plain_secrets(settings, raw)
    ]
    doubts += [*unmixed(settings.accounts), *of_no_group(settings.accounts)]
    doubts += untold(settings.alerts, settings.teams, names)
    if settings.history is not None:
        doubts.append(
            "history.url is accepted but not used yet: closed conversations stay in the store "
            "for [store] keep_closed"
        )
    return (*(f"responder.toml: {doubt}" for doubt in doubts), *left_out())


def _part(directory: Path, name: str) -> Path:
    """A part that the user has written, else the one that comes with the program."""
    own = directory / name
    return own if own.is_dir() else shipped_config() / name


def _toml(path: Path, problems: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # some editors begin with a mark
    except FileNotFoundError:
        problems.append(f"{path}: there is no such file")
    except OSError as error:
        problems.append(f"{path}: cannot be read: {error.strerror}")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path}: is not TOML: {error}")
    return None


def _read(
    model: type[Settings], path: Path, problems: list[str]
) -> tuple[Settings | None, Mapping[str, Any]]:
    raw = _toml(path, problems)
    if raw is None:
        return None, {}
    try:
        return model.model_validate(raw, context={"directory": path.parent}), raw
    except ValidationError as error:
        problems += [f"{path}: {spoken(detail, raw, model)}" for detail in error.errors()]
        return None, raw


def _sla(directory: Path, problems: list[str]) -> tuple[Mapping[str, Any], SlaFile]:
    """The user's own ``sla.toml``, and what holds: it, over what comes with the program."""
    own_path, shipped_path = directory / "sla.toml", shipped_config() / "sla.toml"
    raw = _toml(shipped_path, problems) or {}
    own: Mapping[str, Any] = {}
    if own_path.exists() and own_path != shipped_path:
        own = _toml(own_path, problems) or {}
        calendars = own.get("calendars", {})
        if not isinstance(calendars, dict):
            problems.append(f"{own_path}: calendars: write it as [calendars.NAME]")
            calendars = {}
        raw = {**raw, **own, "calendars": {**raw.get("calendars", {}), **calendars}}
    sla = read_sla(raw, directory, spoken_within)
    problems += [f"{own_path}: {problem}" for problem in sla.problems]
    return own, sla


def _across(settings: Settings, policies: Collection[str], path: Path) -> list[str]:
    """What only shows when the tables are seen together."""
    found = [f"{path}: {clash}" for clash in clashes(settings.accounts)]
    for account in settings.accounts:
        name = policy_name(account)
        if policies and name not in policies:
            found.append(
                f"{path}: accounts.{account.id}.sla: there is no policy {name!r} in sla.toml; "
                f"there are {', '.join(sorted(policies))}"
            )
    names = [account.id for account in settings.accounts]
    across = problems_across(settings.alerts, settings.teams, names)
    found += [f"{path}: {problem}" for problem in across]
    for name in settings.llm.accounts if settings.llm is not None else ():
        if name not in {*names, "*"}:
            found.append(
                f"{path}: llm.accounts: there is no account {name!r}; "
                f"there are {', '.join(sorted(names))}"
            )
    return found
