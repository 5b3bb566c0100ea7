"""Where Instagram lives: on its own hosts, and on Facebook's for those who come by a Page."""

from flask import Blueprint

KEY = "instagram"
LABEL = "Instagram"
WWW = "/www.instagram.com"
TOKENS = "/api.instagram.com"
OWN_GRAPH = "/graph.instagram.com"
GRAPHS = (f"{OWN_GRAPH}/<version>", "/graph.facebook.com/<version>")

routes = Blueprint(KEY, __name__)
