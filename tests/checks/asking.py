"""One way to ask all rules about an example or a labelled post."""

from typing import Any

from portal import checks
from portal.checks import Author, Draft, Picture, Piece


def look(example: dict[str, Any]) -> checks.Report:
    """An example's `text` stands alone as the post; other keys set the scene."""
    first = Piece(example.get("text", ""), kind=example.get("kind", "text"), platform=example.get("platform"))
    others = tuple(Piece(**piece) for piece in example.get("pieces", ()))
    pictures = tuple(Picture(**frozen(picture)) for picture in example.get("pictures", ()))
    draft = Draft(
        (first, *others), pictures, example.get("is_sponsored", False), example.get("is_leaving", False)
    )
    return checks.look(draft, Author(**frozen(example.get("author", {}))), example.get("pack", "IN"))


def frozen(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
