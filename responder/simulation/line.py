"""One process's way to the store's server: it takes time, is cut, held up, and loses answers."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from math import inf
from typing import Any

from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import TimeoutError as TimedOut

from responder.simulation.answers import ASKED_AGAIN, Command
from responder.simulation.client import Client
from responder.simulation.records import LostAnswer
from responder.simulation.server import SCRIPTS, Server
from responder.store.connect import SOCKET_TIMEOUT

LATEST = 60.0  # seconds; a line that was away delivers what lies in its buffers

Answers = asyncio.Future[list[Any]]


class Line:
    """One process's way to the server; cut for ever when the process dies."""

    def __init__(self, server: Server, owner: str) -> None:
        self.server = server
        self.owner = owner
        self.dead = False
        self.frozen_until = 0.0
        self._held: list[Callable[[], None]] = []  # until ``go_on``
        self.redis = Client(self)
        self._random, self._after = server.dice.random, server.time.loop.call_after

    def carry(self, commands: Sequence[Command]) -> Answers:
        """There, and back: the commands have run whatever happens on the way back."""
        return _Trip(self, commands).answers

    def later(self, step: Callable[[], None]) -> None:
        """How long the way takes, one way."""
        self._after(0.0001 + 0.0019 * self._random(), step)

    def thaws(self, step: Callable[[], None]) -> bool:
        """Whether ``step`` has to wait, because the process stands still; it is taken then."""
        loop = self.server.time.loop
        frozen = self.frozen_until - loop.time()
        if frozen == inf:
            self._held.append(step)
        elif frozen > 0:
            loop.call_later(frozen, step)
        return frozen > 0

    async def while_frozen(self) -> None:
        """Return when the process can go on."""
        going_on = self.server.time.loop.create_future()
        if self.thaws(partial(_go_on, going_on)):
            await going_on

    @property
    def is_still(self) -> bool:
        """Whether it waits for ``go_on``."""
        return self.frozen_until == inf

    def stand_still(self) -> None:
        """Nothing goes there or comes back any more until ``go_on``.

        Only the lines of a process stand still: its timers go on, and what they lead to waits here.
        """
        self.frozen_until = inf

    def go_on(self) -> None:
        """Take every step that had to wait."""
        self.frozen_until, held, self._held = 0.0, self._held, []
        for step in held:
            step()

    def lost_an_answer(self, commands: Sequence[Command]) -> None:
        """The process cannot know whether the server has run what it was asked."""
        server = self.server
        asked = tuple(server.names(one) if one[0] in SCRIPTS else one[0] for one in commands)
        lost = LostAnswer(owner=self.owner, asked=asked, at=server.time.loop.time())
        server.lost_answers.append(lost)

    def lost(self) -> Disconnected | None:
        """Why nothing gets through, if nothing does."""
        if self.dead:
            return Disconnected("this process is dead")
        if not self.server.up:
            return Disconnected("the store does not answer")
        return None


def _go_on(waiting: "asyncio.Future[None]") -> None:
    if not waiting.done():
        waiting.set_result(None)


class _Trip:
    """Commands on their way to the server, and what it said on its way back."""

    __slots__ = ("_commands", "_deaths", "_line", "_said", "answers")

    def __init__(self, line: Line, commands: Sequence[Command]) -> None:
        self._line, self._commands = line, commands
        self._said: list[Any] = []
        self.answers: Answers = line.server.time.loop.create_future()
        line.later(self._arrive)

    def _arrive(self) -> None:
        """Nothing leaves one who stands still or is dead, nor for a server that is down."""
        line = self._line
        if self.answers.done() or (line.frozen_until and line.thaws(self._arrive)):
            return
        lost = line.lost()
        if lost is not None:
            self.answers.set_exception(lost)
        elif self._is_late():
            self._hold_up()
        else:
            self._run()

    def _is_late(self) -> bool:
        server = self._line.server
        rate, writes = server.scripts_late, self._commands[0][0] in SCRIPTS
        return writes and rate > 0 and server.dice.random() < rate

    def _hold_up(self) -> None:
        """It has left, and arrives later, as by a line that was away for a while."""
        server = self._line.server
        self._deaths = server.deaths
        wait = server.time.loop.call_after
        wait(SOCKET_TIMEOUT, self._give_up)
        wait(LATEST * server.dice.random(), self._arrive_late)

    def _give_up(self) -> None:
        """Whoever stands still hears of it when he goes on."""
        if not self.answers.done() and not self._line.thaws(self._give_up):
            self._line.lost_an_answer(self._commands)
            self.answers.set_exception(TimedOut("Timeout reading from the socket"))

    def _arrive_late(self) -> None:
        """Whatever has become of the asker, as long as the server's end of the line lives."""
        server = self._line.server
        if server.up and self._deaths == server.deaths:
            self._run()

    def _run(self) -> None:
        """Whoever still waits is told what came of it."""
        try:
            self._take_steps()
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            if not self.answers.done():
                self.answers.set_exception(error)
        else:
            self._line.later(self._come_back)

    def _take_steps(self) -> None:
        line, server = self._line, self._line.server
        known, said = server.engine.answers.find, self._said
        scripts = []
        for command in self._commands:
            word = command[0]
            answer = known(command) if word in ASKED_AGAIN else None
            said.append(server.run(command, line.owner) if answer is None else answer[0])
            if word in SCRIPTS:
                scripts.append((command, said[-1]))
        self._deaths = server.deaths
        for command, answer in scripts:
            if not isinstance(answer, Exception):
                server.on_ran(line.owner, command, answer)
                if server.after:
                    server.call(server.after, line.owner, command)

    def _come_back(self) -> None:
        line = self._line
        if self.answers.done() or (line.frozen_until and line.thaws(self._come_back)):
            return
        server = line.server
        lost = line.lost()
        if lost is None and self._deaths != server.deaths:
            lost = Disconnected("the store died before it answered")
        if lost is None and server.answer_lost and server.dice.random() < server.answer_lost:
            line.lost_an_answer(self._commands)
            lost = Disconnected("the answer was lost")
        if lost is None:
            self.answers.set_result(self._said)
        else:
            self.answers.set_exception(lost)
