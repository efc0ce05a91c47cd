"""An inbox that is a list of threads, each told with its latest message: how it is read.

A marketplace of this kind only says how to ask for a page of the list and for a thread
(``source.Source``); ``reader`` and ``census`` do the rest, the same for all of them.
"""
