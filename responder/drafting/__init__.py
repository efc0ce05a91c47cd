"""Prepares replies: language, intent, templates with order facts, content rules. No I/O but `load`."""
