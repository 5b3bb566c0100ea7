"""The least that Flask can serve: what the portal's pages are compared with."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def bare() -> str:
    return "ok"
