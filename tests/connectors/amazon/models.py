"""Amazon's own published models (Swagger 2.0), read where they lie: they are not copied here.

They are looked for in the folder that ``AMAZON_MODELS`` names, else beside the checkout in
``shared/reference/amazon-models``. Source: github.com/amzn/selling-partner-api-models, Apache-2.0.
"""

import json
import os
import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from jsonschema import Draft4Validator, FormatChecker

BESIDE = Path(__file__).parents[4] / "shared" / "reference" / "amazon-models"
FOLDER = Path(os.environ.get("AMAZON_MODELS", BESIDE))
FILES = (
    "messaging",
    "notifications",
    "ordersV0",
    "orders_2026-01-01",
    "sellers",
    "solicitations",
    "tokens_2021-03-01",
)
ARE_HERE = all((FOLDER / f"{name}.json").exists() for name in FILES)
# They are not ours to ship. CI has them: a test of its own says so.
needed = pytest.mark.skipif(
    not ARE_HERE,
    reason="left out: Amazon's published models are not here (AMAZON_MODELS names their folder)",
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of one model."""

    model: str
    path: str
    told: Mapping[str, Any]


@cache
def model(name: str) -> Mapping[str, Any]:
    told: Mapping[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return told


@cache
def strict(name: str) -> Mapping[str, Any]:
    """The definitions of a model, in which a property that is not declared is a mistake."""
    found = deepcopy(model(name)["definitions"])
    for schema in _objects(found):
        schema.setdefault("additionalProperties", False)
    return dict(found)


def operation(method: str, path: str) -> Operation | None:
    """The operation that a request is for; None when no model has it."""
    for name in FILES:
        for template, told in model(name)["paths"].items():
            form = re.sub(r"\{[^}]+\}", "[^/]+", template)
            if re.fullmatch(form, path) and method.lower() in told:
                return Operation(name, template, told[method.lower()])
    return None


def mistakes_in_request(method: str, url: str, body: Any = None) -> list[str]:
    """What Amazon's model does not allow of a request."""
    parts = urlsplit(url)
    found = operation(method, parts.path)
    if found is None:
        return [f"no model has {method} {parts.path}"]
    declared = {(one["in"], one["name"]): one for one in found.told["parameters"]}
    asked = parse_qs(parts.query, keep_blank_values=True)
    wrong = [f"{name}: not a parameter" for name in asked if ("query", name) not in declared]
    for (place, name), one in declared.items():
        if place == "query" and one.get("required") and name not in asked:
            wrong.append(f"{name}: missing")
        if place == "query" and name in asked:
            wrong += [f"{name}: {said}" for said in _not_a_value(one, asked[name][0])]
        if place == "body":
            wrong += mistakes(found.model, one["schema"], body)
    return wrong


def mistakes_in_answer(method: str, path: str, status: int, body: Any) -> list[str]:
    """What Amazon's model does not allow of an answer."""
    found = operation(method, path)
    if found is None:
        return [f"no model has {method} {path}"]
    answer = found.told["responses"].get(str(status))
    if answer is None:
        return [f"{status} is no answer of {found.path}"]
    return mistakes(found.model, answer["schema"], body)


def sends_rate(method: str, path: str, status: int) -> bool:
    """Whether Amazon declares ``x-amzn-RateLimit-Limit`` for such an answer."""
    found = operation(method, path)
    headers = found.told["responses"][str(status)].get("headers", {}) if found else {}
    return "x-amzn-RateLimit-Limit" in headers


def mistakes(name: str, schema: Mapping[str, Any], value: Any) -> list[str]:
    whole = {**schema, "definitions": strict(name)}
    checker = Draft4Validator(whole, format_checker=FormatChecker())
    return [f"{'.'.join(map(str, one.path))}: {one.message}" for one in checker.iter_errors(value)]


def _not_a_value(one: Mapping[str, Any], value: str) -> list[str]:
    told = unquote(value)
    values = told.split(",") if one.get("type") == "array" else [told]
    allowed = one.get("items", one).get("enum")
    wrong = [f"{each!r} is not allowed" for each in values if allowed and each not in allowed]
    most = one.get("maxItems")
    return [*wrong, *(["too many"] if most and len(values) > most else [])]


def _objects(value: Any) -> list[dict[str, Any]]:
    """Every schema that declares properties of its own, however deep."""
    found: list[dict[str, Any]] = []
    if isinstance(value, dict):
        if isinstance(value.get("properties"), dict) and "allOf" not in value:
            found.append(value)
        for inner in value.values():
            found += _objects(inner)
    if isinstance(value, list):
        for inner in value:
            found += _objects(inner)
    return found
