"""A proposal for a conversation: its language, what the buyer wants, a text, and what it breaks."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from responder.domain.model import Fact, Finding, Intent, Message, Proposal
from responder.drafting.closing import why_no_reply
from responder.drafting.intent import Guess, Intents
from responder.drafting.known import NOTHING, Known
from responder.drafting.learned.shelf import Model
from responder.drafting.reader import FALLBACK_LANGUAGE, Reader
from responder.drafting.rules import RuleBook, check
from responder.drafting.said import numbers_said, thread_facts
from responder.drafting.sayable import sayable
from responder.drafting.shops import Shop, Shops, shop_amounts
from responder.drafting.steps import Made, Standing, standing
from responder.drafting.templates import (
    Layout,
    Rendered,
    Template,
    Templates,
    first_rendered,
    is_within,
)
from responder.drafting.texts import Reading, Text, advice, confidence, different, nothing

_MOST_TEXTS = 3  # the draft and two others

# Questions before the sale: a FAQ speaks of the shop, never of the buyer's own order.
ASKED_OF_A_FAQ = frozenset(
    {
        Intent.UNKNOWN,
        Intent.PRODUCT_QUESTION,
        Intent.SHIPPING_INFO,
        Intent.PRICE_DISCOUNT,
        Intent.PAYMENT,
        Intent.INVOICE,
        Intent.RETURN_EXCHANGE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A conversation that waits for an answer, and what is known about it."""

    marketplace: str
    buyer: str
    messages: Sequence[Message]  # oldest first, the whole thread
    facts: Mapping[str, Fact]  # by name: "order.tracking_number"
    default_language: str
    byte_limit: int | None = None
    account: str = ""  # whose shop it is, and whose experience is asked
    made: Made | None = None  # the last step of the resolution ladder
    now: datetime | None = None
    order_ids: Sequence[str] = ()  # of the conversation, whether or not their facts are known


