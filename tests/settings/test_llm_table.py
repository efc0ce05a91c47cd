"""``[llm]``: off by default; every mistake is named."""

from pathlib import Path

import pytest

from responder.errors import ConfigError
from responder.llm import check_llm
from responder.settings import load, masked

GOOD = """
[llm]
endpoint = "https://api.example/v1"
model = "small"
key = { env = "LLM_KEY" }
"""


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LLM_KEY", "from-the-environment")
    return tmp_path


def problems(directory: Path, text: str) -> str:
    (directory / "responder.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        check_llm(load(directory))
    return str(raised.value).replace(f"{directory}/", "")


def test_there_is_no_model_unless_the_seller_says_so(directory: Path) -> None:
    (directory / "responder.toml").write_text("")

    loaded = load(directory)

    assert loaded.settings.llm is None
    check_llm(loaded)


def test_a_small_table_is_enough_and_there_is_always_a_budget(directory: Path) -> None:
    (directory / "responder.toml").write_text(GOOD)

    loaded = load(directory)
    check_llm(loaded)

    table = loaded.settings.llm
    assert table is not None
    assert table.key is not None
    assert table.key.get_secret_value() == "from-the-environment"
    assert table.most_tokens_per_day == 500_000
    assert table.mask_personal_data
    assert "from-the-environment" not in str(masked(loaded))


def test_money_alone_may_be_the_budget(directory: Path) -> None:
    prices = "money_per_day = 2.5\nprice_per_million = { input = 0.1, output = 0.4 }\n"
    (directory / "responder.toml").write_text(GOOD + prices)

    table = load(directory).settings.llm

    assert table is not None
    assert (table.most_tokens_per_day, table.money_per_day) == (None, 2.5)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense = 1", "llm.nonsense: this key is not known"),
        ('timeout = "2m"', "llm.timeout: write a duration from 1s to 60s"),
        ("retries = 3", "llm.retries"),
        ("at_once = 0", "llm.at_once"),
        ("tokens_per_day = 5", "llm.tokens_per_day"),
        ("money_per_day = 1.0", "money_per_day needs price_per_million"),
        ("drafts = false\ntranslations = false", "leave [llm] out"),
        ('accounts = ["shop-9"]', "llm.accounts: there is no account 'shop-9'"),
        ('languages = ["english"]', "llm.languages: 'english' is not known; there are ar, de"),
        ('proxy = "socks5://exit.example:1080"', "an http:// proxy only"),
    ],
)
def test_a_mistake_is_named(directory: Path, line: str, said: str) -> None:
    assert said in problems(directory, GOOD + line + "\n")


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("http://api.example.com/v1", "use https://"),
        ("api.example/v1", "up to its version"),
        ("ftp://api.example/v1", "up to its version"),
        ("https://api.example/v1/chat/completions", "leave out"),
        ("https://me:secret@api.example/v1", "without login"),
        ("https://api.example/v1?key=1", "without login"),
    ],
)
def test_an_address_that_cannot_be_right_is_refused(
    directory: Path, endpoint: str, said: str
) -> None:
    found = problems(directory, GOOD.replace("https://api.example/v1", endpoint))

    assert "responder.toml: llm.endpoint: " in found
    assert said in found
    assert "secret" not in found


@pytest.mark.parametrize(
    "endpoint",
    ["http://127.0.0.1:11434/v1", "http://192.168.1.9:8000/v1", "http://model:8000/v1"],
)
def test_a_model_in_the_house_needs_no_tls(directory: Path, endpoint: str) -> None:
    (directory / "responder.toml").write_text(GOOD.replace("https://api.example/v1", endpoint))

    assert load(directory).settings.llm
