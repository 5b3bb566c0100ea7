"""The least that Flask can do for a program: answers that lie ready, of the same size as the portal's own.
What is sent is read as JSON and left at that.

`/select` is the same with one SELECT 1 before it, on a connection that is kept: what a bare answer leaves out
as soon as anything at all is asked of a database.
"""

import os
import threading
from pathlib import Path
from typing import Any

import psycopg2
from flask import Flask, Response, request

app = Flask(__name__)
ANSWERS = {file.stem: file.read_bytes() for file in Path(os.environ["BENCH_ANSWERS"]).glob("*.json")}
kept = threading.local()


@app.route("/<name>", methods=["GET", "POST"])
def answer(name: str) -> Response:
    if request.method == "POST":
        request.get_json()
    return Response(ANSWERS[name], mimetype="application/json")


@app.route("/select/<name>", methods=["GET", "POST"])
def after_a_select(name: str) -> Response:
    with _connection().cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return answer(name)


def _connection() -> Any:
    """This thread's own, without transactions."""
    if not hasattr(kept, "connection"):
        kept.connection = psycopg2.connect(os.environ["DATABASE_URL"].replace("+psycopg2", ""))
        kept.connection.autocommit = True
    return kept.connection
