"""fakeredis without its wire: a command runs at once, and a script is compiled once.

A world asks its store some thirty thousand times. Writing each command out as bytes, parsing
them again, and building every script anew took three quarters of a world's time
(2026-11-22: 5.6 s of a day under ``hell``). The commands themselves are fakeredis's own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha1
from typing import Any

from fakeredis import FakeServer
from fakeredis import _msgs as messages
from fakeredis._commands import Signature
from fakeredis._core import CommandItem
from fakeredis._core._database import Item
from fakeredis._helpers import SimpleError
from fakeredis._socket import FakeSocket
from fakeredis._socket._resp import convert_to_resp2, extract_command
from fakeredis.model import StreamEntryKey, XStream
from redis.asyncio import Redis
from redis.connection import DefaultParser

from responder.simulation.answers import ASKED_AGAIN, Answers, Command
from responder.simulation.commands import READS, REFUSALS, SHRINKS, WRITES, Plan
from responder.simulation.scripting import ScriptRuntime
from responder.simulation.short_ways import LONG_WAY, SHORT_WAYS, WHOLE, ShortWay

PLAIN = frozenset({bytes, int, type(None)})
BYTES = frozenset({bytes})


@dataclass(frozen=True, slots=True)
class _Known:
    """A command that was looked up."""

    word: str
    function: Callable[..., Any] | None
    signature: Signature
    short: ShortWay | None
    forgets: bool  # whether its short way changes what lies at its first key

    @classmethod
    def of(cls, word: str, function: Callable[..., Any] | None, signature: Signature) -> "_Known":
        return cls(word, function, signature, SHORT_WAYS.get(word), word in WRITES)


class Engine(FakeSocket):
    """Runs commands on a ``FakeServer``; ``now`` tells its time in seconds.

    ``full`` names why it takes no more writes ("oom", "misconf"), or is empty. As the real
    one, it never refuses in the middle of a script: the first write decides.
    """

    def __init__(self, fake: FakeServer, now: Callable[[], float]) -> None:
        super().__init__(fake, 0, client_class=Redis, lua_modules=set())
        self.full = ""
        self.events: list[str] = []  # types of those that were appended, until somebody takes them
        self._seconds = now
        self._errors: Any = DefaultParser(socket_read_size=1)
        self._wrote = False  # in the script that runs
        self._lua = ScriptRuntime(self._get_server_runtime(fake), self._call)
        self._table = self._lua.runtime.table_from
        self._commands: dict[bytes, _Known] = {}
        self._plans: dict[tuple[str, int], Plan] = {}
        self.answers = Answers()

    def ask(self, command: Command) -> Any:
        """The answer, every text of it as text; an error is returned, not raised."""
        known = self.answers.find(command) if command[0] in ASKED_AGAIN else None
        return self.work_out(command) if known is None else known[0]

    def work_out(self, command: Command) -> Any:
        """The answer to what is not known from before."""
        wire = encoded(command)
        answer = self.run(wire)
        if command[0] in ASKED_AGAIN and not isinstance(answer, Exception):
            lies_there = self._db._dict.get(wire[1])  # noqa: SLF001
            if lies_there is None or lies_there.expireat is None:
                self.answers.note(command, wire[1], answer)
        return answer

    def changed(self) -> None:
        """Somebody has changed what lies in the server without asking this engine."""
        self.answers.forget_all()

    def run(self, command: Sequence[bytes]) -> Any:
        """The answer, every text of it as text; an error is returned, not raised."""
        self._db.time = self._seconds()
        word = command[0]
        try:
            if word == b"EVALSHA":
                answer = self.evalsha(command[1], int(command[2]), *command[3:])
            elif word in self._commands:
                answer = self._do(self._commands[word], command[1:])
            else:
                answer = self._do(*self._learnt(command))
        except SimpleError as error:
            answer = error
        kind = type(answer)
        if kind is bytes:
            return answer.decode()
        if kind is list and PLAIN.issuperset(map(type, answer)):
            return [one.decode() if type(one) is bytes else one for one in answer]
        return answer if kind in PLAIN else decoded(self._decode_result(answer))

    def _learnt(self, command: Sequence[bytes]) -> "tuple[_Known, Sequence[bytes]]":
        """What a command is that was not asked for yet; of two words, each time."""
        name, arguments = extract_command(list(command))
        known = _Known.of(name, *self._name_to_func(name))
        if len(arguments) == len(command) - 1:
            self._commands[command[0]] = known
        return known, arguments

    def eval(self, script: bytes, numkeys: int, *rest: bytes) -> Any:
        digest = sha1(script, usedforsecurity=False).hexdigest().encode()
        self._server.script_cache[digest] = script
        return self.evalsha(digest, numkeys, *rest)

    def evalsha(self, digest: bytes, numkeys: int, *rest: bytes) -> Any:
        script = self._server.script_cache.get(digest)
        if script is None:
            raise SimpleError("NOSCRIPT No matching script. Please use EVAL.")
        server: Any = self._server
        server._lua_current_socket[0] = self  # noqa: SLF001 - fakeredis offers no other way
        self._script_resp = 2
        self._wrote = False
        try:
            said, answer = self._lua.run(digest, script, numkeys, rest)
        finally:
            self._wrote = False
            self._script_resp = None
        return answer if said else convert_to_resp2(self._convert_lua_result(answer, nested=False))

    def _call(self, name: bytes, *arguments: Any) -> Any:
        """``redis.call``: a command that a script gives."""
        known = self._commands.get(name)
        if known is None:
            word = name.decode().lower()
            known = self._commands[name] = _Known.of(word, *self._name_to_func(word))
        given: Sequence[bytes] = arguments
        if not BYTES.issuperset(map(type, arguments)):
            given = [one if type(one) is bytes else _number(one) for one in arguments]
        answer: Any = LONG_WAY
        if known.short is not None and not self.full:
            answer = known.short(self._db._dict, given)  # noqa: SLF001
        if answer is LONG_WAY:
            answer = self._do(known, given)
        elif known.forgets and given[0] in self.answers.about:
            self.answers.forget(given[0])
        kind = type(answer)
        if kind is bytes or kind is int:
            return answer
        if answer is None:
            return False
        if kind is list and PLAIN.issuperset(map(type, answer)):
            if None in answer:
                answer = [False if one is None else one for one in answer]
            return self._table(answer)
        return self._convert_redis_result(self._lua.runtime, answer)

    def _lua_redis_call(self, runtime: Any, _: Any, name: bytes, *arguments: Any) -> Any:  # noqa: ARG002
        return self._call(name, *arguments)

    def _do(self, known: "_Known", arguments: Sequence[bytes]) -> Any:
        """The answer to a command, inside a script or outside."""
        if self.full:
            self._refuse_when_full(known.word)
            self._wrote = self._wrote or known.word not in READS
        if known.short is not None:
            answer = known.short(self._db._dict, arguments)  # noqa: SLF001
            if answer is not LONG_WAY:
                if known.forgets:
                    self.answers.forget(arguments[0])
                return answer
        return self._long_way(known.function, known.signature, arguments)

    def _long_way(
        self, function: Callable[..., Any] | None, signature: Signature, arguments: Sequence[bytes]
    ) -> Any:
        """As fakeredis does it, less watching, notifying and other protocols."""
        assert function is not None
        plan = self._plans.get((signature.name, len(arguments)))
        if plan is None:
            signature.check_arity(arguments, self.version)
            plan = Plan.of(signature, len(arguments))
            self._plans[signature.name, len(arguments)] = plan
        try:
            values: list[Any] = list(arguments)
            for place, missing in plan.needed:
                if values[place] not in self._db:
                    return missing
            for place, kind in plan.converted:
                values[place] = kind.decode(values[place])
            items = [self._item(values, place, kind) for place, kind in plan.keys]
            if plan.writes:
                self._forget(signature.name, items)
            answer = function(*values)
        except SimpleError as error:
            return error
        for item in items:
            if item._modified:  # noqa: SLF001
                self._write_back(item, keep_empty=plan.keeps_empty)
        return answer if type(answer) in PLAIN else convert_to_resp2(answer)

    def _forget(self, name: str, items: list[CommandItem]) -> None:
        """Of a command that nobody thought of, nobody knows what it has changed."""
        if name not in WRITES:
            self.answers.forget_all()
        for item in items:
            self.answers.forget(item.key)

    def _item(self, values: list[Any], place: int, kind: type[Any] | None) -> CommandItem:
        """The key at ``place``, opened for the command."""
        name, database = values[place], self._db
        item = database._dict.get(name)  # noqa: SLF001
        if item is not None and item.expireat is not None and database.expired(item):
            del database[name]
            item = None
        if kind is not None and item is not None and type(item.value) is not kind:
            raise SimpleError(messages.WRONGTYPE_MSG)
        default = kind() if kind not in {None, bytes} and item is None else None
        opened = values[place] = CommandItem(name, database, item, default=default)
        return opened

    def _write_back(self, item: CommandItem, *, keep_empty: bool) -> None:
        value, database = item.value, self._db
        if not isinstance(value, bytes) and (value is None or (not value and not keep_empty)):
            database._dict.pop(item.key, None)  # noqa: SLF001
            return
        stored = database._dict.get(item.key)  # noqa: SLF001
        if stored is None:
            stored = database._dict[item.key] = Item(None)  # noqa: SLF001
        stored.value, stored.expireat = value, item.expireat
        database.schedule_expiry(item.key, item.expireat)

    def _decode_error(self, error: SimpleError) -> Any:
        return self._errors.parse_error(error.value)

    def xadd(self, key: Any, *arguments: bytes) -> Any:
        """The stream's own clock is the world's, too."""
        at = int(self._seconds() * 1000)
        place = arguments.index(b"*")
        told = dict(zip(arguments[place + 1 :: 2], arguments[place + 2 :: 2], strict=True))
        self.events.append(told[b"type"].decode())
        stream = key.value
        if not place and type(stream) is XStream:  # the usual way, without a look for options
            entry = stream.next_id(StreamEntryKey(at, 0), seq_given=False)
            if entry is not None:
                stream.add(arguments[1:], entry)
                key.update(stream)
                return entry.encode()
        return super().xadd(key, *arguments[:place], b"%d-*" % at, *arguments[place + 1 :])

    def _refuse_when_full(self, name: str) -> None:
        if name in READS or self._wrote or not self.full:
            return
        if self.full != "oom" or name not in SHRINKS:
            raise SimpleError(REFUSALS[self.full])


def _number(value: Any) -> bytes:
    if type(value) is int and -WHOLE < value < WHOLE:
        return b"%d" % value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SimpleError("ERR Lua redis lib command arguments must be strings or integers")
    return f"{value:.17g}".encode()


def encoded(command: Command) -> list[bytes]:
    return [
        part.encode() if type(part) is str else part if type(part) is bytes else str(part).encode()
        for part in command
    ]


def decoded(answer: Any) -> Any:
    """Every text of the answer as text."""
    if type(answer) is bytes:
        return answer.decode()
    if type(answer) is list:
        return [
            one.decode() if type(one) is bytes else decoded(one) if type(one) is list else one
            for one in answer
        ]
    return answer
