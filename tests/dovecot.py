"""Debian's Dovecot for tests: a real IMAP server and a real way out, on loopback ports of its own.

It runs as the ordinary user who runs the tests; as ``nobody`` where that is root, for Dovecot
gives no mail to root. Every test has its own, in a folder of its own, and ends it by its id: to
start it takes no time.
"""

import os
import pwd
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

import pytest

from connectors.mail.config import ImapConfig, SmtpConfig, Tls
from tests.ports import free_ports
from tests.scratch import scratch

PROGRAM = Path("/usr/sbin/dovecot")
PARTS = (PROGRAM, Path("/usr/lib/dovecot/imap"), Path("/usr/lib/dovecot/submission"))
IS_HERE = all(part.exists() for part in PARTS)
TOKENS = """
            auth_mechanisms = plain xoauth2
            auth_failure_delay = 0
            passdb {{
                driver = oauth2
                mechanisms = xoauth2
                args = {folder}/oauth2
            }}
"""
USER, PASSWORD = "shop", "secret"
SENDER = "support@shop.example"
WAIT = 20.0
needed = pytest.mark.skipif(
    not IS_HERE and "CI" not in os.environ,
    reason="left out: Dovecot is not installed (`make test-deps` installs it)",
)


class Dovecot:
    """One server with one user. ``relay`` is the port that its submission hands mail on to.

    ``asks``: whom it asks about an access token; "" takes passwords only.
    """

    def __init__(self, folder: Path, relay: int, asks: str = "") -> None:
        self.folder = folder
        self.imap_port = free_ports(2)
        self.smtp_port = self.imap_port + 1
        self._relay = relay
        self._asks = asks
        self._who = _who()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def maildir(self) -> Path:
        return self.folder / "mail"

    def imap(self, **changes: str) -> ImapConfig:
        return ImapConfig(
            host="127.0.0.1",
            port=self.imap_port,
            username=USER,
            password=changes.get("password", PASSWORD),
            tls=Tls.NONE,
        )

    def smtp(self) -> SmtpConfig:
        return SmtpConfig(
            host="127.0.0.1",
            port=self.smtp_port,
            username=USER,
            password=PASSWORD,
            sender=SENDER,
            tls=Tls.NONE,
        )

    def start(self) -> None:
        """Listen. Fails with Dovecot's own words where it cannot."""
        config = self.folder / "dovecot.conf"
        config.write_text(self._config())
        (self.folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        (self.folder / "oauth2").write_text(
            f"introspection_mode = auth\nintrospection_url = {self._asks}\n"
            "username_attribute = username\nactive_attribute = active\nactive_value = true\n"
        )
        for part in ("run", "state", "mail"):
            (self.folder / part).mkdir(exist_ok=True)
        self._own()
        ids = {"user": self._who.pw_uid, "group": self._who.pw_gid, "extra_groups": []}
        self._process = subprocess.Popen(
            [PROGRAM, "-F", "-c", config],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "stderr").open("wb"),
            start_new_session=True,
            **(ids if os.geteuid() == 0 else {}),  # type: ignore[call-overload]
        )
        end = monotonic() + WAIT
        while not (_answers(self.imap_port) and _answers(self.smtp_port)):
            assert self._process.poll() is None, self.said
            assert monotonic() < end, self.said
            sleep(0.02)

    def stop(self) -> None:
        """End it as an administrator does, and wait until it has ended."""
        if self._process is not None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
            self.kill()

    def kill(self) -> None:
        """End it at once: told to end, it waits a second or six for its own processes."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):  # who serves a client outlives its master
            os.killpg(self._process.pid, signal.SIGKILL)  # the session of its own
        self._process.wait(10)
        self._process = None

    @property
    def said(self) -> str:
        parts = [self.folder / name for name in ("stderr", "log")]
        return "\n".join(part.read_text(errors="replace") for part in parts if part.exists())

    def put(self, mails: Iterable[tuple[bytes, datetime]], folder: str = "") -> int:
        """Lay mails into a folder as a delivery does, with their time of arrival; how many."""
        place = self.maildir / (f".{folder}" if folder else "")
        for part in ("cur", "new", "tmp"):
            (place / part).mkdir(parents=True, exist_ok=True)
        first = number = sum(1 for part in ("cur", "new") for _ in (place / part).iterdir())
        for content, arrived in mails:
            seconds = arrived.timestamp()
            path = place / "new" / f"{int(seconds)}.M{number}P1.shop"
            path.write_bytes(content)
            os.utime(path, (seconds, seconds))
            number += 1
        self._own()
        return number - first

    def forget_uids(self) -> None:
        """What a restored or moved mailbox does: the same mails under another UIDVALIDITY."""
        for path in self.maildir.glob("dovecot*"):
            path.unlink()

    def _own(self) -> None:
        """Give it all to who serves it, but for what a running server removes meanwhile."""
        if os.geteuid() != 0:
            return
        for here, folders, files in os.walk(self.folder):
            for name in (".", *folders, *files):
                with suppress(FileNotFoundError):
                    place = Path(here, name)
                    os.chown(place, self._who.pw_uid, self._who.pw_gid, follow_symlinks=False)

    def _config(self) -> str:
        group = self._group()
        return f"""
            base_dir = {self.folder}/run
            state_dir = {self.folder}/state
            log_path = {self.folder}/log
            protocols = imap submission
            listen = 127.0.0.1
            ssl = no
            disable_plaintext_auth = no
            default_login_user = {self._who.pw_name}
            default_internal_user = {self._who.pw_name}
            default_internal_group = {group}
            first_valid_uid = 1
            mail_location = maildir:{self.maildir}
            mailbox_list_index = yes
            hostname = mail.shop.example
            submission_host = mail.shop.example
            submission_relay_host = 127.0.0.1
            submission_relay_port = {self._relay}
            submission_relay_trusted = yes
            namespace inbox {{
                inbox = yes
                separator = /
                mailbox Sent {{
                    auto = create
                    special_use = \\Sent
                }}
                mailbox Archive {{
                    auto = create
                    special_use = \\Archive
                }}
            }}
            {TOKENS.format(folder=self.folder) if self._asks else ""}
            passdb {{
                driver = passwd-file
                args = {self.folder}/users
            }}
            userdb {{
                driver = static
                args = uid={self._who.pw_uid} gid={self._who.pw_gid} home={self.folder}
            }}
            service imap-login {{
                chroot =
                inet_listener imap {{
                    port = {self.imap_port}
                }}
                inet_listener imaps {{
                    port = 0
                }}
            }}
            service submission-login {{
                chroot =
                inet_listener submission {{
                    port = {self.smtp_port}
                }}
                inet_listener submissions {{
                    port = 0
                }}
            }}
            service anvil {{
                chroot =
                unix_listener anvil-auth-penalty {{
                    mode = 0
                }}
            }}
        """

    def _group(self) -> str:
        import grp

        return grp.getgrgid(self._who.pw_gid).gr_name


def _who() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(relay: int = 1, *, asks: str = "") -> Iterator[Dovecot]:
    """A server in a folder of its own; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="dovecot-", dir=scratch()) as directory:
        folder = Path(directory)
        folder.chmod(0o755)
        server = Dovecot(folder, relay, asks)
        try:
            server.start()
            yield server
        finally:
            server.kill()
