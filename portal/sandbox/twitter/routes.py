"""Where X lives."""

from flask import Blueprint

KEY = "twitter"
LABEL = "X"
WWW = "/x.com"
API = "/api.x.com"
PICTURES = "/pbs.twimg.com"

SUCCESS = "application/json; charset=utf-8"

routes = Blueprint(KEY, __name__)
