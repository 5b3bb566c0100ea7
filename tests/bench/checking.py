"""What reading a post costs, in processor time: 3,000 characters of doctors' prose, as rules read them."""

import time
from itertools import islice

from portal import checks
from portal.checks import Author, Draft, Piece
from tests.bench.findings import Finding, quantile
from tests.checks.test_labelled_posts import AUTHORS, read

LENGTH = 3_000
AT_MOST_MS = 50
ROUNDS = 5
LIMIT = "limit of a look"


def measure() -> list[Finding]:
    """Ordinary and careless posts; the first look, which makes the patterns, is not among the usual ones."""
    author = Author(**{name: tuple(v) if isinstance(v, list) else v for name, v in AUTHORS["IN"].items()})
    found = []
    for name in ("ordinary", "careless"):
        taken = sorted(_look(text, author) for text in _texts(name) for _ in range(ROUNDS))
        what = f"{LENGTH:,} characters of {name} posts"
        for share in (50, 95):
            figure = quantile(taken, share)
            found.append(
                Finding("checks", f"{what}, p{share}", figure, "ms", AT_MOST_MS, LIMIT, is_limit=True)
            )
    return found


def _texts(name: str) -> list[str]:
    """The labelled posts, run together and cut."""
    joined = "\n\n".join(post["text"] for post in read(name))
    starts = range(0, len(joined) - LENGTH, LENGTH)
    return [joined[start : start + LENGTH] for start in islice(starts, 12)]


def _look(text: str, author: Author) -> float:
    draft = Draft((Piece(text),))
    begun = time.process_time()
    checks.look(draft, author, "IN-strict")
    return (time.process_time() - begun) * 1_000
