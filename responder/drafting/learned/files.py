"""Models on disk: every version kept, one of them switched on, picked up while the service runs.

<directory>/<account>/0001.npz   a model: arrays of numbers and pieces of words, no code
<directory>/<account>/0001.json  the report of its back-test
<directory>/<account>/active     the number of the one that is used; without it the rules decide
"""

import json
import re
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from responder.drafting.learned.backtest import Report
from responder.drafting.learned.model import ShopModel
from responder.drafting.learned.shelf import ACTIVE, UnusableModel, folder

_VERSION = re.compile(r"^\d{4,9}$")
_FORMAT = 2


def versions(directory: Path, account: str) -> list[str]:
    """The versions that an account has, oldest first."""
    found = (file.stem for file in folder(directory, account).glob("*.npz"))
    return sorted((name for name in found if _VERSION.match(name)), key=int)


def active(directory: Path, account: str) -> str | None:
    """The version that is switched on."""
    try:
        name = (folder(directory, account) / ACTIVE).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if _VERSION.match(name) else None


def save(directory: Path, account: str, model: ShopModel, report: Report) -> str:
    """Write ``model`` down as the next version, not yet switched on; returns its number."""
    known = versions(directory, account)
    version = f"{int(known[-1]) + 1 if known else 1:04d}"
    shop = folder(directory, account)
    shop.mkdir(parents=True, exist_ok=True)
    _write(shop / f"{version}.json", json.dumps(asdict(report), indent=2).encode())
    target = shop / f"{version}.npz"
    partial = target.with_suffix(".part")
    with partial.open("wb") as file:
        _dump(model, file)
    partial.replace(target)
    return version


def switch(directory: Path, account: str, version: str | None) -> None:
    """Use ``version`` from now on; None goes back to the rules alone.

    ``UnusableModel`` where there is no such version, or it cannot be read.
    """
    file = folder(directory, account) / ACTIVE
    if version is None:
        file.unlink(missing_ok=True)
        return
    if version not in versions(directory, account):
        known = ", ".join(versions(directory, account)) or "none"
        raise UnusableModel(f"{account} has no model {version!r}; there are {known}")
    read(directory, account, version)
    _write(file, version.encode())


def read(directory: Path, account: str, version: str) -> ShopModel:
    """A model as it was saved. ``UnusableModel`` for anything else."""
    file = folder(directory, account) / f"{version}.npz"
    try:
        return _load(file)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, EOFError) as error:
        raise UnusableModel(
            f"{file} is no model of this version of the program ({error.__class__.__name__}): "
            "learn again with `responder learn`"
        ) from error


def _dump(model: ShopModel, file: Any) -> None:
    about = {
        "format": _FORMAT,
        "labels": model.labels,
        "curve": model.curve,
        "lessons": model.lessons,
    }
    np.savez_compressed(
        file,
        about=np.array(json.dumps(about)),
        pieces=np.array(list(model.vocabulary), dtype=np.str_),
        rarity=model.rarity,
        weights=model.weights,
    )


def _load(file: Path) -> ShopModel:
    with np.load(file, allow_pickle=False) as held:
        about = json.loads(str(held["about"]))
        if about["format"] != _FORMAT:
            raise ValueError(f"format {about['format']}")
        pieces = [str(piece) for piece in held["pieces"]]
        rarity, weights = held["rarity"], held["weights"]
    if weights.shape != (len(pieces) + 1, len(about["labels"])) or rarity.shape != (len(pieces),):
        raise ValueError("its parts do not fit each other")
    return ShopModel(
        labels=tuple(about["labels"]),
        vocabulary={piece: place for place, piece in enumerate(pieces)},
        rarity=rarity.astype(np.float32),
        weights=weights.astype(np.float32),
        curve=(float(about["curve"][0]), float(about["curve"][1])),
        lessons=int(about["lessons"]),
    )


def _write(file: Path, content: bytes) -> None:
    partial = file.with_name(f"{file.name}.part")
    partial.write_bytes(content)
    partial.replace(file)
