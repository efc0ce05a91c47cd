"""Names and addresses in a header, taken apart before anything in it is decoded."""

import re
from collections.abc import Iterable
from email.utils import getaddresses
from inspect import signature
from typing import Any, Final

from connectors.mail.wire import text

# Newer Pythons would name nobody where one name is written badly.
_LENIENT: Final[dict[str, Any]] = (
    {"strict": False} if "strict" in signature(getaddresses).parameters else {}
)
_IN_BRACKETS: Final = re.compile(r"<([^<>\s]{1,320}@[^<>\s]{1,255})>")


def addresses(headers: Iterable[str]) -> list[tuple[str, str]]:
    """Names (decoded) and addresses (as written) of ``headers`` (as sent), in their order.

    A name that is decoded too early may hold a comma ("Müller, Jörg") or, written by a cheat, an
    address: then part of it would be taken for the sender.
    """
    found: list[tuple[str, str]] = []
    for header in headers:
        named = [one for one in getaddresses([header], **_LENIENT) if "@" in one[1].strip("@")]
        found += named or [("", address) for address in _IN_BRACKETS.findall(header)[-1:]]
    return [(text.words(name), text.one_line(text.undeclared(address))) for name, address in found]
