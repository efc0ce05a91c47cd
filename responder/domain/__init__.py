"""The rules of the work. Pure: standard library only, no I/O, time as an argument."""
