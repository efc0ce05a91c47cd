"""The configuration as it was understood, fit to be shown."""

from typing import Any

from pydantic import SecretStr

from responder.settings.load import Loaded
from responder.settings.values import spoken

MASK = "********"


def masked(loaded: Loaded) -> dict[str, Any]:
    """Every resolved setting, JSON-ready; secrets are stars, proxies lose their passwords."""
    shown: dict[str, Any] = _hidden(loaded.settings.model_dump(by_alias=True))
    shown["sla"] = {
        name: {
            "respond_within": spoken(policy.respond_within),
            "warn_at": [
                spoken(warning) if not hasattr(warning, "percent") else f"{warning.percent}%"
                for warning in policy.warnings
            ],
        }
        for name, policy in loaded.policies.items()
    }
    shown["paths"] = {
        "templates": str(loaded.templates),
        "rules": str(loaded.rules),
        "intents": str(loaded.intents),
    }
    return shown


def _hidden(value: Any) -> Any:
    match value:
        case SecretStr():
            return MASK
        case dict():
            return {
                name: _without_login(item) if name in {"proxy", "url"} else _hidden(item)
                for name, item in value.items()
            }
        case list() | tuple():
            return [_hidden(item) for item in value]
        case _:
            return value


def _without_login(url: str | None) -> str | None:
    if url is None or "@" not in url:
        return url
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{MASK}@{rest.rpartition('@')[2]}"
