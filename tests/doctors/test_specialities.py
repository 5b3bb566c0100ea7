"""The lists that the portal brings along fit together."""

import json
from pathlib import Path

from portal.doctors import specialities
from portal.doctors.places import TOLD_BY_BROWSERS, country_of, today_name, zone_choices

HEALTH_DAYS = specialities.CATALOGUE.with_name("health_days.json")


def test_every_health_day_is_for_fields_of_medicine_that_exist() -> None:
    known = set()
    for entry in specialities.catalogue():
        known |= {entry["name"], *entry["sub_specialities"]}
    days = json.loads(Path(HEALTH_DAYS).read_text())["days"]
    assert len(days) > 50
    for day in days:
        assert set(day["specialities"]) <= known, day["name"]


def test_every_zone_of_a_browser_can_be_chosen() -> None:
    offered = {zone for area in zone_choices().values() for zone, _, _ in area}
    for old in TOLD_BY_BROWSERS:
        assert old in offered and today_name(old) in offered


def test_a_zone_knows_its_country() -> None:
    assert [country_of(zone) for zone in ("Asia/Calcutta", "Europe/London", "UTC")] == ["IN", "GB", None]
