"""Everything the practice network remembers, in one place that every network is handed."""

import threading
from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from .faults import Faults
from .files import Files
from .grants import Grants
from .journal import Journal
from .letters import Letters
from .meta.proofs import AppSecrets
from .people import People
from .posts import Posts
from .settings import SandboxSettings


@dataclass(frozen=True)
class World:
    settings: SandboxSettings
    journal: Journal
    people: People
    grants: Grants
    posts: Posts
    files: Files
    letters: Letters
    faults: Faults
    app_secrets: AppSecrets
    closing: threading.Event = field(default_factory=threading.Event)

    def wait(self, seconds: float) -> None:
        """Let time pass, but no longer than until the practice network ends."""
        if seconds > 0:
            self.closing.wait(seconds)

    def shown(self, address: str) -> str:
        """A network's own address as it is reached here: https://HOST/PATH under the practice network."""
        return address.replace("https://", self.settings.sandbox_url + "/", 1)

    def close(self) -> None:
        """End what waits and write what is left."""
        self.closing.set()
        self.journal.close()


def open_world(settings: SandboxSettings) -> World:
    """Take up the state that an earlier start left behind."""
    journal = Journal(settings.folder / "state.sqlite3")
    return World(
        settings=settings,
        journal=journal,
        people=People(journal),
        grants=Grants(journal),
        posts=Posts(journal),
        files=Files(journal, settings.folder / "files"),
        letters=Letters(journal),
        faults=Faults(journal),
        app_secrets=AppSecrets(journal),
    )


def this_world() -> World:
    """The world of the request under way."""
    return cast(World, current_app.extensions["world"])
