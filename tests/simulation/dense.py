"""Short worlds in which much happens and much goes wrong: what tests can afford."""

from dataclasses import replace

from responder.simulation.profiles import HELL
from responder.simulation.world import Setting

DENSE = replace(
    HELL,
    name="dense",
    latest=1200,
    crossing=0.2,
    refused_later=0.15,
    kills_a_day=150,
    freezes_a_day=60,
    rollbacks_a_day=60,
    store_restarts_a_day=40,
    outages_a_day=20,
    relists_a_day=20,
)


def dense(seed: int) -> Setting:
    return Setting(seed=seed, profile=DENSE, days=0.06, accounts=3, buyers=40, poll=150)


def refunds(seed: int) -> Setting:
    """One Taobao shop whose messages show late, and whose owner answers in its own window."""
    profile = replace(DENSE, name="refunds", late=0.6, elsewhere=0.6)
    return Setting(seed=seed, profile=profile, days=0.06, accounts=1, buyers=30, poll=150)


def greeting(seed: int) -> Setting:
    """Chats say first words."""
    return replace(dense(seed), first_words=True)
