"""The store in a box: the answers of fakeredis, and how a full server refuses."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from fakeredis import FakeServer, FakeStrictRedis
from redis.exceptions import NoScriptError, ResponseError

from responder.simulation.client import Reader
from responder.simulation.engine import Engine

SCRIPT = """
local left = redis.call("ZRANGE", KEYS[1], 0, 0, "WITHSCORES")
redis.call("HSET", KEYS[2], "seen", left[2] or "none", "n", #left)
return {redis.call("HGET", KEYS[2], "seen"), redis.call("HLEN", KEYS[2]), false, 7}
"""


@pytest.fixture
def engine() -> Engine:
    return Engine(FakeServer(version=(7,)), lambda: 1_000.0)


@pytest.fixture
def reader(engine: Engine) -> Iterator[Reader]:
    with Reader(engine) as reader:
        yield reader


def test_commands_answer_as_fakeredis_does_over_its_wire(reader: Reader) -> None:
    plain = FakeStrictRedis(
        server=FakeServer(version=(7,)), version=(7,), protocol=2, decode_responses=True
    )
    dice = Random(1)
    for number in range(6_000):
        command = _command(dice, number)
        said, wanted = _answer(reader, command), _answer(plain, command)
        assert said == wanted, command


def _command(dice: Random, number: int) -> tuple[str | int, ...]:
    key, member = f"k{dice.randrange(4)}", f"m{dice.randrange(5)}"
    return dice.choice(
        [
            ("ZADD", f"z{key}", dice.randrange(50), member),
            ("ZADD", f"z{key}", "NX", dice.randrange(50), member),
            ("ZREM", f"z{key}", member),
            ("ZRANGE", f"z{key}", 0, -1, "WITHSCORES"),
            ("ZRANGE", f"z{key}", "-inf", 30, "BYSCORE", "LIMIT", 0, 2),
            ("ZSCORE", f"z{key}", member),
            ("HSET", f"h{key}", member, number),
            ("HDEL", f"h{key}", member),
            ("HMGET", f"h{key}", member, "m1"),
            ("HGETALL", f"h{key}"),
            ("HINCRBY", f"h{key}", "count", 1),
            ("HINCRBY", f"h{key}", member, str(dice.choice([2, -3, "007", "x"]))),
            ("HSETNX", f"h{key}", member, number),
            ("HSET", f"h{key}", member, number, "count", number, "m1", "x"),
            ("HDEL", f"h{key}", *(f"m{one}" for one in range(5)), "count", "seen", "n"),
            ("HGET", f"h{key}", member),
            ("HGET", f"h{key}"),
            ("ZADD", f"z{key}", str(dice.choice([7, 7.5, "1e3", "inf", "-2", "x"])), member),
            ("ZREM", f"z{key}", member, "m1"),
            ("ZRANGE", f"z{key}", 0, 0),
            ("ZRANGE", f"z{key}", 0, 0, "WITHSCORES"),
            ("ZRANGE", f"z{key}", 0, 0, "REV"),
            ("ZRANGE", f"z{key}", "-inf", "30", "BYSCORE", "LIMIT", 0, -1),
            ("ZRANGE", f"z{key}", "-inf", 30, "BYSCORE", "LIMIT", 1, 2),
            ("ZRANGE", f"z{key}", "-inf", 30, "BYSCORE", "LIMIT", 0, 2, "WITHSCORES"),
            ("ZRANGE", f"z{key}", "-inf", 30, "BYSCORE"),
            ("ZRANGE", f"z{key}", "-inf", "+inf", "BYSCORE", "LIMIT", 0, 3, "WITHSCORES"),
            ("ZRANGE", f"z{key}", "-inf", "-inf", "BYSCORE", "LIMIT", 0, 3, "WITHSCORES"),
            ("ZADD", f"z{key}", "XX", dice.randrange(50), member),
            ("ZADD", f"z{key}", "NX", dice.randrange(50), member, dice.randrange(50), "m1"),
            ("ZADD", f"z{key}", "NX"),
            ("ZCOUNT", f"z{key}", "-inf", dice.randrange(50)),
            ("ZCOUNT", f"z{key}", "-inf", f"({dice.randrange(50)}"),
            ("ZCOUNT", f"z{key}", 5, dice.randrange(50)),
            ("ZCOUNT", f"z{key}", "-inf"),
            ("ZREMRANGEBYSCORE", f"z{key}", "-inf", dice.randrange(9)),
            ("ZREMRANGEBYSCORE", f"z{key}", 3, "(5"),
            ("HEXISTS", f"h{key}", member),
            ("HEXISTS", f"z{key}", member),
            ("HKEYS", f"h{key}"),
            ("LLEN", f"l{key}"),
            ("LLEN", f"h{key}"),
            ("LRANGE", f"l{key}", 0, -1),
            ("LRANGE", f"h{key}", 0, -1),
            ("RPUSH", f"l{key}", member, "m1"),
            ("RPUSH", f"l{key}"),
            ("RPUSH", f"h{key}", member),
            ("EXPIRE", f"l{key}", 1000),
            ("ZRANGE", f"z{key}", 5, 30, "BYSCORE", "LIMIT", 0, 2),
            ("ZADD", f"h{key}", 1, member),
            ("EXPIRE", f"h{key}", 1000),
            ("RPUSH", f"l{key}", member),
            ("LRANGE", f"l{key}", -2, -1),
            ("SADD", f"s{key}", member),
            ("SMEMBERS", f"s{dice.randrange(2)}"),
            ("SET", f"x{key}", member),
            ("GET", f"x{key}"),
            ("GET", f"h{key}"),
            ("HGET", f"z{key}", "wrong type"),
            ("DEL", f"l{key}", f"z{key}"),
            ("EXISTS", f"l{key}"),
            ("EVAL", SCRIPT, 2, f"z{key}", f"h{key}"),
        ]
    )


def _answer(client: Any, command: tuple[str | int, ...]) -> object:
    try:
        return client.execute_command(*command)
    except ResponseError as error:
        return str(error)


@pytest.mark.parametrize(
    "script",
    [
        "return {1, 2.7, 'x', false, true, {'nested', 3}, nil, 'behind nothing'}",
        "return {1, 2.7, 'x', false, true, nil, 'behind nothing'}",
        "return {}",
        "return {ok = 'fine'}",
        "return {err = 'ERR not fine'}",
        "return nil",
        "return false",
        "return true",
        "return -3.9",
        "return ARGV[#ARGV] .. #ARGV .. KEYS[1]",
        "return ARGV",
        "return redis.call('ZSCORE', KEYS[1], 'nobody')",
        "return redis.pcall('HGET', KEYS[1], 'wrong type')",
        "return redis.call('HGET', KEYS[1], 'wrong type')",
    ],
)
@pytest.mark.parametrize("count", [1, 5000])
def test_a_script_says_what_it_says_over_the_wire(reader: Reader, script: str, count: int) -> None:
    plain = FakeStrictRedis(
        server=FakeServer(version=(7,)), version=(7,), protocol=2, decode_responses=True
    )
    for client in (reader, plain):
        client.zadd("z", {"a": 1})
    given = [f"a{number}" for number in range(count)]
    command: tuple[str | int, ...] = ("EVAL", script, 1, "z", *given)

    assert _answer(reader, command) == _answer(plain, command)


def test_an_unknown_script_is_said_to_be_unknown(reader: Reader) -> None:
    with pytest.raises(NoScriptError):
        reader.execute_command("EVALSHA", "0" * 40, 0)


def test_keys_expire_by_the_worlds_clock() -> None:
    seconds = [100.0]
    with Reader(Engine(FakeServer(version=(7,)), lambda: seconds[0])) as reader:
        reader.set("mark", "1", px=5_000)
        seconds[0] = 104.0
        before = reader.exists("mark")
        seconds[0] = 105.5

        assert (before, reader.exists("mark")) == (1, 0)


@pytest.mark.parametrize(("full", "says"), [("oom", "maxmemory"), ("misconf", "MISCONF")])
def test_a_full_server_reads_and_refuses_a_script_before_its_first_write(
    engine: Engine, reader: Reader, full: str, says: str
) -> None:
    reader.zadd("z", {"a": 1})
    engine.full = full

    with pytest.raises(ResponseError, match=says):
        reader.execute_command("EVAL", SCRIPT, 2, "z", "h")

    assert reader.zrange("z", 0, -1) == ["a"]
    assert not reader.exists("h")


def test_memory_that_is_full_lets_go_and_a_script_that_began_goes_on(
    engine: Engine, reader: Reader
) -> None:
    reader.zadd("z", {"a": 1, "b": 2})
    engine.full = "oom"
    script = 'redis.call("ZREM", KEYS[1], "a") return redis.call("ZADD", KEYS[1], 3, "c")'

    assert reader.execute_command("EVAL", script, 1, "z") == 1
    assert reader.zrange("z", 0, -1) == ["b", "c"]
