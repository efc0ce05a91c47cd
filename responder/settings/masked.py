"""The configuration as it was understood, fit to be shown."""

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from responder.domain.ahead import Outlook
from responder.domain.calendar import Calendar, WorkingHours
from responder.domain.policies import Promises
from responder.domain.sla import Share, SlaPolicy
from responder.domain.week import WEEKDAYS
from responder.settings.load import Loaded
from responder.settings.values import spoken

MASK = "********"


def masked(loaded: Loaded) -> dict[str, Any]:
    """Every resolved setting, JSON-ready; secrets are stars, proxies lose their passwords."""
    shown: dict[str, Any] = _hidden(loaded.settings.model_dump(by_alias=True))
    shown["sla"] = {name: _policy(policy) for name, policy in loaded.policies.items()}
    shown["promises"] = {name: _promises(one) for name, one in loaded.promises.items()}
    shown["ahead"] = {name: _outlook(one) for name, one in loaded.outlooks.items()}
    shown["paths"] = {
        "templates": str(loaded.templates),
        "rules": str(loaded.rules),
        "intents": str(loaded.intents),
        "shops": str(loaded.shops),
    }
    return shown


def _policy(policy: SlaPolicy) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "respond_within": spoken(policy.respond_within),
        "warn_at": [
            f"{warning.percent}%" if isinstance(warning, Share) else spoken(warning)
            for warning in policy.warnings
        ],
        "calendar": _calendar(policy.calendar),
    }
    if policy.named_warnings:
        shown["named_warn_at"] = [spoken(warning) for warning in policy.named_warnings]
    if policy.target is not None:
        shown["target_share"] = f"{policy.target.percent}%"
    if policy.first_words is not None:
        shown["first_words"] = {
            **{hour: dict(texts) for hour, texts in policy.first_words.texts.items() if texts},
            "calendar": _calendar(policy.first_words.calendar),
        }
    for name, other in (("next_response", policy.next_response), ("team", policy.team)):
        if other is not None:
            shown[name] = _policy(other)
    return shown


def _calendar(calendar: Calendar) -> str | dict[str, Any]:
    if not isinstance(calendar, WorkingHours):
        return "always"
    return {
        "zone": calendar.zone.key,
        "hours": {
            day: [str(hours) for hours in spans]
            for day, spans in zip(WEEKDAYS, calendar.week.days, strict=True)
            if spans
        },
        "holidays": len(calendar.holidays),
        "closures": len(calendar.closures),
        "extra_work_days": len(calendar.extra),
    }


def _outlook(outlook: Outlook) -> dict[str, Any]:
    return {"shifts": _calendar(outlook.shifts), "warn_before": spoken(outlook.warn_before)}


def _promises(promises: Promises) -> dict[str, Any]:
    return {
        "policy": promises.usual.name,
        "apply": [
            {"policy": one.policy.name, "intents": list(one.intents), "tags": list(one.tags)}
            for one in promises.refinements
        ],
    }


def _hidden(value: Any) -> Any:
    match value:
        case SecretStr():
            return MASK
        case dict():
            return {
                name: _without_login(item) if name in {"proxy", "url"} else _hidden(item)
                for name, item in value.items()
            }
        case Path():
            return str(value)
        case list() | tuple():
            return [_hidden(item) for item in value]
        case _:
            return value


def _without_login(url: str | None) -> str | None:
    """``url`` as far as it may be shown: a password stands before "@" or in the query."""
    if url is None:
        return None
    scheme, separator, rest = url.partition("://")
    _, login, place = rest.rpartition("@")
    host, query, _ = place.partition("?")
    return "".join(
        [scheme, separator, MASK + login if login else "", host, query + MASK if query else ""]
    )
