"""Bugs to plant in what writes first about orders; see ``planted``."""

from typing import Any, cast

import pytest

from connectors.taobao import trade
from connectors.taobao.order_desk import TaobaoOrderDesk
from connectors.top.wire import Call
from responder.store import inbox
from responder.store.database import Database
from responder.workers import outreach_sender
from responder.workers.attempts import Attempts
from responder.workers.occasions import Considering
from responder.workers.outreach_sender import OutreachSender
from tests.simulation.dense import crowded, memos, proactive, stored_late, taken_over
from tests.simulation.planting import CLOCK, Planted
from tests.simulation.plants import changed

LEFT_ONCE = "words about orders leave once"
NOTED = "words about orders are recorded"
FITTING = "words fit their order"
WRITTEN_FIRST = "an attempt is written down first"
PROPOSED = "every occasion is proposed"


class _Hasty(Attempts):
    """Believes at once what it sees."""

    def would_show(self, *_: object) -> bool:
        return True


class _Careless:
    """A database that says at once that everything is on disk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def durable(self, partition: object) -> None:
        """Say so."""


def nothing_waits_for_the_disk(patch: pytest.MonkeyPatch) -> None:
    made = OutreachSender.__init__

    def init(self: OutreachSender, *parts: Any, **given: Any) -> None:
        made(self, *parts, **given)
        self._database = cast("Database", _Careless(self._database))

    patch.setattr(OutreachSender, "__init__", init)


def words_are_sent_whoever_holds_them(patch: pytest.MonkeyPatch) -> None:
    """Neither when the attempt is written down does anybody ask, nor before it leaves."""

    async def surely(*_: object) -> bool:
        return True

    holder = 'if ARGV[6] ~= "" and redis.call("HGET", KEYS[6], ARGV[1]) ~= ARGV[6]'
    changed(move_outreach=(holder, "if false"))(patch)
    patch.setattr(OutreachSender, "_is_kept", surely)


def words_that_do_not_show_yet_are_absent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(outreach_sender, "Attempts", _Hasty)


def no_answer_is_taken_for_a_no(patch: pytest.MonkeyPatch) -> None:
    async def absent(self: OutreachSender, claim: Any, one: Any, desk: Any) -> None:
        await self._back(claim, one, self._rounds.wait(claim))

    patch.setattr(OutreachSender, "_trace", absent)


def an_order_is_not_looked_at_again(patch: pytest.MonkeyPatch) -> None:
    async def nothing(self: OutreachSender, one: Any, desk: Any) -> str:
        return ""

    patch.setattr(OutreachSender, "_out_of_place", nothing)


def a_memo_is_no_write(patch: pytest.MonkeyPatch) -> None:
    update = trade.update_memo

    def harmless(tid: str, memo: str, flag: int) -> Call:
        call = update(tid, memo, flag)
        return Call(method=call.method, params=call.params)

    patch.setattr(trade, "update_memo", harmless)


def what_stands_on_an_order_is_written_over(patch: pytest.MonkeyPatch) -> None:
    async def over(self: TaobaoOrderDesk, note: Any) -> None:
        await self._client.ask(trade.update_memo(note.order_id, note.text, 1))

    patch.setattr(TaobaoOrderDesk, "_write_memo", over)


def a_failed_order_is_passed_over(patch: pytest.MonkeyPatch) -> None:
    async def forget(self: Considering, account: Any, order: Any, at: Any) -> None:
        """It had its turn."""

    patch.setattr(Considering, "look_again", forget)


def our_own_words_are_taken_for_an_answer(patch: pytest.MonkeyPatch) -> None:
    async def same(database: Any, account: Any, messages: Any) -> Any:
        return list(messages)

    patch.setattr(inbox, "known_again", same)


ABOUT_ORDERS = (
    Planted(
        "an attempt is not on disk",
        nothing_waits_for_the_disk,
        (LEFT_ONCE, NOTED, WRITTEN_FIRST),
        often=True,
        world=proactive,
    ),
    Planted(
        "silence is a no",
        no_answer_is_taken_for_a_no,
        (LEFT_ONCE, NOTED),
        often=True,
        world=proactive,
    ),
    Planted(
        "an order is not looked at again",
        an_order_is_not_looked_at_again,
        (FITTING,),
        often=True,
        world=proactive,
    ),
    Planted("a memo is no write", a_memo_is_no_write, (LEFT_ONCE, NOTED), often=True, world=memos),
    Planted(
        "what stands on an order is written over",
        what_stands_on_an_order_is_written_over,
        (NOTED,),
        often=True,
        world=proactive,
    ),
    Planted(
        "a failed order is passed over",
        a_failed_order_is_passed_over,
        (PROPOSED,),
        often=True,
        world=proactive,
    ),
    Planted(
        "own words about an order are taken for an answer",
        our_own_words_are_taken_for_an_answer,
        (CLOCK,),
        often=True,
        world=crowded,
    ),
    Planted(
        "words that do not show yet are absent",
        words_that_do_not_show_yet_are_absent,
        (LEFT_ONCE,),
        often=True,
        world=stored_late,
    ),
    Planted(
        "words are sent whoever holds them",
        words_are_sent_whoever_holds_them,
        (LEFT_ONCE, NOTED),
        often=True,
        world=taken_over,
    ),
)
