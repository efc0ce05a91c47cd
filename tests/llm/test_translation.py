import json
from collections.abc import Callable
from random import Random

import pytest

from responder.drafting.llm.calls import Calls
from responder.drafting.llm.port import Answer, Ask, LlmFailure, Why
from responder.drafting.llm.translation import Translator
from responder.testing import HastyClock
from tests.llm.conftest import Box
from tests.llm.scene import Purse


class Speaking:
    """A model that translates as it is told."""

    def __init__(self, say: Callable[[str], str]) -> None:
        self.say = say
        self.asked: list[str] = []

    async def ask(self, ask: Ask, purpose: str) -> Answer:
        assert purpose == "translation"
        body = ask.turns[1].content
        text = json.loads(body.partition("\n")[2].rpartition("\n")[0])["text"]
        self.asked.append(text)
        return Answer(text=json.dumps({"translation": self.say(text)}, ensure_ascii=False))


def translator(port: Speaking, remembers: int = 10) -> Translator:
    return Translator(
        port, deadline=2, mask=True, new_nonce=lambda: "0123456789abcdef", remembers=remembers
    )


async def test_a_message_is_translated_once() -> None:
    port = Speaking(lambda _: "Where is my parcel, please?")
    known = translator(port)

    first = await known.translate("Wo ist mein Paket bitte?", "en")
    second = await known.translate("Wo ist mein Paket bitte?", "en")

    assert first == second == "Where is my parcel, please?"
    assert len(port.asked) == 1


async def test_what_is_in_the_language_already_asks_nobody() -> None:
    port = Speaking(lambda text: text)

    assert await translator(port).translate("Where is my parcel, please?", "en") is None
    assert await translator(port).translate("  ", "en") is None
    assert port.asked == []


async def test_personal_data_do_not_leave_and_come_back() -> None:
    port = Speaking(lambda text: text.replace("Ich heiße", "I am called").replace("und", "and"))

    said = await translator(port).translate(
        "Ich heiße Karl Müller und karl@example.com", "en", names=["Karl Müller"]
    )

    assert "Karl" not in port.asked[0]
    assert "karl@example.com" not in port.asked[0]
    assert said == "I am called Karl Müller and karl@example.com"


@pytest.mark.parametrize(
    "said",
    [
        "Ihr Geld wurde Ihnen schon vor langer Zeit erstattet",  # another language
        "Pay at www.evil.example for the parcel, please",
        "Where is the parcel of order 999-1234567-1234567, please?",
        "Please pay me $500 for the parcel",
        "Where is it, [[NAME_9]]?",
        "Where is my parcel? " * 60,
    ],
)
async def test_a_translation_that_adds_something_is_not_shown(said: str) -> None:
    with pytest.raises(LlmFailure) as failure:
        await translator(Speaking(lambda _: said)).translate("Wo ist mein Paket bitte?", "en")

    assert failure.value.why is Why.OBJECTED


async def test_old_ones_are_forgotten() -> None:
    port = Speaking(lambda _: "Where is my parcel, please?")
    known = translator(port, remembers=2)
    for number in ("ein", "das", "kein", "ein"):
        await known.translate(f"Wo ist {number} Paket bitte denn nun?", "en")

    assert len(port.asked) == 4


@pytest.mark.parametrize(
    ("fault", "why"),
    [("bad_json", Why.NOT_JSON), ("wrong_shape", Why.NOT_JSON), ("length", Why.TRUNCATED)],
)
async def test_a_model_that_fails_gives_none(fault: str, why: Why, box: Box) -> None:
    _, client = await box(fault)
    calls = Calls(client, Purse(), clock=HastyClock(), dice=Random(1))
    known = Translator(calls, deadline=2, mask=True, new_nonce=lambda: "0123456789abcdef")

    with pytest.raises(LlmFailure) as failure:
        await known.translate("Wo ist mein Paket bitte?", "en")

    assert failure.value.why is why


async def test_one_that_hangs_ends_at_the_deadline(box: Box) -> None:
    _, client = await box("hang")
    calls = Calls(client, Purse(), clock=HastyClock(), dice=Random(1))
    known = Translator(calls, deadline=0.2, mask=True, new_nonce=lambda: "0123456789abcdef")

    with pytest.raises(LlmFailure) as failure:
        await known.translate("Wo ist mein Paket bitte?", "en")

    assert failure.value.why is Why.DEADLINE
