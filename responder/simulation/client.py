"""redis-py's commands and answers over an ``Engine``: everything of it but connections."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.connection import ConnectionPool
from redis.exceptions import ResponseError

from responder.simulation.answers import Command
from responder.simulation.engine import Engine

PROTOCOL: dict[str, Any] = {"protocol": 2, "decode_responses": True}


class Carrier(Protocol):
    """Takes commands to the server and brings back what it says; both ways may fail."""

    def carry(self, commands: Sequence[Command]) -> Awaitable[list[Any]]:
        """One answer for each, errors among them; raises what happens on the way."""


class Client(Redis):
    """What the store's modules are given."""

    def __init__(self, carrier: Carrier) -> None:
        super().__init__(connection_pool=ConnectionPool(**PROTOCOL))
        self._carrier = carrier
        self._understands = dict(self.response_callbacks)

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        options.pop("keys", None)  # meant for caches of clients, and for no answer
        [answer] = await self._carrier.carry([args])
        if isinstance(answer, Exception):
            raise answer
        return understood(self._understands, args, options, answer)

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:  # noqa: ARG002
        """Commands that travel together; nothing comes between them, transaction or not."""
        return _Pipe(self._carrier, self._understands)


class _Pipe(Pipeline):
    """Only remembers what it is given until it is sent: there is no connection to keep."""

    def __init__(self, carrier: Carrier, understands: Mapping[Any, Callable[..., Any]]) -> None:
        self._carrier, self._understands = carrier, understands
        self.command_stack: list[Any] = []

    def __del__(self, *_: Any) -> None:
        """There is nothing to give back."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        options.pop("keys", None)
        self.command_stack.append((args, options))
        return self

    async def execute(self, raise_on_error: bool = True) -> list[Any]:
        commands, self.command_stack = self.command_stack, []
        if not commands:
            return []
        answers = await self._carrier.carry([command for command, _ in commands])
        understands, said = self._understands, []
        for (command, options), answer in zip(commands, answers, strict=True):
            if isinstance(answer, Exception):
                if raise_on_error and isinstance(answer, ResponseError):
                    raise answer
            elif command[0] in understands:
                said.append(understands[command[0]](answer, **options))
                continue
            said.append(answer)
        return said


class Reader(BlockingRedis):
    """A look into the server that takes no time and disturbs nobody."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(**PROTOCOL)
        self._engine = engine

    def execute_command(self, *args: Any, **options: Any) -> Any:
        options.pop("keys", None)
        answer = self._engine.ask(args)
        if isinstance(answer, Exception):
            raise answer
        return understood(self.response_callbacks, args, options, answer)


def understood(
    callbacks: Mapping[Any, Callable[..., Any]],
    command: Command,
    options: Mapping[str, Any],
    answer: Any,
) -> Any:
    """The answer in the shape that redis-py promises for the command."""
    callback = callbacks.get(command[0])
    if callback is None or isinstance(answer, Exception):
        return answer
    return callback(answer, **options)
