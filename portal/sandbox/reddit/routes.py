"""Where Reddit lives."""

from flask import Blueprint

KEY = "reddit"
LABEL = "Reddit"
WWW = "/www.reddit.com"
API = "/oauth.reddit.com"
SHORT = "/redd.it"
PICTURES = "/styles.redditmedia.com"
STORE_HOST = "reddit-uploaded-media.s3-accelerate.amazonaws.com"

routes = Blueprint(KEY, __name__)
