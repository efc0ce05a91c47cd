"""From ``[[alerts]]`` to channels: what they may, and the way to each."""

from dataclasses import replace

from responder.alerts.channels import Channels, Way, is_webhook, way_of
from responder.alerts.hearts import Heart
from responder.alerts.links import Links
from responder.alerts.rules import Channel, Quiet, Team
from responder.alerts.webhook import signs
from responder.clock import Clock
from responder.errors import ConfigError
from responder.settings import Loaded
from responder.settings.alerts import AlertTable, name_of

SHORTEST_SECRET = 16  # characters


def channels(loaded: Loaded, clock: Clock, key: bytes) -> Channels:
    """The channels of the configuration. ``ConfigError`` names each URL that is none.

    ``key`` signs the links by which alerts are acknowledged.
    """
    settings, problems = loaded.settings, list[str]()
    links = Links(console_url(loaded), key)
    rules: list[Channel] = []
    ways: dict[str, Way] = {}
    for place, alert in enumerate(settings.alerts):
        rule = _rule(name_of(alert, place), alert)
        secret = alert.secret.get_secret_value() if alert.secret else ""
        for number, url in enumerate(alert.urls):
            text = url.get_secret_value()
            way = way_of(text, secret, clock=clock, links=links)
            where = f"{loaded.directory / 'responder.toml'}: alerts.{alert.name or place}"
            if wrong := _trouble(text, secret, way, number):
                problems.append(f"{where}.{wrong}")
            elif way is not None:
                several = len(alert.urls) > 1
                own = replace(rule, id=f"{rule.name}.{number}" if several else rule.name)
                rules.append(own)
                ways[own.id] = way
    if problems:
        raise ConfigError(problems)
    teams = [
        Team(name=team.name, members=frozenset(team.members), accounts=frozenset(team.accounts))
        for team in settings.teams
    ]
    return Channels(rules, ways, clock=clock, links=links, teams=teams)


def _trouble(url: str, secret: str, way: Way | None, number: int) -> str:
    """What is wrong with a URL of a table, after its key; "" for nothing."""
    if way is None:
        return (
            f"urls.{number}: no channel has this form: write an apprise URL "
            "(https://github.com/caronc/apprise/wiki), or the http:// or https:// address "
            "of a webhook of yours"
        )
    if is_webhook(url) and len(secret) < SHORTEST_SECRET:
        return (
            f"secret: the webhook urls.{number} needs one of {SHORTEST_SECRET} "
            "characters or more, to sign what it is sent"
        )
    if is_webhook(url) and not signs(secret):
        return "secret: write base64 behind whsec_, or leave that out"
    return ""


def console_url(loaded: Loaded) -> str:
    """Under which address people reach the console."""
    table = loaded.settings.console
    return table.public_url.rstrip("/") or f"http://{table.host}:{table.port}"


def tables(loaded: Loaded) -> dict[str, str]:
    """The ``[[alerts]]`` table of each channel."""
    found = {}
    for place, alert in enumerate(loaded.settings.alerts):
        name = name_of(alert, place)
        several = len(alert.urls) > 1
        for number in range(len(alert.urls)):
            found[f"{name}.{number}" if several else name] = name
    return found


def hearts(loaded: Loaded) -> list[Heart]:
    """The addresses that are pinged while all is well."""
    return [
        Heart(
            name=name_of(alert, place),
            url=alert.heartbeat.get_secret_value(),
            every=alert.heartbeat_every,
            channels=tuple(
                channel
                for channel, table in tables(loaded).items()
                if table == name_of(alert, place)
            ),
        )
        for place, alert in enumerate(loaded.settings.alerts)
        if alert.heartbeat
    ]


def _kinds(alert: AlertTable) -> frozenset[str]:
    """Whoever is told that an account is down is told before it is."""
    early = {"account_warning"} if "account_down" in alert.at else set()
    return frozenset({*alert.at, *early})


def _rule(name: str, alert: AlertTable) -> Channel:
    hours = alert.quiet()
    return Channel(
        id=name,
        name=name,
        kinds=_kinds(alert),
        accounts=frozenset(alert.accounts),
        teams=frozenset(alert.teams),
        merge=alert.merge,
        quiet=Quiet(hours, frozenset(alert.quiet_except)) if hours else None,
        escalate_after=alert.escalate_after,
        escalate_to=alert.escalate_to,
        language=alert.language,
        zone=alert.zone,
    )
