"""What a world must keep, whatever went wrong in it. Each promise is one check.

The words say what is promised *when*:

- "every message is stored once": each message that a marketplace listed (not an
  echo of our own replies) is in the store once, in its thread. Always, also when
  the store lost its last second: what was lost is listed again, because the
  cursor was lost with it, and events are confirmed only when they are durable.
- "nothing is stored that nobody wrote": no phishing, advertisement or broken event
  becomes a buyer's message, and no thread is there that no marketplace has. Always.
- "every accepted reply is recorded": once, as ours. Always.
- "only accepted replies are recorded": nothing counts as sent that no
  marketplace took. Always.
- "no reply is accepted twice": by its id. Always, whatever clocks say, if a request that was
  given up arrives within half a minute (``HELD_UP``) or never. (How far a clock may be off for
  words to be found where they have no name of their own: ``connectors.readback.SKEW``.)
- "an attempt is written down first", "only what was approved is sent", "nothing
  is sent on a stale draft" (no buyer's message was stored when the attempt was
  written down that the approved draft had not seen), "nothing is sent under a
  lost claim": watched by the ledger at the very moment. Claims that the store
  lost do not count as held.
- "better drafts fit": what a language model wrote takes the place of a draft only while nobody is
  at it, and if it has seen all that the buyer has written. Always.
- "thresholds are announced": each one, within ``PROMPT`` seconds of being reached
  or of the message's being stored, whichever is later, if nothing went wrong
  meanwhile; else within ``LATE``, as long as one watcher and a store with room were
  up, and not frozen, for that long.
- "thresholds are announced once": except where a daemon or the store died, or the answer about
  its being noted was lost, within the hand-over to the pager; then at least once. A wait that was
  over and began again where it was (its reply was refused) is told of anew. And where
  daemons disagree about what is promised, the last that is told must be what stands.
- "the reply clock is right": ``waiting_since`` equals what the books say. A reply
  answers what its draft had seen, but for what an earlier reply was believed to
  have answered: if that one is refused later, its messages are owed again.
- "late refusals are told": what is refused after its thread was purged moves no clock; a person
  hears of it. Always.
- "first words are said once": until the buyer is owed nothing more; and they are no reply: neither
  the clock nor the books of replies know of them. Always.
- "words about orders leave once": by the id of their order and occasion. Always.
- "words about orders are recorded": in the quiet end what counts as sent was taken, stands where
  it was written, and nothing else was taken. Always.
- "words fit their order": whoever is written about gave an occasion for it at most ``GRACE``
  seconds before. Always, of orders that were placed before that.
- "every occasion is proposed": in the quiet end, of every order that gives one. Always.
- "deadlines follow the promise": ``LATE`` seconds after the last daemon has heard of another
  promise, whoever waits is due by it; under the same conditions as above.
- "the books balance": of every account, what was seen is stored, known, ignored or set aside.
- "everything settles", "queues are empty", "no key is left": in the quiet end.
"""

from collections import Counter
from collections.abc import Callable

from connectors.base import Author, Kind
from responder.simulation.announcements import (
    deadlines_follow_the_promise,
    thresholds_are_announced,
)
from responder.simulation.clocks import late_refusals_are_told, the_reply_clock_is_right
from responder.simulation.daemon import PARTITIONS
from responder.simulation.marketplace import message_id
from responder.simulation.order_promises import (
    every_occasion_is_proposed,
    words_about_orders_are_recorded,
    words_fit_their_order,
)
from responder.simulation.threads import conversation_of, conversations, threads
from responder.simulation.world import World
from responder.store.keys import Partitions

PROMISES = (
    "every message is stored once",
    "nothing is stored that nobody wrote",
    "every accepted reply is recorded",
    "only accepted replies are recorded",
    "no reply is accepted twice",
    "an attempt is written down first",
    "only what was approved is sent",
    "nothing is sent on a stale draft",
    "nothing is sent under a lost claim",
    "better drafts fit",
    "thresholds are announced",
    "thresholds are announced once",
    "the reply clock is right",
    "late refusals are told",
    "first words are said once",
    "words about orders leave once",
    "words about orders are recorded",
    "words fit their order",
    "every occasion is proposed",
    "deadlines follow the promise",
    "the books balance",
    "every open conversation has a draft",
    "the index agrees",
    "everything settles",
    "queues are empty",
    "no key is left",
    "a daemon dies only when it is killed",
)

QUEUES = (
    *("poll", "census", "draft", "improve", "watch", "outbox", "greet", "alert"),
    *("orders", "occasion", "outreach"),
)
Check = Callable[[World], None]


def check_all(world: World) -> None:
    for check in CHECKS:
        check(world)


def everything_settles(world: World) -> None:
    if not world.quiet:
        books = world.server.books
        left = {
            name: [
                item
                for key in books.keys(f"mr:*:queue:{name}:wake")
                for item in books.zrange(key, 0, -1)
            ]
            for name in ("draft", "improve", "outbox", "alert", "outreach")
        }
        about = next((item for items in left.values() for item in items), "")
        world.ledger.broken("everything settles", about, f"still in the queues: {left}")


