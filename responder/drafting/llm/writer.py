"""The model's version of a draft, or the reason why the template draft stands."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from responder.domain.model import Author, Fact, Finding, Message, Proposal
from responder.drafting.drafter import Question
from responder.drafting.llm.answers import Drafted, drafted
from responder.drafting.llm.checks import LOOK_AT, UNPROVEN, Expected, objections
from responder.drafting.llm.masking import Mask
from responder.drafting.llm.port import Ask, LlmFailure, Port, Turn, Why
from responder.drafting.llm.prompt import Brief, again, draft_ask
from responder.drafting.llm.vocabulary import vocabulary
from responder.drafting.llm.words import folded
from responder.drafting.reader import newest_of_buyer

DRAFT = "draft"  # the purpose, for the metrics
CAREFUL_CASES = frozenset({"legal_threat", "injury", "chargeback", "bad_review_threat"})
MOST_CHARACTERS = 1_500
_MOST_OPTIONS = 3
_UNPROVEN_CONFIDENCE = 0.3


class Check(Protocol):
    """The content rules; ``Drafting.check_answer``."""

    def __call__(
        self, text: str, question: Question, language: str, facts: Mapping[str, Fact]
    ) -> tuple[Finding, ...]: ...


@dataclass(frozen=True, slots=True)
class Stands:
    """The template draft stands. ``why`` is a label for logs and metrics."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a seller wants the model to be used."""

    model: str
    deadline: float  # seconds for one draft, whatever happens
    languages: frozenset[str] = frozenset()  # none: all of them
    mask: bool = True
    most_tokens: int = 900


class Writer:
    """Asks for a draft, checks it, asks once more, gives up. Never raises for what a model does."""

    def __init__(
        self, port: Port, check: Check, manner: Manner, *, new_nonce: Callable[[], str]
    ) -> None:
        self._port = port
        self._check = check
        self._manner = manner
        self._new_nonce = new_nonce

    def wants(self, proposal: Proposal) -> bool:
        """Whether a draft may be given to the model at all, as far as it shows already."""
        chosen = self._manner.languages
        base = proposal.language.partition("-")[0]
        return not is_careful(proposal) and (not chosen or base in chosen)

    async def improve(self, question: Question, proposal: Proposal) -> Proposal | Stands:
        """The model's version of ``proposal``, checked; within the deadline."""
        reason = self._left_alone(question, proposal)
        if reason:
            return Stands(reason)
        try:
            async with asyncio.timeout(self._manner.deadline):
                return await self._improved(question, proposal)
        except TimeoutError:
            return Stands(Why.DEADLINE.value)
        except LlmFailure as failure:
            return Stands(failure.why.value)

    def _left_alone(self, question: Question, proposal: Proposal) -> str:
        """Why the model is not asked; "" where it is."""
        if not self.wants(proposal):
            return "careful" if is_careful(proposal) else "language"
        said = folded(_words_of_buyer(question.messages))
        if not any(message.text.strip() for message in newest_of_buyer(question.messages)):
            return "wordless"
        if vocabulary().grave.search(said):
            return "careful"
        return "to_a_machine" if vocabulary().to_a_machine.search(said) else ""

    async def _improved(self, question: Question, proposal: Proposal) -> Proposal | Stands:
        mask = Mask(
            [question.buyer],
            keep=[fact.value for fact in question.facts.values()],
            on=self._manner.mask,
        )
        facts = {**_with_buyer(question), **proposal.facts}
        approved = [text for text in (proposal.text, *proposal.options) if text]
        most = _most(question.byte_limit)
        brief = Brief(
            marketplace=question.marketplace,
            language=proposal.language,
            intent=proposal.case or proposal.intent.value,
            messages=question.messages,
            facts=facts,
            approved=approved,
            most=most,
        )
        ask = draft_ask(brief, mask, self._new_nonce(), most_tokens=self._manner.most_tokens)
        expected = Expected(
            language=proposal.language,
            facts=facts,
            approved=approved,
            buyer=_words_of_buyer(question.messages),
            prompt=ask.turns[0].content,
            most=most,
            rules=lambda text: self._check(text, question, proposal.language, facts),
        )
        found = await self._asked(ask, mask, expected)
        return found if isinstance(found, Stands) else self._as_proposal(found, proposal, expected)

    async def _asked(self, ask: Ask, mask: Mask, expected: Expected) -> "_Accepted | Stands":
        """Ask; where the answer is no good, say why and ask once more."""
        best: _Accepted | None = None
        wrong: Sequence[Finding] = ()
        for last in (False, True):
            answer = await self._port.ask(ask, DRAFT)
            said = drafted(answer)
            if said.needs_human:
                return Stands("needs_human")
            reply = mask.show(said.reply).strip()
            findings = objections(reply, said.language, expected)
            wrong = [one for one in findings if one.rule not in LOOK_AT]
            if not wrong and (best is None or len(findings) < len(best.findings)):
                best = _Accepted(reply, said, findings)
            if all(one.rule == UNPROVEN for one in findings):
                break
            if not last:
                ask = ask.with_turns(Turn("assistant", answer.text), again(findings))
        return best or Stands(f"objected:{wrong[0].rule}")

    def _as_proposal(self, found: "_Accepted", template: Proposal, expected: Expected) -> Proposal:
        named = set(found.said.facts_used)
        used = {
            name: fact
            for name, fact in expected.facts.items()
            if name in named or (len(fact.value) > 2 and fact.value in found.reply)
        }
        sure = template.confidence
        sources = dict.fromkeys(expected.approved, "")
        sources |= dict(zip(template.options, template.option_sources, strict=False))
        sources |= {template.text: template.source}
        options = tuple(one for one in expected.approved if one != found.reply)[:_MOST_OPTIONS]
        return replace(
            template,
            text=found.reply,
            confidence=min(sure, _UNPROVEN_CONFIDENCE) if found.findings else sure,
            source=f"llm:{self._manner.model}",
            facts=used,
            findings=found.findings,
            options=options,
            option_sources=tuple(sources[one] for one in options),
        )


@dataclass(frozen=True, slots=True)
class _Accepted:
    reply: str
    said: Drafted
    findings: tuple[Finding, ...]


def is_careful(proposal: Proposal) -> bool:
    """Whether a person must write: a threat, an injury, money reclaimed at the bank."""
    return proposal.case in CAREFUL_CASES


def _words_of_buyer(messages: Sequence[Message]) -> str:
    return "\n".join(one.text for one in messages if one.author is Author.BUYER)


def _most(byte_limit: int | None) -> int:
    """Characters that a reply may have; where bytes count, the rules count them exactly."""
    return MOST_CHARACTERS if byte_limit is None else min(byte_limit, MOST_CHARACTERS)


def _with_buyer(question: Question) -> dict[str, Fact]:
    facts = dict(question.facts)
    if question.buyer:
        facts.setdefault("buyer.name", Fact(value=question.buyer, source="conversation"))
    return facts
