"""How often a post was seen and liked here: invented, never nothing, and the same each time."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Popularity:
    likes: int
    comments: int
    shares: int
    views: int


def popularity(id: str) -> Popularity:
    """What a post of this id reached."""
    digest = hashlib.sha256(id.encode()).digest()
    likes = 1 + digest[0] % 60
    return Popularity(likes, 1 + digest[1] % 9, 1 + digest[2] % 7, likes * 12 + digest[3])
