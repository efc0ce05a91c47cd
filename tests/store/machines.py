"""Lives a stateful test through whatever Hypothesis thinks of."""

import gc

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def live_through(machine: type[RuleBasedStateMachine], *, lives: int, steps: int) -> None:
    """Run ``lives`` examples of up to ``steps`` rules each; a failure is shrunk and raised.

    Hypothesis first parses the machine's source. On Python 3.11 a collection in the midst of
    that breaks it (CPython issue 106905), where it finds what warns when it is thrown away: the
    warning is an error here, its traceback is written, and that parses too. Connections of
    redis-py's cluster client are such a find. So what is left over goes first.
    """
    gc.collect()
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
