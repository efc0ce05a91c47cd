"""What is held against a model's reply before anybody sees it. The prompt only asks; this decides.

Each check compares the reply with what is known: the facts and the approved texts. What the
buyer says proves nothing, so nothing that a buyer asks for can be said because they asked.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from responder.domain.model import Fact, Finding, Severity
from responder.drafting.language import detect, known_language
from responder.drafting.llm.grounding import Known, Sort
from responder.drafting.llm.support import new_in
from responder.drafting.llm.vocabulary import Claim, vocabulary
from responder.drafting.llm.words import (
    common_run,
    folded,
    is_wide,
    runs,
    sentences,
    share_known,
    tokens,
)

# The findings with which a draft is shown all the same: there is something to look at.
UNPROVEN, UNSUPPORTED = "llm_unproven", "llm_unsupported"
LOOK_AT = frozenset({UNPROVEN, UNSUPPORTED})
UNSUPPORTED_MESSAGE = "no fact and no approved text says this: is it so?"
UNPROVEN_MESSAGE = "no approved text in this language to compare it with: read every word"

_SHAPE = re.compile(
    # What cannot be seen, or turns about what can, is sent without anybody having read it.
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]|"
    r"[\U000e0000-\U000e007f]|```|</?[a-zA-Z!]|[{}\\]|\*\*|\]\(|(?m:^\s{0,3}(?:#{1,6}\s|>|\|))|[A-Za-z+/=]{30,}"
)
_PLACEHOLDER = re.compile(
    r"\[\[?[^\]\n]{1,60}\]\]?|【[^】\n]{1,20}】|<[^>\n]{1,60}>|\b[xX]{3,}\b|_{3,}|\b(?:TBD|TODO|INSERT)\b|%[a-z]+%"
)
_QUOTED = re.compile(
    r"[\"“„«「『‘]([^\"”“»」』’\n]{2,200})[\"”“»」』’]|(?<!\w)'([^'\n]{2,200})'(?!\w)"
)
_REFUNDED = re.compile(r"success|refunded|complete|closed_done|成功|完成|已退", re.IGNORECASE)
_LONG_RUN, _LONG_RUN_WIDE = 6, 9  # words, characters
_FEWEST = 12  # characters of a reply
_ALIKE, _ALIKE_WIDE = 0.3, 0.18  # of a reply's words, known from facts and approved texts
_ECHO = 0.4

Rules = Callable[[str], Sequence[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a reply is held against."""

    language: str
    facts: Mapping[str, Fact]
    approved: Sequence[str]
    buyer: str  # everything the buyer wrote
    prompt: str  # what the model was told
    most: int  # characters
    rules: Rules

    @property
    def known_texts(self) -> tuple[str, ...]:
        return (*self.approved, *(fact.value for fact in self.facts.values()))


def warm_up() -> None:
    """Read and compile the vocabulary now (a third of a second) rather than at the first reply."""
    list(Known({}, ["1 day"]).unknown_in("1 day, May 10, monday"))


def objections(reply: str, declared: str, expected: Expected) -> tuple[Finding, ...]:
    """Everything that speaks against ``reply``, in order of place. Pure; bounded in time."""
    if not _FEWEST <= len(reply) <= expected.most:
        return (_about_all("length", f"it has {len(reply)} characters", reply[: expected.most]),)
    found = [
        *_shape(reply),
        *_language(reply, declared, expected.language),
        *expected.rules(reply),
        *_ungrounded(reply, expected),
        *_claims(reply, expected.facts, expected.approved),
        *_promises(reply, expected.approved),
        *_topics(reply, expected),
        *_echoes(reply, expected),
        *_relevance(reply, expected),
        *_unsupported(reply, expected),
    ]
    return tuple(sorted(found, key=lambda one: (one.start, one.end, one.rule)))


def _finding(kind: str, message: str, start: int, end: int) -> Finding:
    return Finding(
        rule=f"llm_{kind}", severity=Severity.BLOCK, start=start, end=end, message=message
    )


def _about_all(kind: str, message: str, reply: str) -> Finding:
    return _finding(kind, message, 0, len(reply))


def _shape(reply: str) -> Iterator[Finding]:
    for match in _PLACEHOLDER.finditer(reply):
        yield _finding("placeholder", "a placeholder was left in it", *match.span())
    for match in _SHAPE.finditer(reply):
        yield _finding("shape", "it is not plain text", *match.span())


def _language(reply: str, declared: str, wanted: str) -> Iterator[Finding]:
    language, guessed = detect(reply, wanted)
    said = known_language(declared)
    if not guessed and language != wanted:
        yield _about_all("language", f"it is not written in {wanted}", reply)
    elif said is not None and said != wanted:
        yield _about_all("language", f"it says that it is not in {wanted}", reply)


_SORTS = {
    Sort.LINK: "a link that is not known",
    Sort.CONTACT: "a contact",
    Sort.DATE: "a date that is no known one",
    Sort.DAY: "a day that nobody has named",
    Sort.AMOUNT: "an amount that is not known",
    Sort.PERCENT: "a share that is not known",
    Sort.SPAN: "a span of time that is not known",
    Sort.ID: "a number or code that is not known",
    Sort.NUMBER: "a number that is not known",
}


def _ungrounded(reply: str, expected: Expected) -> Iterator[Finding]:
    known = Known(expected.facts, expected.approved)
    for item in known.unknown_in(reply):
        yield _finding("grounding", _SORTS[item.sort], item.start, item.end)


def _claims(reply: str, facts: Mapping[str, Fact], approved: Sequence[str]) -> Iterator[Finding]:
    """Something said to have happened, where neither the order nor an approved sentence says so."""
    true, said = _true_claims(facts), _sentences_of(approved)
    for start, end in sentences(reply):
        sentence = folded(reply[start:end])
        for claim, pattern in vocabulary().claims.items():
            if claim not in true and pattern.search(sentence) and _bare(sentence) not in said:
                message = f"it says that something was {claim.value}, which the order does not say"
                yield _finding("claim", message, start, end)


