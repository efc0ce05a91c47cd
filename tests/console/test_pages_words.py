"""Every page speaks English and Chinese, completely."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import responder.console
from connectors.order_facts import OrderStatus
from responder.console.pages.language import LANGUAGES, LOCALE, preferred
from responder.console.pages.language import catalog as page_words
from responder.console.pages.render import TEMPLATES
from responder.console.pages.static import STATIC
from responder.console.pages.words import COMMANDS, EMPTY, INTENTS, STATES, TITLES
from responder.console.pages.words_of_cases import CASES
from responder.console.pages.words_of_drafts import CONTEXT, FACTS, PURPOSE, VALUES, Drafted
from responder.console.pages.words_of_scripts import for_scripts
from responder.domain.advice import Advice, Says, Trial
from responder.domain.model import Intent, Severity, State
from responder.drafting import liquid_text
from responder.drafting.llm.checks import UNPROVEN_MESSAGE, UNSUPPORTED_MESSAGE
from responder.drafting.problems import Collector
from responder.drafting.rules import SAID_BY_CODE
from responder.drafting.template_files import read_templates
from responder.settings import shipped_config
from responder.store.users import Role
from tests.console.house import House
from tests.console.person import Person
from tests.console.shops import AMAZON

CONSOLE = Path(responder.console.__file__).parent
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
PLACE = re.compile(r"%\(\w+\)s")
SCRIPTS = sorted(path for path in STATIC.glob("*.js"))


def marked() -> set[str]:
    """Every text of the pages that is marked for translation."""
    found = extract_from_dir(str(CONSOLE), METHODS, keywords={"_": None, "N_": None})
    return {str(text) for _, _, text, _, _ in found}


def said_by_rules() -> Iterator[str]:
    yield from (UNPROVEN_MESSAGE, UNSUPPORTED_MESSAGE)
    for path in (shipped_config() / "rules").glob("*.toml"):
        for rule in tomllib.loads(path.read_text(encoding="utf-8")).get("rule", ()):
            yield from filter(None, (rule["message"], rule.get("suggestion")))
    yield from SAID_BY_CODE


def shipped_cases() -> Iterator[dict[str, str]]:
    for path in (shipped_config() / "intents").glob("*.toml"):
        yield from tomllib.loads(path.read_text(encoding="utf-8"))["case"]


def cautions() -> Iterator[str]:
    yield from (table["caution"] for table in shipped_cases() if table.get("caution"))


@pytest.fixture(params=sorted(LANGUAGES.keys() - {"en"}))
def catalog(request: pytest.FixtureRequest) -> Catalog:
    with (LOCALE / request.param / "LC_MESSAGES" / "console.po").open("rb") as file:
        return read_po(file, locale=request.param)


def test_every_text_is_translated(catalog: Catalog) -> None:
    translated = {one.id for one in catalog if one.id and one.string and not one.context}

    assert marked() - translated == set()


def test_no_translation_is_left_over_or_doubtful(catalog: Catalog) -> None:
    own = {one.id for one in catalog if one.id and not one.context}

    assert own - marked() == set()
    assert [one.id for one in catalog if one.fuzzy and one.id] == []


def test_every_rule_that_comes_with_the_program_is_translated(catalog: Catalog) -> None:
    translated = {one.id for one in catalog if one.context == "rule" and one.string}

    assert set(said_by_rules()) == translated


def test_all_advice_is_translated(catalog: Catalog) -> None:
    translated = {one.id for one in catalog if one.context == CONTEXT and one.string}

    assert {*Says, *Trial, *cautions()} == translated


def test_what_every_shipped_template_is_for_is_translated(catalog: Catalog) -> None:
    translated = {one.id for one in catalog if one.context == PURPOSE and one.string}
    templates = read_templates(shipped_config() / "templates", Collector())

    assert {one.purpose for one in templates.all} == translated


def test_every_case_of_the_shipped_intents_has_a_word() -> None:
    named = {table["case"] for table in shipped_cases()}

    assert named <= CASES.keys()


def test_every_fact_that_a_template_may_name_has_a_word() -> None:
    assert {*liquid_text.FACTS, "faq.answer"} == FACTS.keys()


def test_every_value_of_a_fact_that_has_few_has_a_word() -> None:
    missing = {
        (name, value)
        for name, values in liquid_text.VALUES.items()
        for value in values - VALUES.get(name, {}).keys()
    }

    assert missing == set()
    assert set(OrderStatus) <= VALUES[liquid_text.STATUS].keys()


@pytest.mark.parametrize("language", sorted(LANGUAGES.keys() - {"en"}))
def test_a_word_for_a_case_a_fact_or_a_value_is_another_one_in(language: str) -> None:
    speak = page_words(language)
    said = [*CASES.values(), *FACTS.values(), *(v for of in VALUES.values() for v in of.values())]

    assert [word for word in said if speak.gettext(word) == word] == []


def test_a_chinese_page_says_the_advice_of_a_draft_in_chinese() -> None:
    drafted = Drafted(page_words("zh"))
    tie = Advice(says=Says.TIE, about={"intent": "invoice", "other": "payment"})

    said = drafted.advice([Advice(says=Says.UNKNOWN), tie])

    assert said == "意图不明：批准前请通读；可能是“发票”或“付款”"


def test_what_a_seller_wrote_is_said_as_it_is() -> None:
    drafted = Drafted(page_words("zh"))

    assert drafted.advice([Advice(says="never give 50 %, ask Kim")]) == "never give 50 %, ask Kim"
    assert drafted.value("shop.coupon", "5 % off") == "5 % off"
    assert drafted.value("order.status", "") == ""
    assert drafted.source("faq/mugs.md: Is it safe?", lambda _: None) == "faq/mugs.md: Is it safe?"
    assert drafted.source("template:en/own", lambda _: None) == "template:en/own"
    assert drafted.case("engraving_wish", "unknown") == "engraving wish"


async def test_a_chinese_conversation_shows_no_english_of_ours(house: House, ann: Person) -> None:
    one = await house.buyer_writes("My lawyer will sue you.")
    await house.draft(order={"status": "unshipped", "carrier": "<b>5 %</b>"})

    page = await ann.html(f"/c/{one}", **{"Accept-Language": "zh"})

    for word in ("买家提到律师", "以法律手段相威胁", "待发货", "律师、监管、拒付"):
        assert word in page
    for word in ("a person must answer", "legal threat", ">unshipped<"):
        assert word not in page
    assert "&lt;b&gt;5 %&lt;/b&gt;" in page


async def test_the_templates_of_the_console_s_language_are_shown_first(ann: Person) -> None:
    chinese = await ann.html("/templates", **{"Accept-Language": "zh"})
    english = await ann.html("/templates", **{"Accept-Language": "en"})

    assert '<option value="zh" selected>中文</option>' in chinese
    assert "查物流：尚未发货" in chinese
    assert '<option value="en" selected>English</option>' in english


def test_a_thing_to_do_is_called_the_same_by_its_key_its_button_and_the_palette() -> None:
    speak = page_words("zh")

    assert speak.gettext(COMMANDS["reject"][0]) == speak.gettext("reject the draft")
    assert speak.gettext(COMMANDS["reject"][0]).startswith(speak.gettext("Reject"))


def test_translations_keep_their_places(catalog: Catalog) -> None:
    for one in catalog:
        assert sorted(PLACE.findall(str(one.id))) == sorted(PLACE.findall(str(one.string))), one.id


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_a_template_says_nothing_that_is_not_marked(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", source, flags=re.DOTALL)
    spoken = re.sub(r"<kbd>.*?</kbd>|<code>.*?</code>|<a href=\"/api.*?</a>", "", text)
    between = re.sub(r"<[^>]*>", " ", spoken)
    attributes = re.findall(r"(?:title|aria-label|placeholder|alt)=\"([^\"]*)\"", text)

    assert re.findall(r"[A-Za-z]{2,}", between) == []
    assert [one for one in attributes if re.search(r"[A-Za-z]{2,}", one)] == []


def test_scripts_say_only_words_that_they_are_given() -> None:
    given = for_scripts("en").keys()
    text = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)

    asked = set(re.findall(r"\bword\(\s*\"([\w.]+)\"", text))

    assert asked
    assert asked <= given
    unused = {name for name in given if f'"{name}"' not in text and "." not in name}
    assert unused - set(said_by_rules()) - set(Severity) == set()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_refusal_has_words_in(language: str) -> None:
    codes = "already_claimed not_claimed stale_draft newer_message wrong_state gone rule_violation"
    words = for_scripts(language)

    for code in codes.split():
        assert len(words[f"refusal.{code}"]) > 8


async def test_pages_speak_what_the_browser_prefers(house: House, ann: Person) -> None:
    await house.buyer_writes()

    chinese = await ann.html("/", **{"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"})
    english = await ann.html("/", **{"Accept-Language": "en-GB,zh;q=0.5"})

    assert '<html lang="zh-CN">' in chinese
    assert "未分配" in chinese
    assert "Unassigned" not in chinese
    assert '<html lang="en">' in english
    words = chinese.partition('id="words">')[2].partition("</script>")[0]
    assert json.loads(words)["live"] == "实时"


async def test_a_chosen_language_stays(house: House, ann: Person) -> None:
    response = await house.client.post(
        "/language", data={"language": "zh", "to": "/login"}, allow_redirects=False
    )

    assert (response.status, response.headers["Location"]) == (303, "/login")
    assert '<html lang="zh-CN">' in await (await house.client.get("/login")).text()
    await house.client.post("/language", data={"language": "tlh", "to": "/"})
    assert '<html lang="zh-CN">' in await (await house.client.get("/login")).text()


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("zh", "zh"),
        ("ZH-Hant-TW", "zh"),
        ("fr, de;q=0.9", "en"),
        ("en;q=0.3, zh;q=0.4", "zh"),
        ("en, zh", "en"),
        ("zh;q=0, en;q=0.1", "en"),
        ("zh;q=many", "en"),
        (";;;,,,", "en"),
    ],
)
def test_the_most_wanted_of_our_languages_is_spoken(header: str, language: str) -> None:
    assert preferred(header) == language


def test_every_intent_and_state_has_a_word() -> None:
    assert INTENTS.keys() == set(Intent)
    assert STATES.keys() == set(State)
    assert EMPTY.keys() == TITLES.keys()


async def test_a_chinese_page_says_in_chinese_why_a_reply_came_back_and_a_shop_is_away(
    house: House, ann: Person
) -> None:
    sue = await house.person("sue", Role.SUPERVISOR)
    one = await house.buyer_writes()
    key = house.database.partitions.of_conversation(one).conversation(one).conversation
    await house.database.redis.hset(key, "held", "Tomorrow.")
    await house.database.redis.hset(key, "problem", "refused: SMTP 550 at DATA")
    account = house.database.partitions.of_account(AMAZON).account(AMAZON)
    await house.database.redis.hset(account, "failures", "3")
    await house.database.redis.hset(account, "problem", "IMAP: the login was refused")

    desk = await ann.html(f"/c/{one}", **{"Accept-Language": "zh"})
    team = await sue.html("/team", **{"Accept-Language": "zh"})

    assert "SMTP 在 DATA 一步返回 550" in desk
    assert "IMAP：登录被拒绝" in team
    assert "login was refused" not in team
    assert "IMAP: the login was refused" in await sue.html("/team", **{"Accept-Language": "en"})
