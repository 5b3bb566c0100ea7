"""Time zones as a doctor chooses them, and the country that each one is in."""

from collections import defaultdict
from functools import cache
from importlib import resources
from typing import Any

from portal import zones

# Browsers tell these names of former days; IANA keeps them as links to the names of today.
TOLD_BY_BROWSERS = (
    "Africa/Asmera",
    "America/Buenos_Aires",
    "America/Catamarca",
    "America/Coral_Harbour",
    "America/Cordoba",
    "America/Godthab",
    "America/Indianapolis",
    "America/Jujuy",
    "America/Louisville",
    "America/Mendoza",
    "Asia/Calcutta",
    "Asia/Katmandu",
    "Asia/Rangoon",
    "Asia/Saigon",
    "Atlantic/Faeroe",
    "Europe/Kiev",
    "Pacific/Enderbury",
    "Pacific/Ponape",
    "Pacific/Truk",
)

Choice = tuple[str, str, dict[str, Any]]


def today_name(zone: str) -> str:
    """The name a zone has today: Asia/Kolkata for Asia/Calcutta."""
    return zone if zone in _countries() else _links().get(zone, zone)


def country_of(zone: str) -> str | None:
    """The two letters of the country that a zone is in; None for UTC and its like."""
    return _countries().get(today_name(zone))


@cache
def zone_choices() -> dict[str, list[Choice]]:
    """What a select offers, by part of the world; former names are there for scripts, unseen."""
    areas: dict[str, list[Choice]] = defaultdict(list)
    for zone in zones.choices():
        area, _, place = zone.partition("/")
        areas[area if place else "Other"].append((zone, _place_words(place or zone), {}))
    for zone in TOLD_BY_BROWSERS:
        area, _, place = today_name(zone).partition("/")
        areas[area].append((zone, _place_words(place), {"hidden": True}))
    return dict(areas)


def _place_words(place: str) -> str:
    return ", ".join(reversed(place.replace("_", " ").split("/")))


@cache
def _countries() -> dict[str, str]:
    rows = (line.split("\t") for line in _read("zone.tab").splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


@cache
def _links() -> dict[str, str]:
    rows = (line.split() for line in _read("tzdata.zi").splitlines() if line.startswith("L "))
    return {row[2]: row[1] for row in rows}


def _read(name: str) -> str:
    return resources.files("tzdata").joinpath("zoneinfo", name).read_text()
