"""How accounts are told apart at a glance: the marketplace's mark, its country, its clock."""

from dataclasses import dataclass

from responder.console.pages.words import N_
from responder.console.services import AccountCard


@dataclass(frozen=True, slots=True)
class Mark:
    """``sign`` stands in a small badge whose color the style sheet knows by ``marketplace``."""

    marketplace: str
    name: str
    sign: str
    country: str
    zone: str


_NAMES = {
    "aliexpress": (N_("AliExpress"), "A"),
    "amazon": (N_("Amazon"), "a"),
    "ebay": (N_("eBay"), "e"),
    "mailbox": (N_("Mailbox"), "@"),
    "taobao": (N_("Taobao"), "淘"),
}

# Amazon's marketplace ids: developer-docs.amazon.com/sp-api/docs/marketplace-ids. The zone is
# that of the marketplace's head office; Amazon itself counts in it.
_AMAZON = {
    "ATVPDKIKX0DER": ("US", "America/Los_Angeles"),
    "A2EUQ1WTGCTBG2": ("CA", "America/Toronto"),
    "A1AM78C64UM0Y8": ("MX", "America/Mexico_City"),
    "A2Q3Y263D00KWC": ("BR", "America/Sao_Paulo"),
    "A1F83G8C2ARO7P": ("GB", "Europe/London"),
    "A28R8C7NBKEWEA": ("IE", "Europe/Dublin"),
    "A1PA6795UKMFR9": ("DE", "Europe/Berlin"),
    "A13V1IB3VIYZZH": ("FR", "Europe/Paris"),
    "APJ6JRA9NG5V4": ("IT", "Europe/Rome"),
    "A1RKKUPIHCS9HS": ("ES", "Europe/Madrid"),
    "A1805IZSGTT6HS": ("NL", "Europe/Amsterdam"),
    "AMEN7PMS3EDWL": ("BE", "Europe/Brussels"),
    "A2NODRKZP88ZB9": ("SE", "Europe/Stockholm"),
    "A1C3SOZRARQ6R3": ("PL", "Europe/Warsaw"),
    "A33AVAJ2PDY3EV": ("TR", "Europe/Istanbul"),
    "ARBP9OOSHTCHU": ("EG", "Africa/Cairo"),
    "A17E79C6D8DWNP": ("SA", "Asia/Riyadh"),
    "A2VIGQ35RCS4UG": ("AE", "Asia/Dubai"),
    "A21TJRUUN4KGV": ("IN", "Asia/Kolkata"),
    "A19VAU5U5O7RUS": ("SG", "Asia/Singapore"),
    "A39IBJ37TRP1C6": ("AU", "Australia/Sydney"),
    "A1VC38T7YXB528": ("JP", "Asia/Tokyo"),
}
_ELSEWHERE = {"taobao": ("CN", "Asia/Shanghai")}


def mark_of(marketplace: str, card: AccountCard | None = None) -> Mark:
    """The mark of an account, or of a marketplace whose account is not configured any more."""
    name, sign = _NAMES.get(marketplace, (marketplace.title(), marketplace[:1]))
    place = _AMAZON.get(card.marketplace_id) if card else None
    country, zone = place or _ELSEWHERE.get(marketplace, ("", "UTC"))
    return Mark(marketplace, name, sign, country, zone)
