"""Outgoing calls to networks: time limits, a size cap, no private addresses, and the practice network's one rule."""
