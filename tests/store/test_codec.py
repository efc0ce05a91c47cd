"""Values to text and back, times to milliseconds and back, names to places."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.domain.advice import Advice
from responder.domain.census import NOT_BEGUN
from responder.domain.model import (
    AccountId,
    Author,
    ConversationId,
    Fact,
    Finding,
    Intent,
    Kind,
    Message,
    MessageId,
    Proposal,
    Severity,
)
from responder.store.codec import (
    dump_message,
    dump_progress,
    dump_proposal,
    load_message,
    load_progress,
    load_proposal,
    preview,
    same_words,
    stamp,
)
from responder.store.keys import Partitions, session
from responder.store.times import maybe, moment, ms

words = st.text(max_size=40)
names = st.dictionaries(words, words, max_size=3)
instants = st.integers(0, 4_102_444_800_000).map(moment)

messages = st.builds(
    Message,
    id=words.map(MessageId),
    seq=st.integers(1, 1000),
    author=st.sampled_from(Author),
    kind=st.sampled_from(Kind),
    sent_at=instants,
    stored_at=instants,
    text=words,
    language=st.none() | st.sampled_from(["en", "zh"]),
    attachments=st.lists(names.filter(bool), max_size=2).map(tuple),
    warnings=st.lists(words, max_size=2).map(tuple),
    approved_by=words,
)
findings = st.builds(
    Finding,
    rule=words,
    severity=st.sampled_from(Severity),
    start=st.integers(0, 99),
    end=st.integers(0, 99),
    message=words,
    suggestion=words,
)
proposals = st.builds(
    Proposal,
    text=words,
    language=words,
    intent=st.sampled_from(Intent),
    case=words,
    confidence=st.floats(0, 1),
    source=words,
    language_guessed=st.booleans(),
    facts=st.dictionaries(words, st.builds(Fact, value=words, source=words), max_size=3),
    findings=st.lists(findings, max_size=2).map(tuple),
    options=st.lists(words, max_size=2).map(tuple),
    advice=st.lists(
        st.builds(Advice, says=words, about=st.dictionaries(words, words, max_size=2)), max_size=2
    ).map(tuple),
)


@given(message=messages)
def test_a_message_is_the_same_after_it_was_stored(message: Message) -> None:
    assert load_message(message.seq, dump_message(message)) == message


@given(proposal=proposals)
def test_a_proposal_is_the_same_after_it_was_stored(proposal: Proposal) -> None:
    assert load_proposal(dump_proposal(proposal)) == proposal


def with_more(value: Any) -> Any:
    """JSON as a later version may write it: each thing in it has a field more."""
    if isinstance(value, list):
        return [with_more(one) for one in value]
    if isinstance(value, dict) and "about" in value:
        return value | {"later": "field"}
    if isinstance(value, dict):
        return {name: with_more(one) for name, one in value.items()} | {"later": "field"}
    return value


@given(proposal=proposals)
def test_what_only_a_later_version_knows_of_a_proposal_is_passed_over(proposal: Proposal) -> None:
    raw = json.loads(dump_proposal(proposal))
    facts = {name: with_more(fact) for name, fact in raw["facts"].items()}
    by_name = {"facts": facts, "ladder": raw["ladder"]}

    assert load_proposal(json.dumps(with_more(raw) | by_name)) == proposal


def test_what_only_a_later_version_knows_of_a_census_is_passed_over() -> None:
    progress = replace(NOT_BEGUN, since=datetime(2026, 11, 1, tzinfo=UTC), cursor="7")

    assert load_progress(json.dumps(with_more(json.loads(dump_progress(progress))))) == progress


def test_a_proposal_of_before_keeps_its_line_of_advice() -> None:
    now = Proposal(
        text="",
        language="en",
        intent=Intent.UNKNOWN,
        case="",
        confidence=0.0,
        source="none",
        facts={},
        advice=(Advice(says="a person must answer"),),
    )
    raw = json.loads(dump_proposal(now))
    del raw["advice"]

    assert load_proposal(json.dumps(raw | {"note": "a person must answer"})) == now
    assert load_proposal(json.dumps(raw | {"note": ""})).note == ""


@given(at=instants)
def test_a_moment_is_the_same_after_it_was_stored(at: datetime) -> None:
    assert moment(ms(at)) == moment(str(ms(at))) == maybe(str(ms(at))) == at


@given(at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))
def test_milliseconds_are_whole_and_never_lie_after_the_moment(at: datetime) -> None:
    aware = at.replace(tzinfo=UTC)

    assert timedelta(0) <= aware - moment(ms(aware)) < timedelta(milliseconds=1)


def test_a_moment_is_the_same_in_every_time_zone() -> None:
    at = datetime(2026, 11, 1, 20, tzinfo=timezone(timedelta(hours=8)))

    assert moment(ms(at)) == datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        ms(datetime(2026, 11, 1))


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_moment_is_no_moment(nothing: str | None) -> None:
    assert maybe(nothing) is None


def test_a_stamp_is_iso_in_utc_to_the_millisecond() -> None:
    assert stamp(datetime(2026, 11, 1, 12, 0, 0, 1999, tzinfo=UTC)) == "2026-11-01T12:00:00.001Z"


@given(text=st.text(max_size=400))
def test_a_preview_is_one_short_line(text: str) -> None:
    line = preview(text)

    assert len(line) <= 160
    assert line == " ".join(line.split())


def test_a_preview_shows_the_beginning_and_that_there_is_more() -> None:
    assert preview("Hello\r\n  there") == "Hello there"
    assert preview("ab " * 100) == ("ab " * 53 + "…")
    assert preview("x" * 160) == "x" * 160


@given(text=st.text(), gaps=st.lists(st.sampled_from([" ", "\n", "\r\n", "\t", "\u3000"])))
def test_words_are_the_same_whatever_mail_does_to_white_space(text: str, gaps: list[str]) -> None:
    spread = "".join(
        character + (gaps[place % len(gaps)] if gaps else "")
        for place, character in enumerate(text)
    )

    assert same_words(spread) == same_words(text)


@pytest.mark.parametrize(
    "kept", ["It&#39;s here &amp; paid?? ?", "It's here & paid❤️ 👍", "It's here & paid?? ?\r\n"]
)
def test_words_are_the_same_whatever_a_back_end_does_to_signs(kept: str) -> None:
    assert same_words(kept) == same_words("It's here & paid❤️ 👍")


def test_other_words_are_other_words() -> None:
    assert same_words("네") != same_words("예")
    assert same_words("Tomorrow.") != same_words("Today.")
    assert same_words("half an emoji \ud83d") != same_words("half an emoji")


# Places


@given(account=words, thread=words)
def test_all_of_an_account_lies_in_one_partition(account: str, thread: str) -> None:
    partitions = Partitions(16)

    conversation = partitions.conversation_id(AccountId(account), thread)

    assert partitions.of_conversation(conversation) is partitions.of_account(AccountId(account))


def test_accounts_are_spread_over_the_partitions() -> None:
    partitions = Partitions(16)

    used = {partitions.of_account(AccountId(f"shop-{number}")).number for number in range(300)}

    assert used == set(range(16))


def test_another_thread_or_account_is_another_conversation() -> None:
    partitions = Partitions(1)
    pairs = [("a", "b"), ("a", "c"), ("b", "b"), ("ab", ""), ("", "ab")]

    ids = {partitions.conversation_id(AccountId(account), thread) for account, thread in pairs}

    assert len(ids) == len(pairs)


@pytest.mark.parametrize(
    "name", ["", "3-abc", "16-abc", "00-", "00-a:b", "00-a}b", "x0-abc", "abc"]
)
def test_a_name_that_names_no_partition_is_refused(name: str) -> None:
    with pytest.raises(KeyError):
        Partitions(16).of_conversation(ConversationId(name))


def test_the_keys_of_a_partition_share_one_hash_tag() -> None:
    partition = Partitions(16).all[7]
    conversation = ConversationId("07-abc")
    found = [
        partition.events,
        partition.accounts,
        partition.dead,
        partition.alerts,
        *partition.index.values(),
        *partition.queue("draft"),
        *partition.conversation(conversation),
        partition.account(AccountId("a")),
        partition.seen(AccountId("a")),
    ]

    assert len(set(found)) == len(found)
    assert all(key.startswith("mr:{07}:") for key in found)


def test_a_session_is_kept_with_the_users() -> None:
    assert session("abc") == "mr:{who}:session:abc"
