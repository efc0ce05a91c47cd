"""A shop's own model of what its buyers want, learned from what its agents confirmed."""
