"""Whatever bytes come: a value or one of the four failures, and soon.

``pytest -m long tests/fuzz`` tries 200,000 mails and 200,000 answers; a share of them is tried
each time. A failure names seed and number, which give the same bytes again.
"""

import gc
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from time import thread_time

import pytest

from connectors.base import ConnectorError
from tests.fuzz.mutations import inflated, mutated, reshaped, swollen
from tests.fuzz.readers import ANSWERS, MAILS, Reader

Readers = Mapping[Reader, Sequence[bytes]]
SHARE, ALL = 1_500, 200_000
MEGABYTE = 1_000_000
SECONDS = 1.0  # of processor time, for a megabyte
BOTH = pytest.mark.parametrize("readers", [MAILS, ANSWERS], ids=["mails", "answers"])


@pytest.fixture(autouse=True, scope="module")
def only_the_readers_garbage() -> Iterator[None]:
    """What other tests have left in memory is not looked through on a reader's time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def survive(reader: Reader, data: bytes, name: str) -> None:
    start = thread_time()
    try:
        reader(data)
    except ConnectorError:
        pass
    except BaseException as error:
        error.add_note(f"{name} of {len(data)} bytes: {data[:300]!r}")
        raise
    spent = thread_time() - start
    assert spent < SECONDS, f"{name} took {spent:.1f} s"


def try_out(readers: Readers, count: int, seed: int) -> None:
    kinds = list(readers.items())
    for number in range(count):
        reader, samples = kinds[number % len(kinds)]
        way = reshaped if number // len(kinds) % 2 and readers is ANSWERS else mutated
        data = way(samples, Random(f"{seed}:{number}"))
        survive(reader, data, f"{reader.__name__}, seed {seed}, number {number}")


@BOTH
def test_damaged_bytes_are_a_value_or_one_of_the_four(readers: Readers) -> None:
    try_out(readers, SHARE, seed=1)


@BOTH
def test_a_megabyte_of_anything_is_done_within_a_second(readers: Readers) -> None:
    for seed in range(6):
        for reader, samples in readers.items():
            data = inflated(samples, Random(f"big {seed}"), MEGABYTE)
            survive(reader, data, f"{reader.__name__}, big seed {seed}")


def test_a_good_answer_of_a_megabyte_is_read_within_a_second() -> None:
    for seed in range(4):
        for reader, samples in ANSWERS.items():
            for number, sample in enumerate(samples):
                data = swollen(sample, Random(f"{seed}:{number}"), MEGABYTE)
                survive(reader, data, f"{reader.__name__}, sample {number}, swollen {seed}")


@pytest.mark.parametrize("depth", [100, 5_000, 400_000])
def test_an_answer_that_nests_without_end_is_refused(depth: int) -> None:
    for reader in ANSWERS:
        for opened, closed in ((b"[", b"]"), (b'{"a":', b"}"), (b"<a>", b"</a>")):
            survive(reader, opened * depth + b"1" + closed * depth, reader.__name__)


@pytest.mark.long
@pytest.mark.timeout(3600)
@BOTH
def test_two_hundred_thousand_of_each_are_a_value_or_one_of_the_four(readers: Readers) -> None:
    try_out(readers, ALL, seed=2)


@pytest.mark.long
@pytest.mark.timeout(3600)
@BOTH
def test_hundreds_of_megabytes_are_each_done_within_a_second(readers: Readers) -> None:
    for seed in range(100):
        for reader, samples in readers.items():
            data = inflated(samples, Random(f"bigger {seed}"), MEGABYTE)
            survive(reader, data, f"{reader.__name__}, bigger seed {seed}")
