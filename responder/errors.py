"""What can go wrong that a person must hear about, in words that say what to do."""


class ResponderError(Exception):
    """Base of the errors that end a command with a message instead of a traceback."""

    exit_code = 1


class ConfigError(ResponderError):
    """The configuration cannot be used; each problem names file, key, what, what is allowed."""

    exit_code = 2

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StoreUnusable(ResponderError):
    """The store cannot be opened or does not fit this program."""


class Conflict(ResponderError):
    """What was asked does not fit how things stand now; ``code`` is the API's word for it."""

    def __init__(self, code: str, message: str, **details: str) -> None:
        super().__init__(message)
        self.code = code
        self.details = details


class Unknown(ResponderError):
    """There is no such thing (any more)."""


class WritesLost(ResponderError):
    """The store came back without what was just written: do not rely on it, begin anew."""
