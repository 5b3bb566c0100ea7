"""LinkedIn's wire protocol, as learn.microsoft.com/en-us/linkedin describes it: members and company pages."""

from ..network import Network
from . import by_hand, comments, identity, images, oauth, posts, statistics, videos
from .routes import KEY, LABEL, routes
from .scopes import MEMBER_SCOPES, WORDS
from .seeds import connect, seed

__all__ = ["NETWORK", "by_hand", "comments", "identity", "images", "oauth", "posts", "statistics", "videos"]

NETWORK = Network(
    key=KEY,
    label=LABEL,
    routes=routes,
    scopes=WORDS,
    usual_scopes=MEMBER_SCOPES,
    connect=connect,
    seed=seed,
)
