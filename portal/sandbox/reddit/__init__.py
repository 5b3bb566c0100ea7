"""Reddit's Data API, which has no version, as its reference, its archive and recordings of it describe it."""

from ..network import Network
from . import by_hand, comments, communities_api, galleries, lists, media, oauth, posts, rates, users
from .routes import KEY, LABEL, routes
from .scopes import USUAL_SCOPES, WORDS
from .seeds import connect, seed

__all__ = [
    "NETWORK",
    "by_hand",
    "comments",
    "communities_api",
    "galleries",
    "lists",
    "media",
    "oauth",
    "posts",
    "rates",
    "users",
]

NETWORK = Network(
    key=KEY,
    label=LABEL,
    routes=routes,
    scopes=WORDS,
    usual_scopes=USUAL_SCOPES,
    connect=connect,
    seed=seed,
)
