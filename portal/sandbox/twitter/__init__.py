"""X's wire protocol, API version 2, as docs.x.com describes it."""

from ..network import Network
from . import chunks, intent, lists, media, oauth, posts, rates, users
from .routes import KEY, LABEL, routes
from .scopes import USUAL_SCOPES, WORDS
from .seeds import connect, seed

__all__ = ["NETWORK", "chunks", "intent", "lists", "media", "oauth", "posts", "rates", "users"]

NETWORK = Network(
    key=KEY,
    label=LABEL,
    routes=routes,
    scopes=WORDS,
    usual_scopes=USUAL_SCOPES,
    connect=connect,
    seed=seed,
)
