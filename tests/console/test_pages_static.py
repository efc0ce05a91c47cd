"""Scripts and style: small, unchanged, kept."""

import gzip
import hashlib
import re

import pytest

from responder.console.pages.static import STATIC, address, files
from tests.console.house import House
from tests.console.person import Person

SCRIPT_LIMIT = 100_000  # bytes over the wire
STYLE_LIMIT = 60_000
VENDOR = STATIC / "vendor"


async def test_a_page_and_all_its_scripts_arrive(house: House, ann: Person) -> None:
    html = await ann.html("/")
    named = re.findall(r'(?:src|href)="(/static/[^"]+)"', html)

    assert len(named) >= 4
    for path in named:
        response = await house.client.get(path)
        assert response.status == 200, path
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_files_travel_packed_where_the_browser_can_unpack_them(house: House) -> None:
    plain = await house.client.get(address("console.css"), headers={"Accept-Encoding": "identity"})
    packed = await house.client.get(address("console.css"), headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert await plain.read() == await packed.read()


async def test_an_old_address_still_answers_but_is_not_kept(house: House) -> None:
    response = await house.client.get("/static/000000/console.css")

    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["nothing.js", "../pages/words.py", "%2e%2e/server.py", "vendor"])
async def test_nothing_else_is_served(house: House, name: str) -> None:
    assert (await house.client.get(f"/static/x/{name}")).status == 404


def test_all_scripts_together_are_small() -> None:
    packed = sum(len(file.packed) for name, file in files().items() if name.endswith(".js"))

    assert packed < SCRIPT_LIMIT


def test_all_style_together_is_small() -> None:
    packed = sum(len(file.packed) for name, file in files().items() if name.endswith(".css"))

    assert packed < STYLE_LIMIT


def test_what_others_wrote_is_what_they_published() -> None:
    lines = (line.split() for line in (VENDOR / "SHA256SUMS").read_text().splitlines())
    listed = {name: digest for digest, name in lines}

    present = {path.name for path in VENDOR.iterdir()} - {"SHA256SUMS"}
    assert present == listed.keys()
    for name, digest in listed.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest
    assert any("LICENSE" in name for name in listed)


def test_scripts_import_only_each_other() -> None:
    for path in STATIC.glob("*.js"):
        for name in re.findall(r'from "([^"]+)"', path.read_text(encoding="utf-8")):
            assert (STATIC / name).exists(), f"{path.name} imports {name}"


def test_packing_is_the_same_each_time() -> None:
    file = files()["console.css"]

    assert gzip.decompress(file.packed) == file.plain
