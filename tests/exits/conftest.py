import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate for imap.shop.invalid that this process trusts."""
    path = tmp_path / "imap.pem"
    if shutil.which("openssl") is None:
        pytest.skip("a certificate is made with openssl")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=imap.shop.invalid", "-addext", "subjectAltName=DNS:imap.shop.invalid",
         "-keyout", str(path), "-out", str(tmp_path / "public.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + (tmp_path / "public.pem").read_text())
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "public.pem"))
    return path
