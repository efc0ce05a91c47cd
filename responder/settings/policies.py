"""``sla.toml``: a table for each policy."""

from typing import Literal

from pydantic import model_validator

from responder.domain.sla import SlaPolicy
from responder.settings.accounts import Table
from responder.settings.values import Duration, Warning_


class PolicyTable(Table):
    respond_within: Duration
    warn_at: tuple[Warning_, ...] = ()
    calendar: Literal["always"] = "always"  # weekends and holidays count

    @model_validator(mode="after")
    def _warnings_rise(self) -> "PolicyTable":
        self.policy("")
        return self

    def policy(self, name: str) -> SlaPolicy:
        return SlaPolicy(name, self.respond_within, self.warn_at)
