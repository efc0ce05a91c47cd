"""The plan of what goes wrong in a world, and when."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from responder.domain.sla import SlaPolicy
from responder.simulation.amazon import AmazonShop
from responder.simulation.daemon import Machine
from responder.simulation.server import FSYNC_EVERY, Owner
from responder.simulation.stand_ins import MOVE, stand_in
from responder.simulation.world import OTHERS, WARNINGS, Promised, World

LONG = 6 * 3600.0  # seconds
A_SECOND = 1.0
SAME_DEADLINE = 0.4  # of the promises that change
QUIET_HOURS = 0.97  # of the time; then no new fault begins
# A death is aimed at the moment after one of these, half of the time.
TARGETS = ("ingest", "attempt", "announce", "draft", "sent", "claim", "unattempt", "finish_alerts")
# A freeze: where a lease is held, or an attempt is written down and not yet made.
STANDSTILLS = ("attempt", "attempt", "claim")
# A loss is aimed at what one of these writes; mostly.
LOSSES = (
    "ingest",
    "attempt",
    "attempt",
    "sent",
    "announce",
    "approve",
    "draft",
    "returned",
    "claim",
)
MOVES = (MOVE,) * 4  # where shops write first, all three are aimed at these, too


def _also(world: World, scripts: Sequence[str]) -> Sequence[str]:
    return (*scripts, *MOVES) if world.setting.proactive else scripts


def plan_trouble(world: World) -> None:
    """Set the timers of every fault that the profile counts by the day."""
    profile = world.profile
    _often(world, "kill", profile.kills_a_day, lambda dice: _kill(world, dice))
    _often(world, "restart", profile.store_restarts_a_day, lambda dice: _restart(world, dice))
    _often(world, "rollback", profile.rollbacks_a_day, lambda dice: _roll_back(world, dice))
    _often(world, "step", profile.clock_steps_a_day, lambda dice: _step(world, dice))
    _often(world, "outage", profile.outages_a_day, lambda dice: _weather(world, dice, "out"))
    _often(world, "storm", profile.storms_a_day, lambda dice: _weather(world, dice, "storm"))
    _often(world, "token", profile.dead_tokens_a_day, lambda dice: _weather(world, dice, "token"))
    _often(world, "long", profile.long_outages_a_day, lambda dice: _weather(world, dice, "long"))
    _often(world, "skew", profile.skews_a_day, lambda dice: _weather(world, dice, "skew"))
    _often(world, "freeze", profile.freezes_a_day, lambda dice: _freeze(world, dice))
    _often(world, "stand-in", profile.stand_ins_a_day, lambda dice: stand_in(world, dice))
    _often(world, "full", profile.full_a_day, lambda dice: _fill(world, dice))
    _often(world, "move", profile.moves_a_day, lambda dice: _move(world, dice))
    _often(world, "settings", profile.settings_a_day, lambda dice: _promise(world, dice))
    _often(world, "relist", profile.relists_a_day, lambda dice: _relist(world, dice))


def _often(world: World, name: str, a_day: float, act: Callable[[Random], None]) -> None:
    dice = world.dice(name)
    count = a_day * world.setting.days
    whole = int(count) + (dice.random() < count % 1)
    for _ in range(whole):
        world.time.loop.call_later(dice.uniform(60, world.end * QUIET_HOURS), act, dice)


def _kill(world: World, dice: Random) -> None:
    machine = dice.choice(world.machines)
    back_in = dice.choice((0.5, 5, 120)) * (0.2 + dice.random())
    loop = world.time.loop

    def die() -> None:
        if machine.up_since is not None:
            machine.kill()
            loop.call_later(back_in, machine.start)

    if dice.random() < 0.5 or machine.line is None:
        die()
    else:
        _aim(world, machine, (dice, _also(world, TARGETS)), die)


def _aim(
    world: World, machine: Machine, at: tuple[Random, Sequence[str]], act: Callable[[], None]
) -> None:
    """Act right after a certain script has run, before its answer is read or a moment later."""
    dice, scripts = at
    target, wait = dice.choice(scripts), dice.choice((0.0, 0.0, 0.001, 0.1, 1.5))

    def ran(owner: Owner, name: str) -> bool:
        hit = owner == machine.owner and name == target
        if hit:
            world.time.loop.call_later(wait, act)
        return hit

    world.server.after.append(ran)


def _freeze(world: World, dice: Random) -> None:
    """A machine stands still in the middle of its work, longer than some leases, and goes on."""
    machine = dice.choice(world.machines)
    aimed = dice.random() < 0.7 and machine.line is not None
    seconds = dice.uniform(100, 300) if aimed else dice.uniform(5, 60)

    def freeze() -> None:
        if machine.line is not None and machine.up_since is not None:
            now = world.time.loop.time()
            machine.line.frozen_until = now + seconds
            world.ledger.note(f"{machine.owner} freezes for {seconds:.0f} s")
            world.ledger.troubles.append((now, machine.owner))
            world.ledger.troubles.append((now + seconds, machine.owner))
            machine.freezes.append((now, now + seconds))

    if aimed:
        _aim(world, machine, (dice, _also(world, STANDSTILLS)), freeze)
    else:
        freeze()


def _restart(world: World, dice: Random) -> None:
    if world.server.up:
        world.ledger.note("the store restarts")
        world.server.die(lose=False)
        world.ledger.troubles.append((world.time.loop.time(), "store"))
        world.time.loop.call_later(dice.choice((0.2, 3, 40)), come_back, world)


def _roll_back(world: World, dice: Random) -> None:
    """The server dies, and what it wrote in its last moments is gone; mostly a certain script."""
    target = dice.choice((*_also(world, LOSSES), ""))
    if not target:
        _lose_from_now(world, dice)
        return

    def before(_: Owner, name: str) -> bool:
        if name == target:
            _lose_from_now(world, dice)
        return name == target

    world.server.before.append(before)


def _lose_from_now(world: World, dice: Random) -> None:
    loop, server = world.time.loop, world.server
    since = loop.time()

    def die() -> None:
        if server.up and not server.syncing:
            server.die(lose=True)
            world.ledger.lost(since)
            world.ledger.troubles.append((loop.time(), "store"))
            loop.call_later(dice.choice((0.2, 0.6, 5, 60)), come_back, world)

    if server.syncing and server.up:
        server.stop_syncing()
        loop.call_later(FSYNC_EVERY.total_seconds() * dice.choice((0.02, 0.5, 1)), die)


def come_back(world: World) -> None:
    """The server is there again; no event tells what it has lost.

    A daemon looks at its queues each second, whatever it hears. One of a world does so when that
    second can show something.
    """
    world.server.come_back()
    for machine in world.machines:
        world.time.loop.call_later(A_SECOND, machine.ring_all)


def _step(world: World, dice: Random) -> None:
    machine = dice.choice(world.machines)
    most = world.profile.clock_off
    _set_clock(world, machine, round(dice.uniform(-most, most), 3))
    world.time.loop.call_later(dice.choice((10, 900, 9000)), _set_clock, world, machine, 0.0)


def _set_clock(world: World, machine: Machine, ahead: float) -> None:
    """Let the clock of ``machine`` be so many seconds ahead of the true time, or behind."""
    now = world.time.loop.time()
    machine.clock.off = timedelta(seconds=ahead)
    machine.steps.append((now, ahead))
    world.ledger.note(f"the clock of {machine.name} is off by {ahead} s")
    world.ledger.troubles.append((now, "clock"))
    world.time.loop.call_later(A_SECOND, machine.ring_all)


def _weather(world: World, dice: Random, kind: str) -> None:
    name = dice.choice(sorted(world.weather))
    weather, now = world.weather[name], world.time.loop.time()
    until = now + (LONG if kind == "long" else dice.choice((60, 600, 7200)) * dice.random())
    world.ledger.note(f"{name}: {kind} until {until:.0f}")
    if kind in {"out", "long"}:
        weather.out_until = until
    elif kind == "storm":
        weather.storm_until = until
    elif kind == "skew":
        weather.skewed_until = until
    else:
        weather.token_dead_until = until


def _fill(world: World, dice: Random) -> None:
    """The store has no room for a while: memory, or the disk under its log."""
    server, loop = world.server, world.time.loop
    if server.engine.full:
        return
    why = dice.choice(("oom", "misconf"))
    world.ledger.note(f"the store is full: {why}")
    world.ledger.troubles.append((loop.time(), "store"))
    server.fill(why)

    def room() -> None:
        world.ledger.note("the store has room again")
        world.ledger.troubles.append((loop.time(), "store"))
        server.fill("")

    loop.call_later(dice.choice((2, 20, 90)) * (0.2 + dice.random()), room)


def _move(world: World, dice: Random) -> None:
    markets = [one for one in world.markets.values() if isinstance(one, AmazonShop)]
    if markets:
        dice.choice(markets).move(dice.choice((60, 3600)) * dice.random())


def _relist(world: World, dice: Random) -> None:
    name = dice.choice(sorted(world.markets))
    world.ledger.note(f"{name}: listed anew")
    world.markets[name].relist()


def _promise(world: World, dice: Random) -> None:
    """The owner promises something else, and has the daemons start anew, one after the other."""
    name, loop = dice.choice(sorted(world.markets)), world.time.loop
    policy, at = _another(world.policies[name], dice), loop.time()
    for machine in world.machines:
        loop.call_later(at - loop.time(), _start_anew, machine)
        at += dice.choice((0.0, 1.0, 60.0, 600.0))
    world.ledger.note(f"{name}: the promise is {policy.name} now, and known until {at:.0f}")
    world.promises[name].append(Promised(loop.time(), at, policy))


def _another(policy: SlaPolicy, dice: Random) -> SlaPolicy:
    """Another promise, or the same one with other warnings before its deadline."""
    if dice.random() < SAME_DEADLINE:
        warnings = dice.choice([one for one in WARNINGS if one != policy.warnings])
        return replace(policy, warnings=warnings)
    return dice.choice([one for one in OTHERS if one != policy])


def _start_anew(machine: Machine) -> None:
    """One that is down will start with the new configuration by itself."""
    if machine.up_since is not None:
        machine.kill()
        machine.start()
