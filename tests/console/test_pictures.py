"""Attachments are shown as pictures only where they surely are some."""

import struct
from collections.abc import Mapping

import pytest

from responder.console.pictures import MOST_BYTES, safe_type
from responder.domain.model import AccountId, ConversationId
from tests.console.house import House
from tests.console.person import Person
from tests.console.photos import files, png
from tests.console.shops import AMAZON

JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 90, 120) + b"\0" * 9
GIF = b"GIF89a" + struct.pack("<HH", 3, 4) + b"\0" * 10
WEBP = b"RIFF\0\0\0\0WEBP"
PICTURES = {
    "image/png": [png()],
    "image/jpeg": [JPEG],
    "image/gif": [GIF],
    "image/webp": [
        WEBP + b"VP8X" + b"\0" * 8 + bytes((99, 0, 0)) + bytes((49, 0, 0)),
        WEBP + b"VP8L" + b"\0" * 4 + b"\x2f" + bytes((99, 0x40, 0x0C, 0)) + b"\0" * 8,
        WEBP + b"VP8 " + b"\0" * 10 + struct.pack("<HH", 99, 49),
    ],
}
NONE = {
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "html that begins like a picture": b"GIF8<script>alert(1)</script>",
    "nothing": b"",
    "no more than a sign": b"\x89PNG\r\n\x1a\n",
    "a picture that ends": JPEG[:10],
    "a jpeg without frames": b"\xff\xd8\xff\xe0\x00\x04ab\x00\x00",
    "a short webp": WEBP + b"VP8 ",
    "one of no size": GIF.replace(struct.pack("<HH", 3, 4), b"\0\0\0\0"),
    "small bytes that unpack to a house": png(60_000, 60_000),
    "too many bytes": png() + b"\0" * MOST_BYTES,
}


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_is_known_by_its_own_bytes(kind: str) -> None:
    assert [safe_type(data) for data in PICTURES[kind]] == [kind] * len(PICTURES[kind])


@pytest.mark.parametrize("what", NONE)
def test_what_is_no_bearable_picture_is_none(what: str) -> None:
    assert safe_type(NONE[what]) is None


async def crack(house: House, data: bytes | None = None) -> ConversationId:
    """A buyer sends a photo, and what is none; the photo holds ``data``."""

    async def attached(account: AccountId, file: Mapping[str, str]) -> bytes | None:
        assert (account, file["ref"]) == (AMAZON, "INBOX/1/crack")
        return data

    object.__setattr__(house.services, "attached", attached)
    sent = files(crack="image/png", drawing="image/svg+xml", bill="application/pdf")
    return await house.buyer_writes("It arrived like this.", attachments=sent)


async def test_a_photo_is_shown_from_our_own_address(house: House, ann: Person) -> None:
    one = await crack(house, png())
    address = f"/c/{one}/attachments/1/0"

    shown = await ann.html(f"/c/{one}")
    response = await ann.get(address)

    assert shown.count(f'src="{address}"') == shown.count("<img") == 1
    assert await response.read() == png()
    told = {name: response.headers[name] for name in ("Content-Type", "Content-Security-Policy")}
    assert told == {
        "Content-Type": "image/png",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("data", [None, NONE["svg"], NONE["small bytes that unpack to a house"]])
async def test_what_is_gone_or_no_picture_is_not_handed_out(
    house: House, ann: Person, data: bytes | None
) -> None:
    one = await crack(house, data)

    assert (await ann.get(f"/c/{one}/attachments/1/0")).status == 404


@pytest.mark.parametrize("place", ["1/1", "1/2", "1/3", "2/0", "1/x"])
async def test_only_what_is_shown_as_a_picture_is_asked_for(
    house: House, ann: Person, place: str
) -> None:
    one = await crack(house, png())

    assert (await ann.get(f"/c/{one}/attachments/{place}")).status == 404


async def test_where_nothing_can_be_read_again_names_are_shown(house: House, ann: Person) -> None:
    one = await crack(house)
    object.__setattr__(house.services, "attached", None)

    shown = await ann.html(f"/c/{one}")

    assert "<img" not in shown
    assert "<bdi>crack</bdi>" in shown
    assert (await ann.get(f"/c/{one}/attachments/1/0")).status == 404


async def test_nobody_sees_pictures_without_a_login(house: House) -> None:
    one = await crack(house, png())

    response = await house.client.get(f"/c/{one}/attachments/1/0", allow_redirects=False)

    assert response.status == 303
