"""Where YouTube and its sign-in live."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

KEY = "youtube"
LABEL = "YouTube"
ACCOUNTS = "/accounts.google.com"
TOKENS = "/oauth2.googleapis.com"
WWW = "/www.youtube.com"
SHORT = "/youtu.be"
STUDIO = "/studio.youtube.com"
STILLS = "/i.ytimg.com"
FACES = "/yt3.ggpht.com"
#: The same API under two names.
HOSTS = ("/www.googleapis.com", "/youtube.googleapis.com")

routes = Blueprint(KEY, __name__)


def api(path: str, *methods: str) -> Callable[[Any], Any]:
    """A view of the API, under each of its hosts."""

    def bind(view: Any) -> Any:
        for host in HOSTS:
            routes.add_url_rule(f"{host}{path}", view_func=view, methods=list(methods))
        return view

    return bind
