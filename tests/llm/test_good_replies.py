"""Replies as a good model writes them: the checks must leave room for them."""

import json
from pathlib import Path

import pytest

from responder.drafting import Drafting
from responder.drafting.llm.checks import LOOK_AT, UNSUPPORTED
from responder.drafting.llm.writer import Stands
from tests.llm.obeying import Obeying
from tests.llm.scene import question, writer

LINES = Path(__file__).with_name("good_replies.jsonl").read_text(encoding="utf-8").splitlines()
REPLIES = [json.loads(line) for line in LINES]


@pytest.mark.parametrize("given", REPLIES, ids=lambda one: one["text"][:30])
async def test_a_reply_that_says_what_is_known_becomes_the_draft(
    given: dict[str, str], shipped: Drafting
) -> None:
    asked = question(given["text"], language=given["language"])
    template = shipped.propose(asked)

    found = await writer(Obeying(given["reply"]), shipped.check_answer).improve(asked, template)

    assert not isinstance(found, Stands), found
    assert found.text == given["reply"]
    assert found.source == "llm:mock"
    assert {one.rule for one in found.findings} <= LOOK_AT
    assert template.text in found.options, "the template's text stays one key away"
    assert len(found.option_sources) == len(found.options), "the page shows where each is from"
    assert found.intent is template.intent
    assert found.confidence <= template.confidence


async def test_a_reply_that_keeps_to_known_words_is_not_marked(shipped: Drafting) -> None:
    marked = 0
    for given in REPLIES:
        asked = question(given["text"], language=given["language"])
        model = Obeying(given["reply"])
        found = await writer(model, shipped.check_answer).improve(asked, shipped.propose(asked))
        assert not isinstance(found, Stands)
        marked += bool(found.findings)

    assert marked <= len(REPLIES) // 2


async def test_a_sentence_that_nothing_known_says_is_marked_where_it_stands(
    shipped: Drafting,
) -> None:
    asked = question("Where is my parcel?")
    reply = (
        "Hello,\n\nYour order was shipped with DHL. A neighbour has the parcel. "
        "The expected delivery date is May 10.\n\nKind regards"
    )

    found = await writer(Obeying(reply), shipped.check_answer).improve(
        asked, shipped.propose(asked)
    )

    assert not isinstance(found, Stands)
    [marked] = found.findings
    assert found.text[marked.start : marked.end] == "A neighbour has the parcel."
    assert marked.rule == UNSUPPORTED
