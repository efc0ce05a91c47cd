"""A socket that lies beside everybody's files lies where nobody else can put one."""

import os
import tempfile
from pathlib import Path

import pytest

from responder.clock import SystemClock
from responder.errors import StoreUnusable
from responder.store.connect import connect
from responder.store.embedded import EmbeddedStore

REFUSED = "somebody else's, or others may write in it: remove it"


@pytest.fixture
def deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory whose socket lies beside everybody's files."""
    everybodys = tmp_path / "everybodys"
    everybodys.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(everybodys))
    return tmp_path / ("d" * 60) / ("e" * 60)


@pytest.fixture(params=["a link", "open to all"])
def taken(request: pytest.FixtureRequest, deep: Path, tmp_path: Path) -> Path:
    """That place, as somebody else may have made it before us."""
    place = Path(tempfile.gettempdir()) / f"responder-{os.getuid()}"
    if request.param == "a link":
        (tmp_path / "theirs").mkdir(mode=0o700)
        place.symlink_to(tmp_path / "theirs")
    else:
        place.mkdir()
        place.chmod(0o777)
    return deep


async def test_a_store_does_not_listen_where_somebody_else_may_in_its_place(taken: Path) -> None:
    with pytest.raises(StoreUnusable, match=REFUSED):
        await EmbeddedStore(taken, SystemClock()).start()


async def test_nobody_speaks_to_whoever_listens_there(taken: Path) -> None:
    with pytest.raises(StoreUnusable, match=REFUSED):
        async with connect(f"embedded:{taken}", SystemClock(), share=True):
            pytest.fail("it was opened")
