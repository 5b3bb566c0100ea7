"""Where LinkedIn lives."""

from flask import Blueprint

KEY = "linkedin"
LABEL = "LinkedIn"
WWW = "/www.linkedin.com"
API = "/api.linkedin.com"
PICTURES = "/media.licdn.com"

routes = Blueprint(KEY, __name__)
