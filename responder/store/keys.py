"""Every key of the store: its name, type and how long it lives.

A partition's keys share the hash tag ``{NN}``, so that one script may touch
them all on a Redis Cluster. All conversations of an account, its cursor and its
place in every queue lie in one partition: INGEST can move the cursor with the
messages only if they do.
"""

from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from responder.domain.model import AccountId, ConversationId, State
from responder.domain.outreach import Standing
from responder.errors import StoreUnusable

PREFIX = "mr"

META = f"{PREFIX}:meta"  # hash  what the store was created with: partitions, schema
USERS = f"{PREFIX}:{{who}}:users"  # hash  name -> JSON of the user; until removed
TOKENS = f"{PREFIX}:{{who}}:tokens"  # hash  SHA-256 of a token -> JSON; until removed or expired
LINK_KEY = f"{PREFIX}:{{who}}:link_key"  # string  what links in alerts are signed with; for ever
CLOCK = f"{PREFIX}:{{who}}:clock"  # string  what the last daemon that looked had for now (ms)
FAILED_LOGINS = f"{PREFIX}:{{who}}:failed"  # prefix of hashes  count, locked until (ms); an hour

PRESENT = f"{PREFIX}:{{who}}:present"  # hash  agent -> JSON: seen when, looking at what; a day
TURNS = f"{PREFIX}:{{who}}:turns"  # hash  agent -> when they were last given something (ms)


TEMPLATE_TEXTS = f"{PREFIX}:{{texts}}:templates"  # hash  language/name -> its text; until it
# is the file's again
TEMPLATE_NUMBERS = f"{PREFIX}:{{texts}}:numbers"  # hash  language/name -> number of its last
# change, "*" -> of all; kept for ever


def template_changes(template: str) -> str:
    """stream: one entry for each change of a template; the last hundred, for ever."""
    return f"{PREFIX}:{{texts}}:changes:{template}"


def skipped(agent: str) -> str:
    """zset: conversation -> when an agent passed it on (ms); hours."""
    return f"{PREFIX}:{{who}}:skipped:{_digest(agent)}"


FIRST_LINK = f"{PREFIX}:{{who}}:first_link"  # string  a first admin's link was shown; seconds
INVITED = f"{PREFIX}:{{who}}:invited"  # hash  name -> digest of the one invitation that counts


def invitation(digest: str) -> str:
    """string: JSON of who is invited; expires by itself, gone when it is used."""
    return f"{PREFIX}:{{who}}:invitation:{digest}"


def asked(digest: str) -> str:
    """string: whose password was right and whose code is asked for; minutes."""
    return f"{PREFIX}:{{who}}:asked:{digest}"


def used_code(digest: str) -> str:
    """string: a code of a second factor that has opened the door; minutes."""
    return f"{PREFIX}:{{who}}:code:{digest}"


def device(digest: str) -> str:
    """string: whose password was right from a browser; a month after the last time."""
    return f"{PREFIX}:{{who}}:device:{digest}"


def session(digest: str) -> str:
    """string: JSON of a console session; expires by itself."""
    return f"{PREFIX}:{{who}}:session:{digest}"


def spent(day: str) -> str:
    """hash: what a day's questions to a language model have cost; eight days."""
    return f"{PREFIX}:{{llm}}:spent:{day}"


class QueueKeys(NamedTuple):
    """One deadline queue in one partition; each item is in all three or in none."""

    wake: str  # zset  item -> when it is next handed out (ms)
    holder: str  # hash  item -> token of the worker that holds it; only while held
    tries: str  # hash  item -> times handed out since it was last scheduled


class ConversationKeys(NamedTuple):
    """One conversation; all four go when it is purged."""

    conversation: str  # hash  what the list shows, and the draft
    messages: str  # list  JSON of each message, oldest arrival first; index + 1 is its seq
    owed: str  # zset  "seq:mark|due|first step" of unanswered buyer messages -> sent_at (ms);
    # the mark says who named the deadline, and the team's own: see owed.py
    reply: str  # hash  the one approved reply on its way; gone when it is settled


class ChannelKeys(NamedTuple):
    """One channel of alerts; all of them lie in the first partition, and there are few."""

    state: str  # hash  when it last spoke, what is under way, whether it fails; kept for ever
    waiting: str  # hash  id -> JSON of what it has not told yet
    told: str  # hash  subject -> JSON of what it told and that is not over; a day for what never is
    messages: str  # hash  id -> JSON of a message, id/heard -> who acknowledged it; as long as told


def calls(app: str, day: str) -> str:
    """string: calls that an app has made in a day of its marketplace; two days."""
    return f"{PREFIX}:{{calls}}:{_digest(app, day)}"


def pigeonhole(hole: str) -> str:
    """hash: id -> an event of a shared queue for another shop; gone when it is, or in a day."""
    return f"{PREFIX}:{{holes}}:{_digest(hole)}"


def letters_left(hole: str) -> str:
    """zset: id -> when an event was left in a pigeonhole (ms); as long as that."""
    return f"{PREFIX}:{{holes}}:left:{_digest(hole)}"


