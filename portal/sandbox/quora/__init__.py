"""Quora as a place for people: no protocol, only pages on which a doctor posts by hand."""

from ..network import Network
from . import pages
from .routes import KEY, LABEL, routes
from .seeds import connect, seed

__all__ = ["NETWORK", "pages"]

NETWORK = Network(
    key=KEY,
    label=LABEL,
    routes=routes,
    # There is nothing to allow: nobody but the person posts.
    scopes={"by_hand": "Nothing. You post yourself."},
    usual_scopes=("by_hand",),
    connect=connect,
    seed=seed,
)