def _true_claims(facts: Mapping[str, Fact]) -> frozenset[Claim]:
    """What the order itself says has happened."""
    status = facts["order.status"].value if "order.status" in facts else ""
    refund = facts["order.refund_status"].value if "order.refund_status" in facts else ""
    true = {
        Claim.SHIPPED: status in {"shipped", "delivered"},
        Claim.DELIVERED: status == "delivered",
        Claim.CANCELLED: status == "cancelled",
        Claim.REFUNDED: bool(_REFUNDED.search(refund)),
    }
    return frozenset(claim for claim, holds in true.items() if holds)


def _without_true_claims(sentence: str, facts: Mapping[str, Fact]) -> str:
    """``sentence`` less what the order itself says of it: "on its way", "storniert"."""
    sentence = folded(sentence)
    for claim in _true_claims(facts):
        sentence = vocabulary().claims[claim].sub(" ", sentence)
    return sentence


def _promises(reply: str, approved: Sequence[str]) -> Iterator[Finding]:
    said = _sentences_of(approved)
    for start, end in sentences(reply):
        sentence = folded(reply[start:end])
        if vocabulary().promise.search(sentence) and _bare(sentence) not in said:
            yield _finding("promise", "it promises what no approved text promises", start, end)


def _sentences_of(texts: Sequence[str]) -> frozenset[str]:
    return frozenset(
        _bare(folded(text[start:end])) for text in texts for start, end in sentences(text)
    )


def _bare(sentence: str) -> str:
    return "".join(character for character in sentence if character.isalnum())


def _topics(reply: str, expected: Expected) -> Iterator[Finding]:
    """Things that are spoken of only where the shop itself does."""
    said = folded(reply)
    ours = [folded(text) for text in expected.known_texts]
    if any(name.startswith("order.refund") for name in expected.facts):
        ours.append("refund")
    for topic, pattern in vocabulary().topics.items():
        if pattern.search(said) and not any(pattern.search(text) for text in ours):
            yield _about_all("topic", f"it speaks of {topic}, which no approved text does", reply)


def _echoes(reply: str, expected: Expected) -> Iterator[Finding]:
    """The buyer's own sentences, or ours to the model, given back."""
    words, allowed = tokens(reply), [tokens(text) for text in expected.known_texts]
    wide = is_wide(reply)
    size = _LONG_RUN_WIDE if wide else _LONG_RUN
    buyer = tokens(expected.buyer)
    if (
        common_run(words, buyer, allowed, size)
        or _is_mostly(words, buyer, allowed, 4 if wide else 3)
        or any(common_run(words, one, allowed, len(one)) for one in _quoted(expected.buyer))
    ):
        yield _about_all("echo", "it repeats what the buyer wrote", reply)
    if common_run(words, tokens(expected.prompt), allowed, size):
        yield _about_all("echo", "it repeats what the model was told", reply)


def _is_mostly(
    words: Sequence[str], other: Sequence[str], allowed: Sequence[Sequence[str]], size: int
) -> bool:
    of_reply = runs(words, min(size, len(words)))
    ours = {run for one in allowed for run in runs(one, size)}
    same = (of_reply & runs(other, min(size, len(words)))) - ours
    return bool(of_reply) and len(same) / len(of_reply) >= _ECHO


def _quoted(text: str) -> Iterator[Sequence[str]]:
    for match in _QUOTED.finditer(text):
        words = tokens(match[1] or match[2])
        if words:
            yield words


def _relevance(reply: str, expected: Expected) -> Iterator[Finding]:
    """Whether it is about what the approved texts are about."""
    ours = [text for text in expected.approved if _is_in(text, expected.language)]
    if not ours:
        yield Finding(
            rule=UNPROVEN,
            severity=Severity.WARN,
            start=0,
            end=len(reply),
            message=UNPROVEN_MESSAGE,
        )
        return
    known = (*ours, *(fact.value for fact in expected.facts.values()))
    if is_wide(reply):
        pairs = {run for text in known for run in runs(tokens(text), 2)}
        alike = share_known(_pairs(reply), pairs) >= _ALIKE_WIDE
    else:
        vocabulary = {word for text in known for word in tokens(text)}
        long = [word for word in tokens(reply) if len(word) > 3]
        alike = share_known(long, vocabulary) >= _ALIKE
    if not alike:
        yield _about_all("relevance", "it is about something else than the approved texts", reply)


def _unsupported(reply: str, expected: Expected) -> Iterator[Finding]:
    """Sentences with words that neither the facts nor the approved texts have.

    Sympathy does that, and so does everything that a buyer may want to see in writing: a
    person must look. Words of the buyer alone support nothing.
    """
    ours = [text for text in expected.approved if _is_in(text, expected.language)]
    if not ours:
        return  # all of it is unproven
    known = [*ours, *(fact.value for fact in expected.facts.values())]
    says_new = new_in(known, expected.language, wide=is_wide(reply))
    for start, end in sentences(reply):
        if says_new(_without_true_claims(reply[start:end], expected.facts)):
            yield Finding(
                rule=UNSUPPORTED,
                severity=Severity.WARN,
                start=start,
                end=end,
                message=UNSUPPORTED_MESSAGE,
            )


def _pairs(text: str) -> Sequence[tuple[str, ...]]:
    words = tokens(text)
    return [tuple(words[place : place + 2]) for place in range(len(words) - 1)]


def _is_in(text: str, language: str) -> bool:
    found, _ = detect(text, language)
    return found.partition("-")[0] == language.partition("-")[0]
