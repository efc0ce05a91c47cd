"""Redis and nothing else. A state change is one script in ``lua/`` and one event."""
