"""Replies as a good model writes them: the checks must leave room for them."""

import json
from pathlib import Path

import pytest

from responder.drafting import Drafting
from responder.drafting.llm.writer import Stands
from tests.llm.scene import question, writer
from tests.llm.test_injections import Obeying

LINES = Path(__file__).with_name("good_replies.jsonl").read_text(encoding="utf-8").splitlines()
REPLIES = [json.loads(line) for line in LINES]


@pytest.mark.parametrize("given", REPLIES, ids=lambda one: one["text"][:30])
async def test_a_reply_that_says_what_is_known_becomes_the_draft(
    given: dict[str, str], shipped: Drafting
) -> None:
    asked = question(given["text"], language=given["language"])
    template = shipped.propose(asked)

    found = await writer(Obeying(given["reply"]), shipped.check).improve(asked, template)

    assert not isinstance(found, Stands), found
    assert found.text == given["reply"]
    assert found.source == "llm:mock"
    assert found.findings == ()
    assert template.text in found.options, "the template's text stays one key away"
    assert found.intent is template.intent
    assert found.confidence <= template.confidence
