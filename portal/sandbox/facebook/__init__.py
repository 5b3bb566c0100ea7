"""Facebook's wire protocol for Pages, as developers.facebook.com describes the Graph API."""

from ..network import Network
from . import by_hand, comments, nodes, oauth, pages, photos, posts, videos
from .routes import KEY, LABEL, routes
from .scopes import PAGE_SCOPES, WORDS
from .seeds import connect, seed

__all__ = ["NETWORK", "by_hand", "comments", "nodes", "oauth", "pages", "photos", "posts", "videos"]

NETWORK = Network(
    key=KEY,
    label=LABEL,
    routes=routes,
    scopes=WORDS,
    usual_scopes=PAGE_SCOPES,
    connect=connect,
    seed=seed,
)
