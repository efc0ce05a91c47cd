"""Whole worlds in virtual time: the same workers and scripts, simulated marketplaces, every fault.

A world repeats exactly from its seed. What is promised, and when, is told in ``promises``.
"""
