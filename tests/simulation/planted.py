"""Bugs to plant, one at a time: each must be caught by a promise, or that is worth nothing."""

from tests.simulation import plants
from tests.simulation.dense import (
    forgetful,
    forgetful_day,
    greeting,
    improving,
    interrupted,
    promising,
    refunds,
    unaided,
    warned_otherwise,
)
from tests.simulation.planting import (
    BETTER,
    CLOCK,
    ONCE,
    RECORDED,
    STALE,
    STORED,
    TOLD,
    TOLD_ONCE,
    Planted,
)

PLANTED = (
    # A census heals what the first three lose.
    Planted(
        "the cursor is saved before the messages",
        plants.cursor_before_messages,
        (STORED,),
        world=unaided,
    ),
    Planted(
        "events are confirmed before they are stored",
        plants.acknowledged_before_stored,
        (STORED,),
        world=unaided,
    ),
    Planted(
        "nothing waits for the disk",
        plants.nothing_waits_for_the_disk,
        (ONCE, STORED),
        seed=6,
        world=unaided,
    ),
    Planted(
        "a channel's lease shorter than what it takes to tell",
        plants.a_lease_shorter_than_the_work,
        (TOLD_ONCE,),
        often=True,
    ),
    Planted(
        "first words are said to whoever writes again",
        plants.changed(
            speak_first=(" or old[3] then", " then"), draft=(" and not known[4] then", " then")
        ),
        ("first words are said once",),
        often=True,
        world=greeting,
    ),
    Planted(
        "the copy of first words is taken for an answer",
        plants.changed(speak_first=('"awaited", table.concat(awaited, "\\n"),', "")),
        (CLOCK, RECORDED),
        often=True,
        world=greeting,
    ),
    Planted(
        "phishing is believed",
        plants.phishing_is_believed,
        ("nothing is stored that nobody wrote",),
        often=True,
    ),
    Planted(
        "a rebuilt mailbox is not noticed",
        plants.a_rebuilt_mailbox_is_not_noticed,
        (STORED,),
        often=True,
        world=unaided,
    ),
    Planted(
        "a newer message stands for the announced one",
        plants.a_newer_message_stands_for_the_announced_one,
        (STORED,),
        world=refunds,
    ),
    Planted(
        "the census finds nothing missing", plants.the_census_misses_nothing, (STORED,), often=True
    ),
    Planted(
        "another promise is not noticed",
        plants.another_promise_is_not_noticed,
        ("deadlines follow the promise",),
        often=True,
        world=promising,
    ),
    Planted(
        "a refusal that names no reply is passed over",
        plants.changed(ingest=("= which(refuses,", '= refuses ~= "" and which(refuses,')),
        (CLOCK,),
        seed=9,
        often=True,
    ),
    Planted(
        "the steps of other warnings count as told",
        plants.steps_of_other_warnings_count_as_told,
        (TOLD,),
        often=True,
        world=warned_otherwise,
    ),
    Planted("one alert a day", plants.one_alert_a_day, (TOLD,)),
    Planted("an alert is forgotten before it is told", plants.forgotten_before_it_is_told, (TOLD,)),
    Planted(
        "the clock starts at our poll", plants.the_clock_starts_at_our_poll, (CLOCK,), often=True
    ),
    Planted(
        "an old draft is approved",
        plants.an_old_draft_is_approved,
        (STALE,),
    ),
    Planted(
        "an approved reply is not held when the buyer writes",
        plants.changed(
            ingest=('if outgoing[1] == "queued" and', "if false and"),
            attempt=("now[1] ~= reply[3] or not now[2]", "false"),
        ),
        (STALE,),
    ),
    Planted(
        "approving needs no claim",
        plants.changed(approve=("elseif not live or old[3] ~= ARGV[4] then", "elseif false then")),
        ("nothing is sent under a lost claim",),
        seed=7,
    ),
    Planted(
        "our own words are stored again",
        plants.changed(ingest=("(read_back(1, digest) or is_of_purged(digest, sent_at))", "false")),
        (RECORDED, CLOCK),
        often=True,
    ),
    Planted(
        "a copy of a reply is stored again after the purge",
        plants.changed(purge=('string.gmatch(old[4] or "", ', 'string.gmatch("", ')),
        (RECORDED,),
        often=True,
        world=forgetful,
    ),
    Planted(
        "a purge forgets that somebody answered elsewhere",
        plants.changed(purge=("if old[5] then", "if false then")),
        (CLOCK,),
        seed=508,
        often=True,
        world=forgetful_day,
    ),
    Planted(
        "a refusal after the purge is told to nobody",
        plants.changed(purge=("if refusable then", "if false then")),
        ("late refusals are told",),
        often=True,
        world=forgetful,
    ),
    Planted(
        "only the last reply's words are known",
        plants.changed(sent=("if #awaited < 8 then", "if false then")),
        (RECORDED,),
    ),
    Planted(
        "only the last reply's refusal is understood",
        plants.changed(sent=("if #delivered < 16 then", "if false then")),
        (CLOCK,),
    ),
    Planted(
        "message ids are forgotten",
        plants.changed(ingest=('redis.call("ZADD", KEYS[3], "NX", now, message) == 1', "true")),
        (STORED,),
    ),
    Planted(
        "a reply settles messages that it has not seen",
        plants.changed(sent=('redis.call("DEL", KEYS[4])', 'redis.call("DEL", KEYS[4], KEYS[3])')),
        (CLOCK,),
        seed=2,
    ),
    Planted(
        "a draft is stored whoever holds it and whatever it has seen",
        plants.changed(
            draft=(
                'if redis.call("HGET", KEYS[3], id) == ARGV[2] and known[1] == answers then',
                "if true then",
            )
        ),
        ("every open conversation has a draft",),
        seed=2,
    ),
    Planted(
        "a changed clock is told as before",
        plants.changed(
            ingest=('"due_at", due, "told", 0,', '"due_at", due,'),
            sent=('"due_at", due, "told", 0,', '"due_at", due,'),
        ),
        (TOLD,),
        seed=8,
    ),
    Planted(
        "the watcher looks once",
        plants.changed(announce=('if ARGV[i + 4] ~= "" then', "if false then")),
        (TOLD,),
    ),
    Planted(
        "an alert is not forgotten once it is told",
        plants.changed(
            settle_channel=(
                'if ARGV[at + 1] == "" then',
                'if key > 5 and key < 8 then\n        elseif ARGV[at + 1] == "" then',
            )
        ),
        (TOLD_ONCE,),
    ),
    Planted(
        "no reply needed, whatever has come since",
        plants.changed(no_reply_needed=('ARGV[4] ~= "" and ARGV[4] ~= old[4]', "false")),
        (CLOCK,),
        seed=14,
    ),
    Planted(
        "a refusal by Message-ID is not understood",
        plants.refusals_by_message_id_are_not_understood,
        (CLOCK,),
        seed=6,
    ),
    Planted(
        "a failure in a failure ends the daemon",
        plants.a_failure_in_a_failure_ends_the_daemon,
        ("a daemon dies only when it is killed",),
        often=True,
    ),
    Planted(
        "a better draft comes under somebody's hands",
        plants.changed(improve=("or at_work or", "or")),
        (BETTER,),
        often=True,
        world=improving,
    ),
    Planted(
        "a better draft that has not seen the newest words",
        plants.changed(
            improve=("or old[2] ~= ARGV[4] or old[3] ~= ARGV[5] or old[4] ~= ARGV[5]\n", "\n")
        ),
        (BETTER,),
        often=True,
        world=interrupted,
    ),
    Planted(
        "a finished reply leaves its key",
        plants.changed(sent=('redis.call("DEL", KEYS[4])', "")),
        ("no key is left", "everything settles"),
        often=True,
    ),
)
