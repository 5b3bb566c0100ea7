"""The part of a picture that a network shows, marked by pointer, by keys and by hand alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from portal.extensions import db
from portal.models import MediaFile, PostMedia
from tests.databases import Databases
from tests.factories import make_account, make_doctor
from tests.media import samples
from tests.media.portals import Served, serving
from tests.signing_in import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def served(databases: Databases, settings: dict[str, str], tmp_path: Any) -> Iterator[Served]:
    with serving(databases, settings, "crop", INSTANCE_DIR=str(tmp_path)) as portal:
        yield portal


@pytest.fixture
def page(chromium: Browser, served: Served) -> Iterator[Page]:
    """The composer of a doctor on Instagram alone; a script error or a refused style fails the test."""
    with served.app.app_context():
        doctor = make_doctor()
        make_account(doctor, "instagram")
        cookie = sign_in(served.app.test_client(), doctor).get_cookie("portal")
        db.session.remove()
    assert cookie is not None
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "portal", "value": cookie.value, "url": served.address}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
    page.goto(f"{served.address}/posts/new")
    page.wait_for_load_state("networkidle")
    tower = {"name": "tower.png", "mimeType": "image/png", "buffer": samples.tower("PNG")}
    page.get_by_label("Add pictures or a video").set_input_files([tower])
    expect(frame(page)).to_be_visible()
    yield page
    context.close()
    assert not complaints, complaints


def frame(page: Page) -> Locator:
    return page.get_by_role("slider", name="The part that Instagram shows")


def shown(page: Page) -> Locator:
    return page.locator(".shape-look")


def keep(page: Page, served: Served) -> dict[str, Any]:
    """Keep the draft, and give what is remembered for Instagram."""
    page.get_by_role("button", name="Keep as draft").click()
    page.get_by_text("Your draft is kept.").wait_for()
    with served.app.app_context():
        place = db.session.scalars(select(PostMedia)).one()
        fit: dict[str, Any] = place.fits["instagram"]
        db.session.remove()
    return fit


def test_the_middle_is_proposed_and_shown(page: Page, served: Served) -> None:
    expect(page.get_by_text("Instagram gets it cut to 600 × 750 pixels.")).to_be_visible()
    expect(page.get_by_label("Keep the middle")).to_be_checked()
    # Decoded is more than visible: until then a picture has no size of its own.
    size = "async (one) => { await one.decode(); return [one.naturalWidth, one.naturalHeight]; }"
    assert shown(page).evaluate(size) == [600, 750]
    assert keep(page, served) == {"way": "crop", "x": 0.5, "y": 0.5}


def test_the_part_is_dragged(page: Page, served: Served) -> None:
    before = shown(page).get_attribute("src")
    frame(page).scroll_into_view_if_needed()
    box = frame(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 20, steps=4)
    page.mouse.up()
    expect(shown(page)).not_to_have_attribute("src", str(before))
    expect(page.get_by_label("Keep the part that I marked")).to_be_checked()
    fit = keep(page, served)
    assert fit["way"] == "crop"
    # The picture is 256 pixels high here, and 96 of them are room to move.
    assert fit["y"] == pytest.approx(0.5 + 20 / 96, abs=0.02)


def test_the_part_is_moved_by_keys_and_keeps_the_focus(page: Page, served: Served) -> None:
    before = shown(page).get_attribute("src")
    frame(page).focus()
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    expect(shown(page)).not_to_have_attribute("src", str(before))
    expect(frame(page)).to_be_focused()
    expect(frame(page)).to_have_attribute("aria-valuenow", "44")
    before = shown(page).get_attribute("src")
    page.keyboard.press("End")
    expect(shown(page)).not_to_have_attribute("src", str(before))
    assert keep(page, served) == {"way": "crop", "x": 0.5, "y": 1.0}


def test_white_edges_are_chosen_instead(page: Page, served: Served) -> None:
    page.get_by_label("Show all of it, with white edges").check()
    expect(page.get_by_text("with white edges, 960 × 1,200 pixels")).to_be_visible()
    expect(page.get_by_label("Show all of it, with white edges")).to_be_checked()
    assert keep(page, served)["way"] == "pad"


def test_the_preview_shows_the_very_file(page: Page, served: Served) -> None:
    page.get_by_label("Keep the bottom").check()
    expect(page.get_by_label("Keep the bottom")).to_be_checked()
    picture = page.locator(".preview-media img")
    expect(picture).to_have_attribute("src", str(shown(page).get_attribute("src")))
    with served.app.app_context():
        assert picture.get_attribute("src") != db.session.scalars(select(MediaFile)).one().url
        db.session.remove()
