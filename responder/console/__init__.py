"""The faces: the JSON API, the agents' pages, live events. Looks at the store; never in a message's way."""
