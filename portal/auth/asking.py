"""Who asks, as the doors tell the flows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Asker:
    """From which network address, with which browser; and whether a browser will answer the code.

    A browser answers only the code that it asked for. A program has no memory of ours: it answers by address.
    """

    address: str | None
    device: str | None = None
    by_browser: bool = True
