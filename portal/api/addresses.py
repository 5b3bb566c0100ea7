"""The parts of an address."""

from werkzeug.routing import IntegerConverter

# The largest number that the database could compare with an id.
LARGEST_ID = 2**63 - 1


class RowId(IntegerConverter):
    """A row's number. A converter that refuses a number makes 405 of what should be 404 (Werkzeug has looked
    at the rules for other methods by then), so longer words do not match, and numbers beyond any row's stand
    for one that no row has."""

    regex = r"[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        return min(int(value), LARGEST_ID)
