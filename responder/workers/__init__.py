"""The work. Each worker does one round in ``run_once``; the loop only repeats it."""
