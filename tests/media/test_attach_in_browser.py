"""What JavaScript adds to attaching files: at once, by drag, by paste, with progress, moved in place."""

import base64
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from portal.models import Post, PostMedia
from tests.browsing import Visit
from tests.factories import make_account, make_doctor
from tests.media import samples
from tests.serving import Served

pytestmark = pytest.mark.browser


@pytest.fixture
def doctor_id(served: Served) -> int:
    """Of a doctor with an account on X."""
    with served.desk():
        doctor = make_doctor()
        make_account(doctor, "twitter")
        return doctor.id


@pytest.fixture
def page(visit: Visit, served: Served, doctor_id: int) -> Page:
    """The composer of a new post."""
    return visit("/posts/new", served.cookie(doctor_id), may_fail=True)


def chosen(name: str, content: bytes | None = None, kind: str = "image/jpeg") -> dict[str, Any]:
    return {"name": name, "mimeType": kind, "buffer": content or samples.picture(size=(300, 200))}


def field(page: Page) -> Locator:
    return page.get_by_label("Add pictures or a video")


def pictures(page: Page) -> Locator:
    return page.locator(".attachment-look img")


def carried(page: Page, content: bytes, name: str) -> Any:
    """A DataTransfer that holds one file."""
    return page.evaluate_handle(
        """([text, name]) => {
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name, { type: "image/jpeg" }));
            return transfer;
        }""",
        [base64.b64encode(content).decode(), name],
    )


def test_files_go_up_as_soon_as_they_are_chosen_and_the_preview_shows_them(
    page: Page, served: Served, doctor_id: int
) -> None:
    page.get_by_label("Text", exact=True).fill("Wash your hands.")
    expect(page.get_by_role("button", name="Upload", exact=True)).to_have_count(0)
    field(page).set_input_files([chosen("a.jpg"), chosen("b.jpg")])
    expect(pictures(page)).to_have_count(2)
    page.get_by_label("What does this picture show?").first.fill("Soap")
    expect(page.locator('.preview-media img[alt="Soap"]')).to_be_visible()
    page.locator(".preview-media img").first.evaluate("(image) => image.decode()")

    page.get_by_role("button", name="Keep as draft").click()
    page.get_by_text("Your draft is kept.").wait_for()
    places = select(PostMedia).join(Post, Post.id == PostMedia.post_id).where(Post.doctor_id == doctor_id)
    said = {place.position: place.alt_text for place in served.read(places)}
    assert said == {0: "Soap", 1: None}


def test_a_picture_is_dropped(page: Page) -> None:
    transfer = carried(page, samples.picture(), "dropped.jpg")
    page.dispatch_event(".attach-place", "dragover", {"dataTransfer": transfer})
    expect(page.locator(".attach")).to_have_class(re.compile("is-over"))
    page.dispatch_event(".attach-place", "drop", {"dataTransfer": transfer})
    expect(pictures(page)).to_have_count(1)
    expect(page.locator(".attach")).not_to_have_class(re.compile("is-over"))
    assert page.evaluate(BESIDE, transfer), "the browser would have left the page for the file"


# Dropped beside the form; whether the page kept the browser from opening it.
BESIDE = """(transfer) => !document.body.dispatchEvent(
    new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }))"""


def test_a_picture_is_pasted_into_the_text(page: Page) -> None:
    transfer = carried(page, samples.picture(), "pasted.jpg")
    page.locator("#text").evaluate(
        """(field, transfer) => field.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }))""",
        transfer,
    )
    expect(pictures(page)).to_have_count(1)


def test_a_photo_of_the_camera_goes_up_by_itself(page: Page) -> None:
    camera = page.locator("input[capture]")
    expect(camera).to_have_attribute("capture", "environment")
    camera.set_input_files([chosen("camera.jpg")])
    expect(pictures(page)).to_have_count(1)
    expect(page.get_by_text("X gets it as it is.")).to_be_visible()


# The bar says how far it is, and it is neither at its beginning nor at its end.
PARTLY = """() => {
    const bar = document.querySelector(".attachment progress");
    return bar && bar.value > 0 && bar.value < bar.max;
}"""


def test_a_slow_upload_shows_how_far_it_is_and_holds_the_post_back(page: Page) -> None:
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 50_000}
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", slow)
    field(page).set_input_files([chosen("large.jpg", samples.noise("JPEG", (1300, 1000)))])
    expect(page.get_by_role("progressbar", name="Upload of large.jpg")).to_be_visible()
    page.wait_for_function(PARTLY)
    page.get_by_role("button", name="Keep as draft").click()
    expect(page.get_by_text("Wait until every file is uploaded")).to_be_visible()
    network.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    expect(pictures(page)).to_have_count(1)
    expect(page.get_by_label("Text", exact=True)).to_be_visible()


def test_an_upload_that_was_cut_off_is_tried_again_and_one_that_hangs_is_stopped(page: Page) -> None:
    page.route("**/posts/upload", lambda route: route.abort("connectionreset"), times=1)
    field(page).set_input_files([chosen("a.jpg")])
    expect(page.get_by_text("The upload was cut off.")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(pictures(page)).to_have_count(1)
    page.route("**/posts/upload", lambda route: None)  # no answer ever comes
    field(page).set_input_files([chosen("b.jpg")])
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".attachment")).to_have_count(1)


def test_a_refused_file_says_why_and_does_not_hold_up_the_others(page: Page) -> None:
    field(page).set_input_files([chosen("scan.jpg", samples.DICOM), chosen("b.jpg")])
    expect(page.get_by_text("This is a medical image (DICOM)").first).to_be_visible()
    expect(pictures(page)).to_have_count(1)
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".attachment")).to_have_count(1)


def test_pictures_are_moved_and_taken_away_by_keyboard(page: Page) -> None:
    field(page).set_input_files([chosen("a.jpg"), chosen("b.jpg"), chosen("c.jpg")])
    expect(pictures(page)).to_have_count(3)
    first, second, third = (place.get_attribute("value") for place in page.locator(MEDIA).all())
    page.get_by_role("button", name="Move this picture up").nth(1).focus()
    page.keyboard.press("Enter")
    in_order(page, first, third, second)
    page.keyboard.press("Enter")
    in_order(page, third, first, second)
    expect(page.get_by_role("button", name="Move this picture down").first).to_be_focused()
    page.get_by_role("button", name="Take this picture away").first.press("Enter")
    in_order(page, first, second)
    expect(page.get_by_text("The picture is taken away.")).to_be_visible()


MEDIA = '[name="media"]'


def in_order(page: Page, *numbers: str | None) -> None:
    expect(page.locator(MEDIA)).to_have_count(len(numbers))
    for place, number in enumerate(numbers):
        expect(page.locator(MEDIA).nth(place)).to_have_value(str(number))
