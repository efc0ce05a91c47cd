"""From a configuration to a draft and a translation, over a real wire and a real store."""

import tomllib
from pathlib import Path

import pytest

from responder.clock import SystemClock
from responder.domain.model import Proposal
from responder.drafting import Drafting
from responder.drafting.llm.port import LlmFailure, Why
from responder.drafting.llm.writer import Stands
from responder.llm import Llm, llm_of, try_llm
from responder.metrics import Metrics
from responder.settings import load
from responder.settings.llm import LlmTable
from responder.store.database import Database
from responder.store.spending import Cost, Limits, Spending
from tests.llm.conftest import Box
from tests.llm.scene import question


class Office:
    """What a process has of the model that a table of ``[llm]`` describes."""

    def __init__(self, directory: Path, database: Database, drafting: Drafting, table: str) -> None:
        (directory / "responder.toml").write_text(f'[llm]\nmodel = "mock"\n{table}\n')
        self.metrics = Metrics()
        self.drafting = drafting
        found = llm_of(
            load(directory), database, drafting, clock=SystemClock(), metrics=self.metrics
        )
        assert found is not None
        self.llm: Llm = found

    async def improve(self, text: str = "Where is my parcel?") -> Proposal | Stands:
        assert self.llm.writer is not None
        asked = question(text)
        return await self.llm.writer.improve(asked, self.drafting.propose(asked))

    def told(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(name, labels) or 0.0


async def test_a_table_is_enough_for_a_draft_that_is_counted(
    tmp_path: Path, database: Database, shipped: Drafting, box: Box
) -> None:
    mock, _ = await box()
    prices = "money_per_day = 1.0\nprice_per_million = { input = 0.5, output = 2.0 }"
    office = Office(tmp_path, database, shipped, f'endpoint = "{mock.url}"\n{prices}')

    found = await office.improve()

    assert not isinstance(found, Stands), found
    assert found.source == "llm:mock"
    assert office.told("responder_llm_calls_total", purpose="draft", outcome="ok") == 1
    assert office.told("responder_llm_tokens_total", direction="in") == 400
    assert office.told("responder_llm_seconds_count", purpose="draft") == 1
    day = database.clock.now().date().isoformat()
    assert await Spending(database, Limits()).spent(day) == Cost(500, 400), "in millionths"
    await office.llm.close()


async def test_a_day_that_has_cost_enough_asks_nobody(
    tmp_path: Path, database: Database, shipped: Drafting, box: Box
) -> None:
    mock, _ = await box()
    office = Office(tmp_path, database, shipped, f'endpoint = "{mock.url}"\ntokens_per_day = 1000')

    assert await office.improve() == Stands("budget")
    assert mock.asked == []
    assert office.told("responder_llm_calls_total", purpose="draft", outcome="budget") == 1
    await office.llm.close()


@pytest.mark.parametrize("fault", ["error_500", "rate_limit", "unauthorized"])
async def test_who_says_no_costs_nothing(
    fault: str, tmp_path: Path, database: Database, shipped: Drafting, box: Box
) -> None:
    mock, _ = await box(fault)
    office = Office(tmp_path, database, shipped, f'endpoint = "{mock.url}"\nretries = 0')

    assert isinstance(await office.improve(), Stands)

    day = database.clock.now().date().isoformat()
    assert await Spending(database, Limits()).spent(day) == Cost(0, 0)
    await office.llm.close()


async def test_languages_that_were_not_chosen_and_careful_intents_are_left_alone(
    tmp_path: Path, database: Database, shipped: Drafting, box: Box
) -> None:
    mock, _ = await box()
    office = Office(tmp_path, database, shipped, f'endpoint = "{mock.url}"\nlanguages = ["de"]')

    assert await office.improve() == Stands("language")
    assert await office.improve("Ich gehe damit zum Anwalt, wo ist mein Geld?") == Stands("careful")
    assert mock.asked == []
    await office.llm.close()


async def test_drafts_or_translations_alone_can_be_had(
    tmp_path: Path, database: Database, shipped: Drafting
) -> None:
    address = 'endpoint = "https://api.example/v1"'
    drafts = Office(tmp_path, database, shipped, f"{address}\ntranslations = false").llm
    assert (drafts.writer is None, drafts.translator is None) == (False, True)

    translations = Office(tmp_path, database, shipped, f"{address}\ndrafts = false").llm
    assert (translations.writer is None, translations.translator is None) == (True, False)


async def test_no_personal_data_leave_the_house(
    tmp_path: Path, database: Database, shipped: Drafting, box: Box
) -> None:
    mock, _ = await box()
    office = Office(tmp_path, database, shipped, f'endpoint = "{mock.url}"')

    await office.improve("Where is my parcel? Kim, 12 Main Street, call +1 415 555 2671, k@x.com")

    [asked] = mock.asked
    sent = str(asked["messages"])
    assert "JD014600006821234567" in sent
    for secret in ("Kim", "Novak", "Main Street", "555", "k@x.com"):
        assert secret not in sent
    await office.llm.close()


async def test_trying_it_says_what_answers(box: Box) -> None:
    mock, _ = await box("whole")
    table = LlmTable.model_validate(tomllib.loads(f'endpoint = "{mock.url}"\nmodel = "mock"'))
    broken, _ = await box("unauthorized")

    with pytest.raises(LlmFailure) as failure:
        await try_llm(table.model_copy(update={"endpoint": broken.url}))

    assert failure.value.why is Why.UNAUTHORIZED
    assert await try_llm(table) == "mock answers (400 + 100 tokens)"
