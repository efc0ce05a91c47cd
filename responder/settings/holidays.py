"""Public holidays by country, from the package ``holidays`` (MIT)."""

import warnings
from datetime import date

YEARS = range(2020, 2051)  # beyond them a calendar knows weekly hours only


def national_days(code: str) -> tuple[date, ...]:
    """The public holidays of ``"CN"``, or of a part of a country, ``"DE-BY"``.

    ``ValueError`` says what is allowed. Days that are worked in exchange for a
    holiday are not known: a calendar names them itself (``extra_work_days``).
    """
    import holidays  # noqa: PLC0415 - slow to load, and few need it

    country, dash, part = code.partition("-")
    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        raise ValueError(
            f'there are no holidays known for {code!r}; write an ISO country code, e.g. "CN", '
            '"DE", "US", or one with its part, "DE-BY"'
        )
    if dash and part not in known[country]:
        raise ValueError(
            f"{country} has no part {part!r}; there are {', '.join(known[country]) or 'none'}"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of years for which a country has announced nothing yet
        found = holidays.country_holidays(country, subdiv=part or None, years=YEARS)
    return tuple(sorted(found))
