"""The language model of a configuration: from its table to who writes and who translates."""

from dataclasses import dataclass
from math import ceil
from random import SystemRandom
from secrets import token_hex

from responder import __version__
from responder.clock import Clock
from responder.drafting import Drafting
from responder.drafting.language import LANGUAGES, known_language
from responder.drafting.llm.calls import Call, Calls
from responder.drafting.llm.client import Address, Client
from responder.drafting.llm.port import Ask, Turn, Used
from responder.drafting.llm.translation import Translator
from responder.drafting.llm.writer import Manner, Writer
from responder.errors import ConfigError
from responder.metrics import Metrics
from responder.settings import Loaded
from responder.settings.llm import LlmTable
from responder.store.database import Database
from responder.store.spending import Cost, Limits, Spending

MICRO = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Llm:
    """What a process does with the model. ``close`` it at the end."""

    client: Client
    writer: Writer | None
    translator: Translator | None
    accounts: frozenset[str]
    at_once: int

    async def close(self) -> None:
        await self.client.close()


def check_llm(loaded: Loaded) -> None:
    """``ConfigError`` names languages that are not known."""
    table = loaded.settings.llm
    unknown = [one for one in (table.languages if table else ()) if known_language(one) is None]
    if unknown:
        known = ", ".join(sorted({language.partition("-")[0] for language in LANGUAGES}))
        where = loaded.directory / "responder.toml"
        raise ConfigError(
            [f"{where}: llm.languages: {one!r} is not known; there are {known}" for one in unknown]
        )


def llm_of(
    loaded: Loaded, database: Database, drafting: Drafting, *, clock: Clock, metrics: Metrics
) -> Llm | None:
    """The model that is configured; None without ``[llm]``."""
    table = loaded.settings.llm
    if table is None:
        return None
    client = client_of(table)
    calls = Calls(
        client,
        DayBudget(Spending(database, _limits(table)), table),
        clock=clock,
        dice=SystemRandom(),
        at_once=table.at_once,
        most_tries=1 + table.retries,
        told=lambda call: _count(metrics, call),
    )
    deadline = table.timeout.total_seconds()
    manner = Manner(
        model=table.model,
        deadline=deadline,
        languages=frozenset(map(_base, table.languages)),
        mask=table.mask_personal_data,
    )
    translator = Translator(
        calls, deadline=deadline, mask=table.mask_personal_data, new_nonce=_nonce
    )
    return Llm(
        client=client,
        writer=Writer(calls, drafting.check_answer, manner, new_nonce=_nonce)
        if table.drafts
        else None,
        translator=translator if table.translations else None,
        accounts=frozenset(table.accounts),
        at_once=table.at_once,
    )


def client_of(table: LlmTable) -> Client:
    address = Address(
        endpoint=table.endpoint,
        model=table.model,
        key=table.key.get_secret_value() if table.key else "",
        proxy=table.proxy,
        user_agent=f"marketplace-responder/{__version__}",
    )
    return Client(address, offers_json=table.json_mode)


async def try_llm(table: LlmTable) -> str:
    """Ask the model for one word; says in a line what it answered. Raises ``LlmFailure``."""
    client = client_of(table)
    asked = 'Answer with the JSON object {"ready": true} and nothing else.'
    try:
        answer = await client.ask(Ask(turns=(Turn("user", asked),), most_tokens=200))
    finally:
        await client.close()
    used = (
        f"{answer.used.tokens_in} + {answer.used.tokens_out} tokens" if answer.used else "no usage"
    )
    return f"{table.model} answers ({used})"


class DayBudget:
    """Tokens and their price, as the books of the day count them."""

    def __init__(self, spending: Spending, table: LlmTable) -> None:
        self._spending = spending
        self._prices = table.price_per_million

    async def take(self, worst: Used) -> str | None:
        return await self._spending.take(self._cost(worst))

    async def settle(self, day: str, worst: Used, used: Used) -> None:
        await self._spending.give_back(day, self._cost(worst) - self._cost(used))

    def _cost(self, used: Used) -> Cost:
        money = 0.0
        if self._prices is not None:  # per million tokens, so that one token costs millionths
            money = used.tokens_in * self._prices.input + used.tokens_out * self._prices.output
        return Cost(used.tokens_in + used.tokens_out, ceil(money))


def _limits(table: LlmTable) -> Limits:
    money = None if table.money_per_day is None else int(table.money_per_day * MICRO)
    return Limits(tokens=table.most_tokens_per_day, money=money)


def _count(metrics: Metrics, call: Call) -> None:
    metrics.llm_calls.labels(call.purpose, call.outcome).inc()
    metrics.llm_seconds.labels(call.purpose).observe(call.seconds)
    if call.used is not None:
        metrics.llm_tokens.labels("in").inc(call.used.tokens_in)
        metrics.llm_tokens.labels("out").inc(call.used.tokens_out)


def _base(language: str) -> str:
    return (known_language(language) or language).partition("-")[0]


def _nonce() -> str:
    return token_hex(8)
