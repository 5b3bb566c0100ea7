"""The part of a picture that a network shows, marked by pointer, by keys and by hand alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from portal.extensions import db
from portal.models import MediaFile, Post, PostMedia
from tests.browsing import Visit, ready
from tests.factories import make_account, make_doctor
from tests.media import samples
from tests.serving import Served

pytestmark = pytest.mark.browser

Kept = Callable[[], dict[str, Any]]


@pytest.fixture
def doctor_id(served: Served) -> int:
    """Of a doctor on Instagram alone."""
    with served.desk():
        doctor = make_doctor()
        make_account(doctor, "instagram")
        return doctor.id


@pytest.fixture
def page(visit: Visit, served: Served, doctor_id: int) -> Page:
    """Their composer, with the picture of a tower."""
    page = visit("/posts/new", served.cookie(doctor_id))
    tower = {"name": "tower.png", "mimeType": "image/png", "buffer": samples.tower("PNG")}
    with drawn_anew(page):
        page.get_by_label("Add pictures or a video").set_input_files([tower])
    expect(frame(page)).to_be_visible()
    return page


def frame(page: Page) -> Locator:
    return page.get_by_role("slider", name="The part that Instagram shows")


def shown(page: Page) -> Locator:
    return page.locator(".shape-look")


@contextmanager
def drawn_anew(page: Page) -> Iterator[None]:
    """Waits for what the server draws of the part then, and for the frame over it to answer to the hand."""
    with page.expect_response("**/posts/shapes"):
        yield
    ready(page)
    shown(page).evaluate("(picture) => picture.decode()")


@pytest.fixture
def kept(page: Page, served: Served, doctor_id: int) -> Kept:
    """Keeps the draft, and gives what is remembered for Instagram."""

    def keep() -> dict[str, Any]:
        page.get_by_role("button", name="Keep as draft").click()
        page.get_by_text("Your draft is kept.").wait_for()
        fits = select(PostMedia.fits).join(Post, Post.id == PostMedia.post_id)
        [fit] = served.read(fits.where(Post.doctor_id == doctor_id))
        return dict(fit["instagram"])

    return keep


def test_the_middle_is_proposed_and_shown(page: Page, kept: Kept) -> None:
    expect(page.get_by_text("Instagram gets it cut to 600 × 750 pixels.")).to_be_visible()
    expect(page.get_by_label("Keep the middle")).to_be_checked()
    # Decoded is more than visible: until then a picture has no size of its own.
    size = "async (one) => { await one.decode(); return [one.naturalWidth, one.naturalHeight]; }"
    assert shown(page).evaluate(size) == [600, 750]
    assert kept() == {"way": "crop", "x": 0.5, "y": 0.5}


def test_the_part_is_dragged(page: Page, kept: Kept) -> None:
    frame(page).scroll_into_view_if_needed()
    box = frame(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 20, steps=4)
    before = str(shown(page).get_attribute("src"))
    with drawn_anew(page):
        page.mouse.up()
    expect(shown(page)).not_to_have_attribute("src", before)
    expect(page.get_by_label("Keep the part that I marked")).to_be_checked()
    fit = kept()
    assert fit["way"] == "crop"
    # The picture is 256 pixels high here, and 96 of them are room to move.
    assert fit["y"] == pytest.approx(0.5 + 20 / 96, abs=0.02)


def test_the_part_is_moved_by_keys_and_keeps_the_focus(page: Page, kept: Kept) -> None:
    frame(page).focus()
    for key, percent in (("ArrowUp", "48"), ("ArrowUp", "46"), ("End", "100")):
        before = str(shown(page).get_attribute("src"))
        with drawn_anew(page):
            page.keyboard.press(key)
        expect(frame(page)).to_be_focused()
        expect(frame(page)).to_have_attribute("aria-valuenow", percent)
        expect(shown(page)).not_to_have_attribute("src", before)
    assert kept() == {"way": "crop", "x": 0.5, "y": 1.0}


def test_white_edges_are_chosen_instead(page: Page, kept: Kept) -> None:
    page.get_by_label("Show all of it, with white edges").check()
    expect(page.get_by_text("with white edges, 960 × 1,200 pixels")).to_be_visible()
    expect(page.get_by_label("Show all of it, with white edges")).to_be_checked()
    assert kept()["way"] == "pad"


def test_the_preview_shows_the_very_file(page: Page, served: Served, doctor_id: int) -> None:
    with drawn_anew(page):
        page.get_by_label("Keep the bottom").check()
    expect(page.get_by_label("Keep the bottom")).to_be_checked()
    picture = page.locator(".preview-media img")
    expect(picture).to_have_attribute("src", str(shown(page).get_attribute("src")))
    with served.desk():
        whole = db.session.scalars(select(MediaFile).where(MediaFile.doctor_id == doctor_id)).one().url
    expect(picture).not_to_have_attribute("src", whole)
