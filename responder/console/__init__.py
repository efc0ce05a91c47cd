"""The faces: the JSON API, the agents' pages, live events. Never in a message's way."""
