"""A program that listens at https://hooks.example/NAME: it shows what webhooks brought there.

A last part of the name that is a number is how it answers: https://hooks.example/NAME/500.
"""

from collections import deque
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from .wire import answer

HOST = "hooks.example"
KEPT = 200
SHOWN_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")

hooks = Blueprint("hooks", __name__, url_prefix=f"/{HOST}")


@hooks.post("/<path:name>")
def take(name: str) -> Response:
    told = {
        "name": name,
        "headers": {header: request.headers.get(header, "") for header in SHOWN_HEADERS},
        "body": request.get_data(as_text=True)[:10_000],
    }
    arrived().appendleft(told)
    status = name.rpartition("/")[2]
    return answer({"taken": True}, int(status) if status in ("410", "429", "500", "503") else 200)


@hooks.get("/")
@hooks.get("/<path:name>")
def show(name: str = "") -> Any:
    found = [told for told in arrived() if told["name"] == name or not name]
    if request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json":
        return answer(found)
    return render_template("hooks.html", found=found, name=name)


def arrived() -> deque[dict[str, Any]]:
    """What came, the newest first; forgotten when the practice network ends."""
    kept: deque[dict[str, Any]] = current_app.extensions.setdefault("hooks", deque(maxlen=KEPT))
    return kept
