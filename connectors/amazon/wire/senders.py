"""Who sent a mail: a buyer behind a relay address, Amazon itself, or somebody who pretends."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from connectors.amazon.wire import tables
from connectors.mail.wire import text
from connectors.mail.wire.mime import Mail

_TLD: Final = "|".join(re.escape(tld) for tld in sorted(tables.TLDS, key=len, reverse=True))
_RELAY: Final = re.compile(
    rf"([a-z0-9]+)(\+[0-9a-f-]{{36}})?@marketplace\.amazon\.(?:{_TLD})", re.IGNORECASE
)
_AMAZON_HOST: Final = re.compile(rf"(?:[a-z0-9-]+\.)*amazon\.(?:{_TLD})", re.IGNORECASE)
_IMITATION: Final = re.compile(r"am[a@4]z[o0]n|arnazon|amzn|xn--am", re.IGNORECASE)
_VERDICT: Final = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)([^;]*)", re.IGNORECASE)
_SIGNER: Final = re.compile(r"header\.[di]\s*=\s*@?([\w.-]+)", re.IGNORECASE)
_SUFFIX: Final = re.compile(
    r"\s*[-\u2013(]\s*Amazon\s*(?:Marketplace|マーケットプレイス)?\)?$", re.IGNORECASE
)


class Sender(Enum):
    RELAY = auto()  # a buyer, or Amazon's staff for a buyer
    SYSTEM = auto()  # Amazon's own machines
    STRANGER = auto()
    IMITATOR = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a mail comes from. ``relay`` is the address to answer to, as written; "" if none."""

    sender: Sender
    local_part: str = ""
    relay: str = ""
    name: str = ""

    @property
    def alias(self) -> str:
        """What stays the same for one buyer and one seller: lower case, without ``+uuid``."""
        return alias_of(self.relay)


def alias_of(address: str) -> str:
    """The buyer's alias in a relay address; "" when it is not one."""
    match = _RELAY.fullmatch(address.strip())
    return match[1].lower() if match and match[1].lower() not in tables.SYSTEM_SENDERS else ""


def relay_in(*addresses: str) -> str:
    """The first of ``addresses`` that is a buyer's; "" where none is."""
    return next((address for address in addresses if alias_of(address)), "")


def origin(mail: Mail) -> Origin:
    """Sort ``mail`` by its From, and by Reply-To where From is Amazon's own.

    Amazon never writes together with somebody else.
    """
    senders = mail.addresses("from") or [("", "")]
    name, address = senders[0]
    local_part = address.lower().rpartition("@")[0]
    for host in (one.lower().rpartition("@")[2] for _, one in senders):
        if not _AMAZON_HOST.fullmatch(host):
            kind = Sender.IMITATOR if _imitates(mail, host) else Sender.STRANGER
            return Origin(sender=kind)
    relay = relay_in(address)
    if not relay:  # From is Amazon's own: only Reply-To can name the buyer
        named = ((n, a) for n, a in mail.addresses("reply-to") if alias_of(a))
        name, relay = next(named, ("", ""))
    shown = _SUFFIX.sub("", text.one_line(name)).strip(" '\"")
    return Origin(
        sender=Sender.RELAY if relay else Sender.SYSTEM,
        local_part=local_part,
        relay=relay,
        name=shown,
    )


def authenticity(mail: Mail) -> tuple[bool, str]:
    """Whether the receiving server's checks allow to believe ``mail``, and a warning.

    A failed SPF alone is what forwarding does: it is forgiven where Amazon's
    own DKIM signature held. Of that only the server that received the mail can assure us, whose
    results come first: any others the sender may have written.
    """
    results = mail.headers.get("authentication-results", ())
    verdicts = _verdicts(results)
    failed = sorted({method for method, result, _ in verdicts if result in {"fail", "hardfail"}})
    if not failed:
        return True, ""
    signed = any(
        method == "dkim" and result == "pass" and _signed_by_amazon(rest)
        for method, result, rest in _verdicts(
            one for one in results if _server(one) == _server(results[0])
        )
    )
    return signed, f"{' and '.join(failed)} failed"


def _verdicts(results: Iterable[str]) -> list[tuple[str, str, str]]:
    """Method, result, and what is said of it."""
    found = _VERDICT.finditer(" ; ".join(results))
    return [(one[1].lower(), one[2].lower(), one[3]) for one in found]


def _server(result: str) -> str:
    """Who says so."""
    return result.partition(";")[0].strip().lower()


def _signed_by_amazon(rest: str) -> bool:
    return any(_AMAZON_HOST.fullmatch(host) for host in _SIGNER.findall(rest))


def _imitates(mail: Mail, host: str) -> bool:
    claims = f"{host} {mail.header('from')}"
    return bool(_IMITATION.search(claims)) or "x-space-notification-type" in mail.headers
