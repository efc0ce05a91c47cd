"""Marketplaces: pure codecs with a thin wire. Knows nothing of ``responder``."""
