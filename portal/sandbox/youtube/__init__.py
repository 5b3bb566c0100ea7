"""YouTube's wire protocol, Data API v3 with Google's sign-in, as developers.google.com describes it."""

from ..network import Network
from . import by_hand, channels, comments, oauth, playlists, thumbnails, uploads, videos
from .routes import KEY, LABEL, routes
from .scopes import USUAL_SCOPES, WORDS
from .seeds import connect, seed

__all__ = [
    "NETWORK",
    "by_hand",
    "channels",
    "comments",
    "oauth",
    "playlists",
    "thumbnails",
    "uploads",
    "videos",
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
