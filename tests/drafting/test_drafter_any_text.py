"""Whatever is written, a draft is made."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from responder.drafting import Drafting
from tests.drafting.questions import SHIPPED_ORDER, question_of

words = st.sampled_from(
    [
        "where",
        "order",
        "refund",
        "cancel",
        "退款",
        "快递",
        "发票",
        "{{",
        "%}",
        "\u200b",
        "👍",
        "\ud800",
    ]
)
texts = st.one_of(st.text(max_size=200), st.lists(words, max_size=40).map(" ".join))
facts = st.dictionaries(
    st.sampled_from([*SHIPPED_ORDER, "shop.name", "nobody.knows"]), st.text(max_size=30)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    written=st.lists(texts, max_size=4),
    known=facts,
    marketplace=st.sampled_from(["amazon", "taobao", "other"]),
    language=st.sampled_from(["en", "zh", "pt", "ar"]),
)
def test_no_message_keeps_a_draft_from_being_made(
    shipped: Drafting,
    written: list[str],
    known: dict[str, str],
    marketplace: str,
    language: str,
) -> None:
    question = question_of(*written, facts=known, marketplace=marketplace, language=language)

    proposal = shipped.propose(question)

    assert proposal.text
    assert 0 <= proposal.confidence <= 1
    assert shipped.propose(question) == proposal, "the same question has the same answer"
