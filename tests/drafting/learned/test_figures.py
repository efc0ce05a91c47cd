from responder.drafting.learned.figures import Outcome, figures


def outcome(wanted: str, got: str, confidence: float = 0.9) -> Outcome:
    return Outcome(wanted=wanted, got=got, confidence=confidence)


def test_the_figures_are_what_their_names_say() -> None:
    found = figures(
        [
            outcome("payment", "payment"),
            outcome("payment", "invoice"),
            outcome("payment", "unknown"),
            outcome("invoice", "invoice"),
            outcome("unknown", "unknown"),
            outcome("unknown", "payment"),
        ]
    )

    assert (found.messages, found.in_scope) == (6, 4)
    assert found.accuracy == 0.5
    assert found.accuracy_in_scope == 0.5
    assert found.precision_when_fires == 0.5
    assert found.wrongly_fires_on_unknown == 0.5
    assert found.macro_f1 == round((2 / 5 + 2 / 3) / 2, 4)


def test_coverage_counts_the_surest_picks_of_which_nine_in_ten_are_right() -> None:
    sure = [outcome("payment", "payment", 0.9 - place / 100) for place in range(9)]
    wrong = [outcome("payment", "invoice", 0.5), outcome("unknown", "payment", 0.4)]
    silent = [outcome("invoice", "unknown") for _ in range(9)]

    found = figures([*sure, *wrong, *silent])

    assert found.coverage_at_90 == round(9 / 19, 4)
    assert found.picked_at_90 == 0.5


def test_picks_that_are_as_sure_stand_or_fall_together() -> None:
    alike = [outcome("payment", "payment")] * 5 + [outcome("payment", "invoice")] * 5

    assert figures(alike).coverage_at_90 == 0.0


def test_there_is_no_share_of_nothing() -> None:
    found = figures([])

    assert found.accuracy is found.macro_f1 is found.coverage_at_90 is None
