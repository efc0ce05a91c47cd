"""The demo: mock marketplaces whose buyers keep writing, and the daemon that answers them."""

from responder.demo.run import Demo

__all__ = ["Demo"]
