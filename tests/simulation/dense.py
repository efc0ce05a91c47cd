"""Short worlds in which much happens and much goes wrong: what tests can afford."""

from dataclasses import replace

from responder.simulation.profiles import CALM, HELL
from responder.simulation.setting import Setting

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
    moves_a_day=100,
    unheard=0.1,
    settings_a_day=20,
    slow_draft=0.1,
)


def dense(seed: int) -> Setting:
    return Setting(seed=seed, profile=DENSE, days=0.06, accounts=3, buyers=40, poll=150)


def unaided(seed: int) -> Setting:
    """Without a census: everything must come in by itself, and nothing is lost on the way."""
    profile = replace(DENSE, name="unaided", unheard=0, moves_a_day=0)
    return replace(dense(seed), profile=profile, census=False)


def forgetful(seed: int) -> Setting:
    """What is closed is soon purged: much comes to light when its thread is gone."""
    return replace(dense(seed), keep_closed=300)


def forgetful_day(seed: int) -> Setting:
    return Setting(seed=seed, profile=HELL, keep_closed=3600)


def refunds(seed: int) -> Setting:
    """One Taobao shop whose messages show late, and whose owner answers in its own window."""
    profile = replace(DENSE, name="refunds", late=0.6, elsewhere=0.6, unheard=0)
    return Setting(
        seed=seed, profile=profile, days=0.06, accounts=1, buyers=30, poll=150, census=False
    )


def proactive(seed: int) -> Setting:
    """Shops write first about orders, and the store and its daemons fail all the time."""
    profile = replace(DENSE, name="proactive", maybe_done=0.1, rollbacks_a_day=150)
    return replace(dense(seed), profile=profile, proactive=True)


def greeting(seed: int) -> Setting:
    """Chats say first words."""
    return replace(dense(seed), first_words=True)


def improving(seed: int) -> Setting:
    """A language model writes better drafts while agents are at work."""
    return replace(dense(seed), model=True)


def promising(seed: int) -> Setting:
    """A calm world but for the owner, who promises something else again and again."""
    profile = replace(CALM, name="promising", settings_a_day=150)
    return replace(dense(seed), profile=profile, buyers=250)


def warned_otherwise(seed: int) -> Setting:
    """A calm day of an owner who promises something else all the time, also while nobody works."""
    profile = replace(CALM, name="warned otherwise", settings_a_day=60)
    return Setting(seed=seed, profile=profile, accounts=2, buyers=40)


def interrupted(seed: int) -> Setting:
    """Many buyers who write on while order facts and better drafts are waited for."""
    profile = replace(CALM, name="interrupted", crossing=0.9, slow_draft=0.3)
    return replace(improving(seed), profile=profile, buyers=120)


def held_up(seed: int) -> Setting:
    """A calm day but for the way: of the writes that are called lost, most arrive after all."""
    profile = replace(CALM, name="held up", maybe_done=0.3, belated=0.6)
    return Setting(seed=seed, profile=profile)


def looked_for_elsewhere(seed: int) -> Setting:
    """Shops so busy that what one daemon attempted another looks for; most attempts are lost."""
    profile = replace(CALM, name="elsewhere", maybe_done=0.6, belated=0.5)
    return replace(dense(seed), profile=profile, accounts=1, buyers=60)


def memos(seed: int) -> Setting:
    """One Taobao shop that writes on its orders; much of it is stored after TOP has given it up."""
    profile = replace(CALM, name="memos", stored_late=0.3)
    return replace(proactive(seed), profile=profile, accounts=1)


def taken_over(seed: int) -> Setting:
    """A calm world, but who lets words about orders leave stands still until another does."""
    profile = replace(CALM, name="taken over", stand_ins_a_day=100)
    return replace(proactive(seed), profile=profile)


def reply_taken_over(seed: int) -> Setting:
    """The same for replies: there are none of those words."""
    return replace(taken_over(seed), proactive=False)


def crowded(seed: int) -> Setting:
    """A calm Taobao shop with so many buyers that late orders are talked about in open refunds."""
    return replace(memos(seed), profile=CALM, buyers=150)


def stored_late(seed: int) -> Setting:
    """The same, and most of what TOP gives up it stores a little later."""
    profile = replace(CALM, name="stored late", stored_late=0.8)
    return replace(crowded(seed), profile=profile)
