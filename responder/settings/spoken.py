"""Says in words what is wrong with a configuration: where, and what is allowed instead."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from connectors.registry import installed
from responder.domain.advice import Advice, Trial
from responder.settings.accounts import marketplaces
from responder.settings.known_keys import not_known


def spoken(
    detail: ErrorDetails, raw: Mapping[str, Any], model: type[BaseModel], *within: str
) -> str:
    """One problem: where it is, what is wrong, what ``model`` allows. Never quotes a value."""
    where, what = _said(detail, raw, *within)
    if detail["type"] == "extra_forbidden":
        what = not_known(model, detail["loc"])
    return f"{where}: {what}"


def advised(error: ValidationError, raw: Mapping[str, Any]) -> list[Advice]:
    """What to do about an account that somebody is filling in, one sentence for each problem."""
    problems = error.errors()
    within = [one for one in problems if len(one["loc"]) > 1]
    advice = (_advice(one, raw) for one in within or problems)
    return list({str(one): one for one in advice}.values())


def _advice(detail: ErrorDetails, raw: Mapping[str, Any]) -> Advice:
    where, what = _said(detail, raw)
    match detail["type"]:
        case "missing" | "too_short" if len(detail["loc"]) == 1:
            return Advice(says=Trial.NO_TABLE)
        case "missing":
            says = Trial.MISSING
        case "extra_forbidden":
            says = Trial.UNKNOWN_KEY
        case "greater_than_equal" | "less_than_equal" if detail["loc"][-1] == "port":
            says = Trial.PORT
        case "string_too_short":
            says = Trial.EMPTY
        case _:
            given = detail["input"]
            if given != "":
                return Advice(says=Trial.WRONG, about={"key": where, "why": what})
            says = Trial.EMPTY
    return Advice(says=says, about={"key": where})


def _said(detail: ErrorDetails, raw: Mapping[str, Any], *within: str) -> tuple[str, str]:
    where = ".".join([*within, *_named(detail["loc"], raw)])
    what = detail["msg"].removeprefix("Value error, ")
    match detail["type"]:
        case "extra_forbidden":
            what = "this key is not known"
        case "string_pattern_mismatch" if where == "store.url":
            what = "write one of embedded:DIRECTORY, redis://, rediss://, redis+cluster://, redis+sentinel://"
        case "missing":
            what = "this key is missing"
        case "union_tag_invalid" | "union_tag_not_found":
            known = ", ".join(f'"{name}"' for name in marketplaces())
            rest = "".join(f"; {said}" for said in left_out())
            where, what = f"{where}.marketplace", f"write one of {known}{rest}"
        case "int_parsing" | "int_type" | "int_from_float":
            what = "write a whole number, without quotes"
        case "bool_parsing" | "bool_type":
            what = "write true or false, without quotes"
        case "string_type":
            what = "write a text in quotes"
        case "literal_error" | "enum":
            what = detail["msg"].replace("Input should be", "write one of")
    return where, what


def spoken_within(error: ValidationError, where: str, model: type[BaseModel]) -> list[str]:
    return [spoken(detail, {}, model, where) for detail in error.errors()]


def left_out() -> list[str]:
    """Connectors that other packages name and that cannot be used."""
    return [
        f"the connector {name!r} of another package is left out: {why}"
        for name, why in installed().broken.items()
    ]


def _named(place: tuple[int | str, ...], raw: Mapping[str, Any]) -> list[str]:
    """``accounts.0.imap.port`` with the account's own id where it has one."""
    parts = [str(part) for part in place]
    if len(parts) >= 2 and parts[0] == "accounts" and isinstance(place[1], int):
        entry = raw.get("accounts", [])[place[1]]
        if isinstance(entry, dict) and isinstance(entry.get("id"), str):
            parts[1] = entry["id"]
        if len(parts) > 2 and parts[2] in marketplaces():
            del parts[2]  # the name of the union's branch
    return parts
