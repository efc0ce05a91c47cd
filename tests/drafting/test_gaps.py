"""A place that nobody has filled in is found, however it looks by now."""

import pytest

from responder.drafting import Drafting
from responder.drafting.rules import GAP_RULE


@pytest.mark.parametrize(
    "text",
    [
        "It was sent on ⟦day⟧.",
        "It was sent on ⟦" + "when we have looked it up " * 6 + "⟧.",
        "It was sent on ⟦\nday\n⟧.",
        "It was sent to ⟦address",
        "It was sent to address⟧",
    ],
    ids=["whole", "long", "over lines", "without its end", "without its beginning"],
)
def test_a_gap_is_found(text: str, shipped: Drafting) -> None:
    assert GAP_RULE in {finding.rule for finding in shipped.check(text, "amazon")}