class Partition:
    """The keys of one partition."""

    def __init__(self, number: int) -> None:
        self.number = number
        tag = f"{PREFIX}:{{{number:02d}}}"
        self._tag = tag
        self._queues: dict[str, QueueKeys] = {}  # asked for at every look into a queue
        self.events = f"{tag}:events"  # stream  one entry a state change; trimmed by age
        self.accounts = f"{tag}:accounts"  # set  accounts that were ever polled
        self.dead = f"{tag}:dead"  # hash  id -> JSON of what failed; until a person decides
        self.alerts = f"{tag}:alerts"  # hash  id -> JSON of an alert not yet handed to its channels
        self.routed = f"{tag}:channels:routed"  # zset  channel|item|writing -> when it got there
        # (ms); for a day
        self.heard = f"{tag}:channels:heard"  # zset  table|alert|writing -> heard at (ms); a week
        self.stock = f"{tag}:stock"  # hash  conversation -> "until (ms) bytes" of files of replies
        self.index = {state: f"{tag}:index:{state}" for state in State}
        # zset  conversation -> due_at (ms) where an answer is owed, else when it was closed (ms)

    def queue(self, name: str) -> QueueKeys:
        known = self._queues.get(name)
        if known is None:
            parts = (f"{self._tag}:queue:{name}:{part}" for part in ("wake", "holder", "tries"))
            known = self._queues[name] = QueueKeys(*parts)
        return known

    def conversation(self, conversation: ConversationId) -> ConversationKeys:
        tag = self._tag
        return ConversationKeys(
            f"{tag}:conv:{conversation}",
            f"{tag}:msgs:{conversation}",
            f"{tag}:owed:{conversation}",
            f"{tag}:reply:{conversation}",
        )

    def files(self, conversation: ConversationId) -> str:
        """hash: id -> bytes, in Base64, of a file that goes with a reply; until that is settled, a
        day where it goes with none.
        """
        return f"{self._tag}:files:{conversation}"

    def channel(self, channel: str) -> ChannelKeys:
        parts = ("state", "waiting", "told", "messages")
        return ChannelKeys(*(f"{self._tag}:channel:{channel}:{part}" for part in parts))

    def account(self, account: AccountId) -> str:
        """hash: an account's cursor, polls, counters, census, gaps, breaker; kept for ever."""
        return f"{self._tag}:account:{account}"

    def budget(self, account: AccountId) -> str:
        """hash: operation -> when its bucket is full again (ms); gone when all are full."""
        return f"{self._tag}:budget:{account}"

    def vault(self, account: AccountId) -> str:
        """hash: the newest session (sealed), and who renews it until when (ms); for ever."""
        return f"{self._tag}:vault:{account}"

    def outreach(self, name: str) -> str:
        """hash: words about an order that nobody asked for; 180 days after they are settled."""
        return f"{self._tag}:outreach:{name}"

    def outreaches(self, standing: Standing) -> str:
        """zset: id of such words -> when they came to stand there (ms); as long as they last."""
        return f"{self._tag}:outreaches:{standing}"

    @property
    def leaving(self) -> str:
        """hash: "account/order" -> "until id" of words that leave now; gone two minutes after."""
        return f"{self._tag}:outreach-leaving"

    def own_words(self, digest: str) -> str:
        """string: which words left unasked for a thread of the inbox, and when (ms); 180 days."""
        return f"{self._tag}:own:words:{digest}"

    def own_message(self, account: AccountId, message: str) -> str:
        """string: when a message of the inbox was known to be such words (ms); 180 days."""
        return f"{self._tag}:own:message:{_digest(account, message)}"

    def days(self, account: AccountId) -> str:
        """hash: "day:t|l|n" -> buyer messages answered in time, late, left out; "day:w…|i…|s…" ->
        replies by waiting, intent, step of the ladder; 100 days.
        """
        return f"{self._tag}:days:{account}"

    def buyer(self, account: AccountId, buyer: str) -> str:
        """zset: conversation -> when its buyer was last heard of (ms); gone with the last."""
        return f"{self._tag}:buyer:{account}:{_digest(buyer)}"

    def lessons(self, account: AccountId) -> str:
        """stream: what buyers wrote and agents confirmed, masked; the last 20,000 are kept."""
        return f"{self._tag}:lessons:{account}"

    def edits(self, account: AccountId) -> str:
        """hash: "template|intent|count" -> how drafts were changed; for ever."""
        return f"{self._tag}:edits:{account}"

    def mark(self, token: str) -> str:
        """string: written to see that it can be, or that what came before survived; a minute."""
        return f"{self._tag}:mark:{token}"

    def rereads(self, account: AccountId) -> str:
        """list: JSON of dead letters that the next poll reads again; gone when it has."""
        return f"{self._tag}:rereads:{account}"

    def seen(self, account: AccountId) -> str:
        """zset: message id -> when it was stored (ms), also of what was set aside, and what late
        news of a purged thread are judged by (see ingest.lua); trimmed by age.
        """
        return f"{self._tag}:seen:{account}"


class Partitions:
    """Where everything lies, for a store created with ``count`` partitions (1 to 100)."""

    def __init__(self, count: int) -> None:
        if not 1 <= count <= 100:
            raise StoreUnusable(f"a store has 1 to 100 partitions, not {count}")
        self.all = tuple(Partition(number) for number in range(count))
        self._named = {f"{partition.number:02d}": partition for partition in self.all}

    def of_account(self, account: AccountId) -> Partition:
        return self.all[_place(account) % len(self.all)]

    def of_conversation(self, conversation: ConversationId) -> Partition:
        """The partition that a conversation's id names. ``KeyError`` for an id that names none."""
        number, _, rest = conversation.partition("-")
        if number not in self._named or not rest.isalnum():
            raise KeyError(conversation)
        return self._named[number]

    def conversation_id(self, account: AccountId, thread: str) -> ConversationId:
        """The same thread of the same account always has the same id."""
        number = self.of_account(account).number
        return ConversationId(f"{number:02d}-{_digest(account, thread)}")


@lru_cache(maxsize=1024)
def _place(account: AccountId) -> int:
    """Where an account lies, among however many partitions: asked for at every look."""
    return int(_digest(account)[:4], 16)


def _digest(*parts: str) -> str:
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=10).hexdigest()
