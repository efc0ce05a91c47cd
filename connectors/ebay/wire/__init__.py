"""eBay's HTTP as pure functions: bytes in, values out, no I/O.

``values`` reads JSON that may be anything; ``answers`` tells a good answer from the four
failures; ``tokens`` is OAuth; ``messages`` the Message API; ``orders`` the Fulfillment API.
"""
