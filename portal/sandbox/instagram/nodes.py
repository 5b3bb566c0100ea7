"""Reading and deleting one thing of Instagram's by its id, on either host."""

from flask import Response

from ..meta import errors


def read_by_page(version: str, id: str) -> Response:
    """What a Page's token may see of Instagram."""
    return errors.not_found(id)


def delete_by_page(version: str, id: str) -> Response:
    """Take a post away; only those who come by a Page can."""
    return errors.not_found(id)
