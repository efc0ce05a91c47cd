"""What the engine knows of commands: which read, which write, and how their arguments are read."""

from dataclasses import dataclass
from typing import Any

from fakeredis import _msgs as messages
from fakeredis._commands import Key, Signature

# What a full store still does: reading, and (where it is memory that is full) whatever shrinks it.
READS = frozenset(
    (  # noqa: SIM905 - a list of words
        "get exists hget hmget hgetall hkeys hlen hexists llen lrange lindex smembers sismember "
        "scard zrange zrangebyscore zrevrange zscore zmscore zcard zcount zrank xrange xrevrange "
        "xlen type ttl pttl keys ping evalsha eval"
    ).split()
)
# Writes that change nothing but the keys that they name as such.
WRITES = frozenset(
    (  # noqa: SIM905 - a list of words
        "zadd zrem zincrby zremrangebyscore hset hsetnx hdel hincrby rpush lpush lset lrem ltrim "
        "sadd srem set setnx del unlink expire pexpire pexpireat persist xadd xtrim"
    ).split()
)
SHRINKS = frozenset({"del", "unlink", "hdel", "zrem", "srem", "lpop", "zremrangebyscore", "xtrim"})
REFUSALS = {
    "oom": "OOM command not allowed when used memory > 'maxmemory'.",
    "misconf": "MISCONF Errors writing to the AOF file: No space left on device",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How a command's arguments are read, for so many of them."""

    needed: tuple[tuple[int, Any], ...]  # a key at this place, else this is the answer
    converted: tuple[tuple[int, Any], ...]
    keys: tuple[tuple[int, type[Any] | None], ...]
    keeps_empty: bool
    writes: bool

    @classmethod
    def of(cls, signature: Signature, count: int) -> "Plan":
        fixed, repeat = signature.fixed, signature.repeat
        kinds: list[Any] = [*fixed]
        kinds += [repeat[place % len(repeat)] for place in range(count - len(fixed))]
        keys = [(place, kind) for place, kind in enumerate(kinds) if isinstance(kind, Key)]
        return cls(
            needed=tuple(
                (place, key.missing_return)
                for place, key in keys
                if key.missing_return is not Key.UNSPECIFIED
            ),
            converted=tuple(
                (place, kind)
                for place, kind in enumerate(kinds)
                if kind is not bytes and not isinstance(kind, Key)
            ),
            keys=tuple((place, key.type_) for place, key in keys),
            keeps_empty=messages.FLAG_LEAVE_EMPTY_VAL in signature.flags,
            writes=signature.name not in READS,
        )
