"""Answers marketplace buyers in time, safely."""

__version__ = "0.1.0"
