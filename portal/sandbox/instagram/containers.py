"""Containers: media that were fetched and are being prepared, kept over a restart."""

import time
from dataclasses import asdict, dataclass, field
from typing import Any

from flask import current_app

from ..journal import Journal
from ..numbers import Numbers
from ..world import World

LIFE_SECONDS = 24 * 3600.0
PICTURE_SECONDS = 0.3
FILM_SECONDS = 1.0

numbers = Numbers()


@dataclass
class Container:
    """One container; `files` are the ids of what it shows, in order."""

    id: str
    account: str
    kind: str  # IMAGE, VIDEO, REELS, CAROUSEL
    caption: str
    files: list[str]
    made_at: float
    ready_at: float
    is_item: bool = False
    wire: dict[str, Any] = field(default_factory=dict)
    published: str = ""  # the id of the post

    @property
    def state(self) -> str:
        now = time.time()
        if self.published:
            return "PUBLISHED"
        if now > self.made_at + LIFE_SECONDS:
            return "EXPIRED"
        return "FINISHED" if now >= self.ready_at else "IN_PROGRESS"


class Containers:
    """All containers of this world."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._all = {record["id"]: Container(**record) for record in journal.load("container")}

    def add(self, container: Container) -> Container:
        self._all[container.id] = container
        self.changed(container)
        return container

    def changed(self, container: Container) -> None:
        self._journal.keep("container", container.id, asdict(container))

    def get(self, id: str) -> Container | None:
        return self._all.get(id)


def containers_of(world: World) -> Containers:
    """The containers of the world of the request under way."""
    if "instagram_containers" not in current_app.extensions:
        current_app.extensions.setdefault("instagram_containers", Containers(world.journal))
    made: Containers = current_app.extensions["instagram_containers"]
    return made