class Drafting:
    """Proposes replies and checks texts. It holds no state: every answer follows from arguments."""

    def __init__(
        self,
        templates: Templates,
        rules: Mapping[str, RuleBook],
        intents: Intents,
        shops: Shops | None = None,
        experience: Callable[[str], Model | None] = lambda _: None,
    ) -> None:
        self._files = self._templates = templates
        self._rules = rules
        self._intents = intents
        self._shops = shops or Shops()
        self._reader = Reader(intents, experience)

    @property
    def templates(self) -> Sequence[Template]:
        return self._templates.all

    @property
    def files(self) -> Templates:
        """The templates as their files have them, whatever was edited since."""
        return self._files

    def template(self, key: str) -> Template | None:
        """The one that is drafted by under ``key``, as in "en/refund_status.done"."""
        return self._templates.named(key)

    @property
    def rules(self) -> Mapping[str, RuleBook]:
        return self._rules

    def speak_by(self, templates: Templates) -> None:
        """Draft by ``templates`` from now on; whatever is being drafted keeps its own."""
        self._templates = templates

    @property
    def intents(self) -> Intents:
        return self._intents

    def with_experience(self, experience: Callable[[str], Model | None]) -> "Drafting":
        """The same, asking ``experience`` for the model of a shop."""
        other = Drafting(self._files, self._rules, self._intents, self._shops, experience)
        other.speak_by(self._templates)
        return other

    def layout(self, language: str) -> Layout | None:
        """What stands around the texts of ``language``."""
        return self._templates.layouts.get(language)

    @property
    def shops(self) -> Shops:
        return self._shops

    def propose(self, question: Question) -> Proposal:
        """A reply to what the buyer wrote since our last one. Never raises, whatever they wrote.

        The text is empty only where no template can be filled in; ``advice`` then says why.
        """
        return replace(self._proposed(question), no_reply=why_no_reply(question.messages))

    def _proposed(self, question: Question) -> Proposal:
        reading = self._reader.conversation(
            question.messages, language=question.default_language, shop=question.account
        )
        shop = self._shops.of(question.account)
        facts = self._facts(question, reading, shop)
        stands = self._standing(question, reading, shop, facts)
        if stands is not None:
            facts |= stands.facts(shop)
        texts = list(islice(different(self._texts(question, reading, facts, stands)), _MOST_TEXTS))
        if not texts:
            return nothing(reading)
        first, *others = texts
        guess = first.case or reading.understood.best
        makes_step = stands is not None and stands.rung is not None and "ladder.step" in first.facts
        return Proposal(
            text=first.text,
            language=reading.language,
            intent=guess.intent,
            case=guess.case,
            confidence=confidence(reading, first),
            source=first.source,
            template_version=first.version,
            language_guessed=reading.guessed,
            facts=first.facts,
            findings=self.check_answer(first.text, question, reading.language, facts),
            options=tuple(other.text for other in others),
            option_sources=tuple(other.source for other in others),
            step=stands.rung.step if makes_step and stands and stands.rung else "",
            ladder=stands.shown() if stands else {},
            advice=tuple(advice(reading, first, stands)),
            observed=reading.observed,
        )

    def check_answer(
        self, text: str, question: Question, language: str, facts: Mapping[str, Fact]
    ) -> tuple[Finding, ...]:
        """What ``text`` may not say to this buyer, who writes ``language``."""
        known = self.known(
            question.account,
            language,
            {name: fact.value for name, fact in facts.items()},
            own=numbers_said(question.messages),
            byte_limit=question.byte_limit,
        )
        return self.check(text, question.marketplace, known)

    def check(self, text: str, marketplace: str, known: Known = NOTHING) -> tuple[Finding, ...]:
        """What ``text`` may not say on ``marketplace``; see ``rules.check``."""
        book = self._rules.get(marketplace) or self._rules["common"]
        return check(text, book, known)

    def read(self, text: str, *, default: str | None, shop: str = "") -> Reading:
        """The language of ``text`` (see ``language.detect``), and what its writer wants."""
        return self._reader.text(text, default=default, shop=shop)

    def known(
        self,
        account: str,
        language: str,
        facts: Mapping[str, str],
        *,
        own: Collection[str] = (),
        byte_limit: int | None = None,
    ) -> Known:
        """What the rules go by in a conversation of ``account`` with a buyer of ``language``.

        ``facts`` are those of its order, by name; ``own`` are numbers that are surely the buyer's.
        """
        shop = self._shops.of(account)
        said = {name: fact.value for name, fact in shop.facts(language).items()} | dict(facts)
        return Known(
            allowed=(*said.values(), *own),
            byte_limit=byte_limit,
            language=language,
            facts=said,
            caps=shop.caps,
            amounts=shop_amounts(said),
        )

    def _facts(self, question: Question, reading: Reading, shop: Shop) -> dict[str, Fact]:
        """All that a text may say: the order, the shop in the answer's language, the thread."""
        language = _answer_in(reading.language, self._templates.languages)
        today = question.now.date() if question.now else None
        return {
            **shop.facts(language, today),
            **thread_facts(
                question.messages,
                reading.newest,
                question.now,
                order_is_known=bool(question.order_ids)
                or any(name.startswith("order.") for name in question.facts),
            ),
            **sayable(question.facts, question.buyer, today),
        }

    def _standing(
        self, question: Question, reading: Reading, shop: Shop, facts: Mapping[str, Fact]
    ) -> Standing | None:
        return standing(
            reading.understood.best,
            question.messages,
            reading.newest,
            made=question.made,
            shop=shop,
            facts=facts,
        )

    def _texts(
        self,
        question: Question,
        reading: Reading,
        facts: Mapping[str, Fact],
        stands: Standing | None,
    ) -> Iterator[Text]:
        """Texts for what was understood, best first, then for what else it may be."""
        answers = list(self._answers(question, reading, facts))
        yield from (text for text, is_sure in answers if is_sure)
        wishes = reading.wishes
        if stands is not None:
            wishes = (stands.guess, *(one for one in wishes if one.intent != stands.guess.intent))
        for guess in wishes:
            case = guess if stands is not None and guess is stands.guess else None
            for rendered in self._renderings(question, guess, reading.language, facts):
                yield Text.of(rendered, case)
        yield from (text for text, is_sure in answers if not is_sure)

    def _renderings(
        self, question: Question, guess: Guess, language: str, facts: Mapping[str, Fact]
    ) -> Iterator[Rendered]:
        """The best text for one wish, and what may be chosen beside it."""
        templates = self._templates.fitting(
            _answer_in(language, self._templates.languages),
            guess.intent,
            guess.case,
            marketplace=question.marketplace,
            facts=facts,
        )
        for beside in (False, True):
            rendered = first_rendered(
                [one for one in templates if one.option is beside],
                facts,
                question.marketplace,
                question.byte_limit,
            )
            if rendered is not None:
                yield rendered

    def _answers(
        self, question: Question, reading: Reading, facts: Mapping[str, Fact]
    ) -> Iterator[tuple[Text, bool]]:
        """What the shop's own FAQ says, and whether it surely is what was asked."""
        if reading.understood.best.intent not in ASKED_OF_A_FAQ:
            return
        text = "\n".join(one.text for one in reading.newest)
        language = _answer_in(reading.language, self._templates.languages)
        for match in self._shops.of(question.account).faq.find(text, reading.language):
            said = self._templates.around(match.entry.answer, language, facts, question.marketplace)
            if match.entry.language.partition("-")[0] == language.partition("-")[0] and said:
                known = {"faq.answer": Fact(value=match.entry.answer, source=match.entry.source)}
                source = f"faq:{match.entry.source}"
                found = Text(text=said, source=source, language=language, facts=known)
                if is_within(said, question.byte_limit):
                    yield found, match.is_sure


def _answer_in(language: str, written: Collection[str]) -> str:
    """The language to answer in: the buyer's, else its other script, else English."""
    wanted = (language, language.partition("-")[0])
    return next((one for one in wanted if one in written), FALLBACK_LANGUAGE)
