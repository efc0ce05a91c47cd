"""A key that is not known is named with those that are, wherever in the configuration it stands."""

import pytest

from responder.settings.known_keys import not_known
from responder.settings.load import Settings
from responder.settings.policies import PolicyTable


@pytest.mark.parametrize(
    ("place", "meant", "also"),
    [
        (("consol",), "console", "accounts"),
        (("console", "prt"), "port", "public_url"),
        (("history", "ur"), "url", "url"),
        (("accounts", 0, "amazon", "poll_evry"), "poll_every", "marketplace_id"),
        (("accounts", 3, "amazon", "imap", "pasword"), "password", "other_folders"),
        (("accounts", 0, "mailbox", "mailbox", "smtp", "form"), "from", "host"),
        (("alerts", 1, "escalate_two"), "escalate_to", "quiet_hours"),
        (("llm", "price_per_million", "inptu"), "input", "output"),
    ],
)
def test_a_misspelt_key_is_told_what_was_meant(
    place: tuple[int | str, ...], meant: str, also: str
) -> None:
    said = not_known(Settings, place)

    assert said.startswith(f"this key is not known; did you mean {meant}? There are ")
    assert also in said.partition("There are ")[2].split(", ")


def test_a_key_like_no_other_is_told_what_there_is() -> None:
    said = not_known(PolicyTable, ("team", "colour"))

    assert said == "this key is not known; there are respond_within, calendar"


def test_a_place_that_is_no_table_names_nothing() -> None:
    assert not_known(Settings, ("console", "port", "x")) == "this key is not known"
