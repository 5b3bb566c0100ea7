"""Where Facebook lives."""

from flask import Blueprint

KEY = "facebook"
LABEL = "Facebook"
WWW = "/www.facebook.com"
GRAPH = "/graph.facebook.com/<version>"
PICTURES = "/scontent.fbcdn.net"

routes = Blueprint(KEY, __name__)
