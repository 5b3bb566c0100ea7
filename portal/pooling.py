"""Connections that died while they lay in the pool are noticed without a word to the server.

A server that ends, or that cuts a connection, says so on it: there is something to read where nobody asked
for anything. Looking takes a millionth of a second; to ask and be answered takes as long as a small query.
"""

import select
from typing import Any

import psycopg2
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError

from portal.extensions import db


def init_app(app: Flask) -> None:
    with app.app_context():
        event.listen(db.engine, "checkout", look)


def look(connection: Any, _record: Any, _lent: Any) -> None:
    """Have the pool make a new connection when this one is over; raises DisconnectionError."""
    if is_over(connection):
        raise DisconnectionError


def is_over(connection: Any) -> bool:
    """Whether the server has hung up, or said something that nobody asked for, which is as good as that."""
    waiting = select.poll()
    try:
        waiting.register(connection.fileno(), select.POLLIN)
    except psycopg2.Error:  # closed on our side
        return True
    return bool(waiting.poll(0))
