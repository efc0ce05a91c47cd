"""Bytes that no browser sends are refused, and are no fault of ours in the log."""

import asyncio

import pytest
from structlog.testing import capture_logs
from yarl import URL

from responder.store.users import Role
from tests.console.house import House
from tests.console.person import Person

FORM = b"application/x-www-form-urlencoded"
PARTS = b"multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="name"; filename="a"\r\n'
FORMS = [
    (FORM, b"name=\xff\xfe"),
    (FORM + b"; charset=nope", b"name=ann"),
    (PARTS, b"nonsense"),
    (PARTS, b"--x\r\n\r\n--x--\r\n"),
    (PARTS, PART + b"Content-Transfer-Encoding: nope\r\n\r\nann\r\n--x--\r\n"),
    (b"multipart/form-data", b"--x\r\n"),
]


async def status(house: House, request: bytes, *lines: bytes, body: bytes = b"") -> int:
    """What a request is answered that is written by hand."""
    reader, writer = await asyncio.open_connection(house.client.host, house.client.port)
    length = b"Content-Length: %d" % len(body)
    head = [request + b" HTTP/1.1", b"Host: console", b"Connection: close", length, *lines]
    writer.write(b"\r\n".join(head) + b"\r\n\r\n" + body)
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize("path", [b"/login", b"/language", b"/invite/x"])
@pytest.mark.parametrize(("kind", "body"), FORMS)
async def test_a_form_that_is_none_is_refused(
    house: House, path: bytes, kind: bytes, body: bytes
) -> None:
    with capture_logs() as logs:
        answered = await status(house, b"POST " + path, b"Content-Type: " + kind, body=body)

    assert 400 <= answered < 500
    assert logs == []


async def test_a_form_of_nowhere_is_refused(house: House) -> None:
    headers = (b"Origin: http://[::1", b"Content-Type: " + FORM)

    assert await status(house, b"POST /language", *headers, body=b"language=zh") == 403


@pytest.mark.parametrize(
    "header", [b"Cookie: responder_session=\xff", b"Authorization: Bearer \xff"]
)
async def test_who_shows_no_text_is_nobody(house: House, header: bytes) -> None:
    assert await status(house, b"GET /api/v1/me", header) == 401


async def test_a_csrf_token_that_is_no_text_is_wrong(house: House, ann: Person) -> None:
    cookie = f"Cookie: responder_session={ann.cookie}".encode()

    assert await status(house, b"POST /api/v1/logout", cookie, b"X-CSRF-Token: \xff") == 403


@pytest.mark.parametrize(
    ("method", "path", "answered"),
    [
        ("GET", "/conversations?limit=" + "9" * 5_000, 400),
        ("POST", f"/outreach/{'9' * 5_000}-1/resolve", 404),
    ],
)
async def test_a_number_of_thousands_of_figures_is_refused(
    house: House, method: str, path: str, answered: int
) -> None:
    admin = await house.person("root", Role.ADMIN)
    headers = {"Cookie": f"responder_session={admin.cookie}", "X-CSRF-Token": admin.csrf}

    response = await house.client.request(
        method, URL(f"/api/v1{path}"), json={"outcome": "sent"}, headers=headers
    )

    assert response.status == answered
