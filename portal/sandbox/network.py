"""What the shared pages and doors need to know of one network; the rest stands in its own file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint

from .people import Person
from .posts import Post
from .world import World


@dataclass(frozen=True)
class SeededPost:
    """A past post that demo data wants to have happened."""

    account: str
    text: str
    at: float


@dataclass(frozen=True)
class Network:
    """One network that can be practised on."""

    key: str
    label: str
    routes: Blueprint
    scopes: Mapping[str, str]  # name → what it allows, in plain words
    usual_scopes: tuple[str, ...]
    connect: Callable[[World, Person, tuple[str, ...], str | None], dict[str, Any]]
    seed: Callable[[World, SeededPost], Post | None]
