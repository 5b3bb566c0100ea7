"""Where Quora lives."""

from flask import Blueprint

KEY = "quora"
LABEL = "Quora"
WWW = "/www.quora.com"

routes = Blueprint(KEY, __name__)
