"""Runs the store's scripts: one call there, one answer back.

Every value that crosses between Python and Lua costs a call: so keys and arguments go over
together with the script, and a plain answer comes back as plain values (2026-11-22: a third of
what a script costs was wrapping its tables).
"""

from collections.abc import Callable, Sequence
from typing import Any

MOST = 4000  # arguments that go over one by one; Lua's stack has room for twice as many

ANSWERED = b"""
local unpack, select, type = unpack, select, type

local function answered(script)
    local answer = script()
    if type(answer) ~= "table" or answer.ok or answer.err or answer.double or answer.map then
        return false, answer
    end
    local size = 0
    while answer[size + 1] ~= nil do
        size = size + 1
        if type(answer[size]) == "table" or size > 4000 then
            return false, answer
        end
    end
    return true, unpack(answer, 1, size)
end

local function given(script, count, ...)
    local all = {...}
    KEYS, ARGV = {unpack(all, 1, count)}, {unpack(all, count + 1, select("#", ...))}
    return answered(script)
end

local function wrapped(script, keys, arguments)
    KEYS, ARGV = keys, arguments
    return answered(script)
end

return given, wrapped
"""


class ScriptRuntime:
    """A server's Lua runtime, for one caller: ``call`` is what ``redis.call`` does."""

    def __init__(self, runtime: Any, call: Callable[..., Any]) -> None:
        self.runtime = runtime
        runtime.globals()[b"redis"][b"call"] = call
        self._given, self._wrapped = runtime.execute(ANSWERED)
        self._compiled: dict[bytes, Any] = {}

    def run(
        self, digest: bytes, script: bytes, count: int, rest: Sequence[bytes]
    ) -> tuple[bool, Any]:
        """What ``script`` says: True and a list of plain values, or False and whatever it is."""
        compiled = self._compiled.get(digest)
        if compiled is None:
            compiled = self._compiled[digest] = self.runtime.compile(script)
        if len(rest) <= MOST:
            said = self._given(compiled, count, *rest)
        else:
            wrap = self.runtime.table_from
            said = self._wrapped(compiled, wrap(rest[:count]), wrap(rest[count:]))
        plain, *answer = said if type(said) is tuple else (said,)
        if not plain:
            return False, answer[0] if answer else None
        return True, [one if type(one) is bytes else _plain(one) for one in answer]


def _plain(value: Any) -> Any:
    """As a client reads it: numbers are whole, true is one, false is nothing."""
    if type(value) is int:
        return value
    if type(value) is bool:
        return 1 if value else None
    return int(value) if type(value) is float else value
