"""Commands only: what they do lives elsewhere."""

from responder.cli.main import main

__all__ = ["main"]
