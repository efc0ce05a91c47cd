"""The shops' models that are switched on, picked up while the service runs."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

import structlog

from responder.drafting.intent import Rule, Understanding

log = structlog.get_logger()

ACTIVE = "active"  # the file that names the version in use


class UnusableModel(ValueError):
    """A file that holds no model, or one of another format; says what to do."""


class Model(Protocol):
    """What a shop's experience adds to the rules."""

    def understand(
        self, text: str, ruled: Understanding, fired: Sequence[Rule], touched: Collection[str]
    ) -> Understanding:
        """``ruled``, what the rules make of ``text``, seen again; ``touched`` are its patterns."""


class Shelf:
    """A directory of models. A new one is found at the next question about its shop."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._held: dict[str, tuple[int, Model | None]] = {}

    def of(self, account: str) -> Model | None:
        """The model of a shop; None where the rules decide alone."""
        if not account:
            return None
        try:
            stamp = (folder(self._directory, account) / ACTIVE).stat().st_mtime_ns
        except OSError:
            self._held.pop(account, None)
            return None
        held = self._held.get(account)
        if held is None or held[0] != stamp:
            held = self._held[account] = (stamp, self._opened(account))
        return held[1]

    def _opened(self, account: str) -> Model | None:
        # Imported here: a shop without a model need not pay for numpy.
        from responder.drafting.learned import files  # noqa: PLC0415

        version = files.active(self._directory, account)
        try:
            model = files.read(self._directory, account, version) if version else None
        except UnusableModel as error:
            log.error("model.unusable", account=account, reason=str(error))
            return None
        log.info("model.loaded", account=account, version=version)
        return model


def folder(directory: Path, account: str) -> Path:
    """An account's folder; ``UnusableModel`` for a name that could leave ``directory``."""
    if "/" in account or "\\" in account or account.startswith("."):
        raise UnusableModel(f"{account!r} is no account id")
    return directory / account
