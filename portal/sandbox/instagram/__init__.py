"""Instagram's wire protocol, by its own login and by Facebook's, as developers.facebook.com describes it."""

from ..network import Network
from . import by_hand, comments, media, nodes, oauth, posts
from .routes import KEY, LABEL, routes
from .scopes import USUAL, WORDS
from .seeds import connect, seed

__all__ = ["NETWORK", "by_hand", "comments", "media", "nodes", "oauth", "posts"]

NETWORK = Network(
    key=KEY,
    label=LABEL,
    routes=routes,
    scopes=WORDS,
    usual_scopes=USUAL,
    connect=connect,
    seed=seed,
)
