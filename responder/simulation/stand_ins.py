"""A daemon that stands still in the middle of its work, just until another has taken that over.

By chance the two meet in one world of hundreds: minutes of standing still end within the second
in which the other one waits for the marketplace.
"""

from dataclasses import dataclass
from random import Random

from responder.simulation.daemon import Machine
from responder.simulation.line import Line
from responder.simulation.server import Owner
from responder.simulation.world import World

MOVE = "move_outreach"
LONGEST = 900.0  # seconds; then it goes on, whoever has its work
AFTERWARDS = (0.0, 0.0, 0.1, 0.5)  # seconds from the other one's attempt


def stand_in(world: World, dice: Random) -> None:
    """Let a machine stand still where it has next written down that something leaves.

    One at a time: somebody must be left to take over.
    """
    machine = dice.choice(world.machines)

    def begins(owner: Owner, name: str) -> bool:
        line = machine.line
        if line is None or owner != line.owner:
            return False
        alone = any(one.line is not None and one.line.is_still for one in world.machines)
        leaves = "" if alone else _leaving(world, name)
        if leaves:
            _StandIn(world, machine, line, leaves, dice.choice(AFTERWARDS)).begin()
        return bool(leaves)

    world.server.after.append(begins)


@dataclass(slots=True)
class _StandIn:
    world: World
    machine: Machine
    line: Line
    leaves: str  # the reply, or the words about an order, that it was about to let leave
    wait: float
    begun: float = 0.0
    over: bool = False

    def begin(self) -> None:
        world, loop = self.world, self.world.time.loop
        self.begun = loop.time()
        world.ledger.note(f"{self.line.owner} stands still until another lets {self.leaves} leave")
        world.ledger.troubles.append((self.begun, self.line.owner))
        self.line.stand_still()
        loop.call_soon(world.server.after.append, self._is_over)
        loop.call_later(LONGEST, self._end)

    def _is_over(self, owner: Owner, name: str) -> bool:
        """Whether somebody else lets the same leave, or it goes on anyway."""
        if owner != self.line.owner and _leaving(self.world, name) == self.leaves:
            self.world.time.loop.call_later(self.wait, self._end)
            return True
        return self.over

    def _end(self) -> None:
        if not self.over:
            self.over, now = True, self.world.time.loop.time()
            self.machine.freezes.append((self.begun, now))
            self.world.ledger.note(f"{self.line.owner} goes on")
            self.world.ledger.troubles.append((now, self.line.owner))
            self.line.go_on()


def _leaving(world: World, script: str) -> str:
    """What ``script`` has just written down that it leaves; "" for nothing."""
    now, ledger = world.time.loop.time(), world.ledger
    match script:
        case "attempt":
            tried = ((reply, attempts[-1][0]) for reply, attempts in ledger.attempts.items())
            return next((reply for reply, at in tried if at == now), "")
        case "move_outreach":
            return next((words for words, at in ledger.unasked.attempted.items() if at == now), "")
        case _:
            return ""
