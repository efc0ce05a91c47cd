"""Translations beside the original, in a real browser."""

from collections.abc import Iterable

import pytest
from playwright.async_api import expect

from responder.drafting.llm.port import LlmFailure, Why
from tests.browser.visitor import Visitor
from tests.console.house import House

pytestmark = pytest.mark.browser


class Words:
    """A translator that says what it was asked, and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails = False

    async def translate(self, text: str, language: str, names: Iterable[str] = ()) -> str | None:
        self.asked.append(text)
        if self.fails:
            raise LlmFailure(Why.RESTING)
        return None if text.startswith("Where") else f"[{language}] {text}"


@pytest.fixture
def words(house: House) -> Words:
    found = Words()
    object.__setattr__(house.services, "translator", found)  # as the configuration would have it
    return found


async def test_the_translation_stands_below_the_message_and_the_draft(
    house: House, ann: Visitor, words: Words
) -> None:
    await house.buyer_writes("Wo ist mein <b>Paket</b>? Es ist noch nicht da.")
    await house.draft()
    await ann.log_in()

    message = ann.page.locator(".message-buyer .translation .text")
    await expect(message).to_have_text("[en] Wo ist mein <b>Paket</b>? Es ist noch nicht da.")
    await ann.sees("#translation .text", "[en] ")
    await ann.picture("translation")

    await ann.page.fill("#text", "Bald.")
    await ann.page.locator("#text").blur()
    await ann.sees("#translation .text", "[en] Bald.")
    await expect(ann.page.locator("#text")).to_have_value("Bald.")


async def test_what_the_reader_understands_has_none_and_a_failure_says_so(
    house: House, ann: Visitor, words: Words
) -> None:
    await house.buyer_writes("Where is it?")
    await ann.log_in()
    await ann.hides(".message-buyer .translation")

    words.fails = True
    await house.buyer_writes("Wo ist es denn?", thread="other", buyer="Karl")
    await ann.page.goto(f"{ann.address}/c/{house.conversation('other')}")
    await ann.sees(".message-buyer .translation .text", "No translation right now.")


async def test_without_a_model_nothing_is_asked(house: House, ann: Visitor) -> None:
    await house.buyer_writes("Wo ist es?")
    await house.draft()
    await ann.log_in()

    await ann.sees(".message-buyer .text", "Wo ist es?")
    await ann.sees_no(".translation")
