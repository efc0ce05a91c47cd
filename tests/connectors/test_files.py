"""A file goes out only where it is what it says it is, and the marketplace takes it."""

import zipfile
from io import BytesIO

import pytest

from connectors.files import (
    DOCUMENTS,
    MIB,
    PICTURES,
    FileLimits,
    FileRefused,
    OutgoingFile,
    checked,
    refuse_unfit,
    safe_name,
)

ANY = FileLimits(count=3, total=MIB, types=PICTURES | DOCUMENTS)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def word(*parts: str) -> bytes:
    body = BytesIO()
    with zipfile.ZipFile(body, "w") as file:
        for part in parts:
            file.writestr(part, "x")
    return body.getvalue()


DOCX = word("[Content_Types].xml", "word/document.xml")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1.."
GOOD = {
    "a.jpg": (b"\xff\xd8\xff\xe0 and so on", "image/jpeg"),
    "a.JPEG": (b"\xff\xd8\xff\xe0", "image/jpeg"),
    "a.png": (PNG, "image/png"),
    "a.gif": (b"GIF89a....", "image/gif"),
    "a.webp": (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
    "a.pdf": (b"%PDF-1.7\n", "application/pdf"),
    "a.doc": (OLE, "application/msword"),
    "说明.txt": ("使用说明\n".encode(), "text/plain"),
    "a.docx": (
        DOCX,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("told", ["", "application/octet-stream", None])
def test_a_good_file_is_taken_for_what_its_bytes_are(name: str, told: str | None) -> None:
    content, kind = GOOD[name]

    file = checked(name, kind if told is None else told, content, ANY)

    assert file == OutgoingFile(name=name, content_type=kind, content=content)


@pytest.mark.parametrize(
    ("name", "told", "content", "why"),
    [
        ("a.png", "", b"", "the file is empty"),
        ("a.png", "", b"GIF89a....", "its content is not image/png"),
        ("a.jpg", "image/png", b"\xff\xd8\xff", "sent as image/png, but its name says image/jpeg"),
        ("a.exe", "", b"MZ", ".exe files are not taken here; jpg, jpeg, png"),
        ("a.svg", "image/svg+xml", b"<svg/>", ".svg files are not taken"),
        ("a.html", "text/html", b"<p>", ".html files are not taken"),
        ("a.zip", "application/zip", b"PK\x03\x04", ".zip files are not taken"),
        ("a.pdf", "", b"MZ\x90 %PDF-", "its content is not application/pdf"),
        ("a.txt", "", b"<!DOCTYPE html><script>", "its content is not text/plain"),
        ("a.txt", "", b"  <svg onload=x>", "its content is not text/plain"),
        ("a.txt", "", b"#!/bin/sh\n", "its content is not text/plain"),
        ("a.txt", "", b"a\x00b", "its content is not text/plain"),
        ("a.txt", "", b"\xff\xfe\x00", "its content is not text/plain"),
        ("a.txt", "", b"caf\xe9", "its content is not text/plain"),
        ("a.txt", "", b"\xef\xbb\xbf<html><script>", "its content is not text/plain"),
        ("a.txt", "", b"\xef\xbb\xbf#!/bin/sh\n", "its content is not text/plain"),
        ("a.txt", "", b" " * 600 + b"<html>", "its content is not text/plain"),
        ("a.doc", "", OLE + "_VBA_PROJECT".encode("utf-16-le"), "its content is not application/"),
        ("a.docx", "", b"MZ\x90\x00" + DOCX, "its content is not application/vnd"),
        ("a.docx", "", b"<html><script></script>" + DOCX, "its content is not application/vnd"),
        ("a.docx", "", b"PK\x03\x04 torn", "its content is not application/vnd"),
        ("a.docx", "", word("evil.js"), "its content is not application/vnd"),
        (
            "a.docx",
            "",
            word("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
            "its content is not application/vnd",
        ),
        ("invoice.pdf.exe", "", b"%PDF-", ".exe files are not taken"),
        ("photo.exe.jpg", "", b"\xff\xd8\xff", "its name has two endings (.exe.jpg); rename it"),
        ("noending", "", b"%PDF-", "its name needs an ending"),
        (".pdf", "", b"%PDF-", "its name needs an ending"),
        ("a.pdf", "", b"%PDF-" + b"x" * MIB, "bytes together, at most 1,048,576 are taken"),
    ],
)
def test_what_may_not_go_out_is_refused_by_name_and_with_why(
    name: str, told: str, content: bytes, why: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        checked(name, told, content, ANY)

    assert str(refused.value).startswith(name.strip(".") if name != ".pdf" else "pdf")
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ann\\label.pdf", "label.pdf"),
        ("invoice\u202efdp.jpg", "invoicefdp.jpg"),
        ("a\r\nX: y.png", "a X_ y.png"),
        ("v1.2.final.pdf", "v1.2.final.pdf"),
        ("IMG_20261122_101530.jpg", "photo-1530.jpg"),
        ("WhatsApp Image 2026-11-22 at 10.15.30.jpeg", "photo-1530.jpeg"),
        ("微信图片_20261122101530.png", "photo-1530.png"),
        ("PXL_20231122_101530123.jpg", "photo-0123.jpg"),
        ("img of the shelf 2.jpg", "img of the shelf 2.jpg"),
    ],
)
def test_a_name_is_safe_to_show_and_to_save(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_ending_and_whole_letters() -> None:
    safe = safe_name("说" * 200 + ".pdf")

    assert safe == "说" * 38 + ".pdf"


def test_the_files_of_a_reply_fit_together_or_none_goes() -> None:
    small = OutgoingFile(name="a.png", content_type="image/png", content=PNG)
    half = OutgoingFile(name="b.png", content_type="image/png", content=PNG + b"x" * (MIB // 2))

    refuse_unfit((), None)
    refuse_unfit((small, small, small), ANY)

    with pytest.raises(FileRefused, match="at most 3 files go with one reply here, not 4"):
        refuse_unfit((small,) * 4, ANY)
    with pytest.raises(FileRefused, match="make them smaller or leave one out"):
        refuse_unfit((half, half), ANY)
    with pytest.raises(FileRefused, match="takes no files"):
        refuse_unfit((small,), None)
    with pytest.raises(FileRefused, match=r"\.png files are not taken here; pdf are"):
        refuse_unfit((small,), FileLimits(count=1, total=MIB, types=frozenset({"application/pdf"})))
