"""Bugs of sending to plant: what left twice, or unlike what was approved."""

from tests.simulation import plants
from tests.simulation.dense import held_up, looked_for_elsewhere, reply_taken_over
from tests.simulation.planting import ONCE, RECORDED, Planted

OF_SENDING = (
    Planted(
        "a lost answer is taken for a no", plants.no_answer_taken_for_a_no, (ONCE,), often=True
    ),
    Planted(
        "not knowing is taken for absent", plants.not_knowing_taken_for_absent, (ONCE,), often=True
    ),
    Planted("silence is taken for sent", plants.silence_taken_for_sent, (RECORDED,), often=True),
    Planted(
        "an attempt under way is repeated blindly",
        plants.changed(attempt=('reply[1] == "sending" and ARGV[4] ~= "1"', "false")),
        (ONCE,),
        often=True,
    ),
    Planted(
        "a reply leaves without its files",
        plants.a_reply_leaves_without_its_files,
        ("only what was approved is sent",),
        often=True,
    ),
    Planted(
        "a worker that was held up sends on",
        plants.a_held_up_worker_sends_on,
        (ONCE,),
        often=True,
        world=reply_taken_over,
    ),
    Planted(
        "what does not show yet is absent",
        plants.what_does_not_show_yet_is_absent,
        (ONCE,),
        often=True,
        world=held_up,
    ),
    Planted(
        "of several attempts the first one counts",
        plants.of_several_attempts_the_first_one_counts,
        (ONCE,),
        seed=20,
        often=True,
        world=looked_for_elsewhere,
    ),
)