def every_message_is_stored_once(world: World) -> None:
    for name, market in sorted(world.markets.items()):
        for thread, posted in threads(market).items():
            conversation = conversation_of(market, thread)
            stored = Counter(one["id"] for one in world.ledger.kept.messages(conversation))
            for message in posted:
                if not message.reply and stored[message.id] != 1:
                    world.ledger.broken(
                        "every message is stored once",
                        conversation,
                        f"{message.id} ({message.author}) of {name} {thread} is stored "
                        f"{stored[message.id]} times",
                    )


def nothing_else_is_stored(world: World) -> None:
    promise = "nothing is stored that nobody wrote"
    known = set()
    for _, conversation, posted in conversations(world.markets):
        known.add(conversation)
        written = {message.id for message in posted}
        for one in world.ledger.kept.messages(conversation):
            if one["author"] == "buyer" and one["id"] not in written:
                world.ledger.broken(promise, conversation, f"{one['id']} in {conversation}")
    for key in world.server.books.keys("mr:*:conv:*"):
        name = key.rpartition(":")[2]
        if name not in known:
            world.ledger.broken(promise, name, f"no marketplace has a thread for {name}")


def every_accepted_reply_is_recorded(world: World) -> None:
    for _, conversation, posted in conversations(world.markets):
        refused = Counter(one.refuses for one in posted if one.kind is Kind.REFUSAL)
        accepted = Counter(one.reply for one in posted if one.reply)
        for reply, count in accepted.items():
            if count > 1:
                words = f"{reply} was accepted {count} times"
                world.ledger.broken("no reply is accepted twice", reply, words)
        ours = Counter(
            one["text"]
            for one in world.ledger.kept.messages(conversation)
            if one["author"] == "seller" and one["kind"] == "chat"
        )
        taken = {one.text for one in posted if one.author is Author.SELLER}
        kept = {
            one.text
            for one in posted
            if one.author is Author.SELLER and not refused[message_id(one.reply)]
            if one.reply not in world.ledger.greetings.written
            if one.reply not in world.ledger.unasked.approved
        }
        for text in sorted(kept - ours.keys()):
            world.ledger.broken(
                "every accepted reply is recorded", conversation, f"missing: {text!r}"
            )
        for text, count in sorted(ours.items()):
            if text not in taken or count > 1:
                world.ledger.broken(
                    "only accepted replies are recorded",
                    conversation,
                    f"recorded {count} times: {text!r}",
                )


def the_books_balance(world: World) -> None:
    for market in world.markets.values():
        key = Partitions(PARTITIONS).of_account(market.account).account(market.account)
        gap = world.server.books.hget(key, "unaccounted")
        if gap not in {None, "0"}:
            words = f"{gap} things of {market.account} are in none of the books"
            world.ledger.broken("the books balance", market.account, words)


def queues_are_empty(world: World) -> None:
    if not world.quiet:
        return
    books = world.server.books
    for number in range(PARTITIONS):
        tag = f"mr:{{{number:02d}}}:queue:"
        for name in QUEUES:
            planned = set(books.zrange(f"{tag}{name}:wake", 0, -1))
            for part in ("holder", "tries"):
                left = set(books.hkeys(f"{tag}{name}:{part}")) - planned
                if left:
                    words = f"{name}:{part} still knows {sorted(left)}"
                    world.ledger.broken("queues are empty", min(left), words)
            if name == "watch":
                _check_watch(world, number, planned)


def _check_watch(world: World, number: int, planned: set[str]) -> None:
    for item in planned:
        if not world.server.books.hget(f"mr:{{{number:02d}}}:conv:{item}", "waiting_since"):
            world.ledger.broken("queues are empty", item, f"{item} is watched and waits for nobody")


def drafts_are_ready(world: World) -> None:
    books = world.server.books
    for key in books.keys("mr:*:conv:*"):
        state, newest, answers = books.hmget(key, "state", "newest", "draft_answers")
        name = key.rpartition(":")[2]
        if state == "waiting" and newest != answers:
            world.ledger.broken("every open conversation has a draft", name, f"{name} has none")
        rows = [
            index
            for index in ("waiting", "approved", "uncertain", "answered", "no_reply_needed")
            if books.zscore(f"mr:{{{name[:2]}}}:index:{index}", name) is not None
        ]
        if rows != [state]:
            words = f"{name} is {state}, and in the index of {rows}"
            world.ledger.broken("the index agrees", name, words)


def no_key_is_left(world: World) -> None:
    books = world.server.books
    for key in books.keys("mr:*:reply:*"):
        world.ledger.broken("no key is left", key.rpartition(":")[2], f"{key} is still there")
    for key in books.keys("mr:*:owed:*"):
        name = key.rpartition(":")[2]
        if not books.hget(key.replace(":owed:", ":conv:"), "waiting_since"):
            world.ledger.broken("no key is left", name, f"{key} is still there")
    for key in books.keys("mr:*:alerts"):
        if books.hlen(key):
            world.ledger.broken("no key is left", "", f"{key} still holds alerts")


CHECKS: tuple[Check, ...] = (
    everything_settles,
    every_message_is_stored_once,
    nothing_else_is_stored,
    every_accepted_reply_is_recorded,
    the_reply_clock_is_right,
    late_refusals_are_told,
    thresholds_are_announced,
    deadlines_follow_the_promise,
    words_about_orders_are_recorded,
    words_fit_their_order,
    every_occasion_is_proposed,
    the_books_balance,
    queues_are_empty,
    drafts_are_ready,
    no_key_is_left,
)
