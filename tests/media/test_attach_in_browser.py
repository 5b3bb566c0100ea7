"""What JavaScript adds to attaching files: at once, by drag, by paste, with progress, moved in place."""

import base64
import re
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from config import Config
from portal import create_app
from portal.extensions import db
from portal.models import Post
from portal.sandbox.running import free_port
from tests.databases import Databases
from tests.factories import make_account, make_doctor
from tests.media import samples
from tests.signing_in import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def served(
    databases: Databases, settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str, Any]]:
    """The address of a portal, the cookie of a doctor with an account on X, and the app."""
    address = f"http://127.0.0.1:{free_port()}"
    own = {
        "DATABASE_URL": databases.copy("attach"),
        "PUBLIC_URL": address,
        "INSTANCE_DIR": str(tmp_path_factory.mktemp("attach")),
    }
    app = create_app(Config.from_env({**settings, **own}))
    app.config.update(TESTING=True)
    with app.app_context():
        doctor = make_doctor()
        make_account(doctor, "twitter")
        cookie = sign_in(app.test_client(), doctor).get_cookie("portal")
        db.session.remove()
    server = make_server("127.0.0.1", int(address.rpartition(":")[2]), app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    assert cookie is None or cookie.value
    yield address, cookie.value if cookie else "", app
    server.shutdown()
    thread.join()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def page(chromium: Browser, served: tuple[str, str, Any]) -> Iterator[Page]:
    """The composer of a new post; a script error or a refused resource fails the test."""
    address, cookie, _ = served
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "portal", "value": cookie, "url": address}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/posts/new")
    page.wait_for_load_state("networkidle")
    yield page
    context.close()
    assert not complaints, complaints


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
    page: Page, served: tuple[str, str, Any]
) -> None:
    page.get_by_label("Text", exact=True).fill("Wash your hands.")
    assert page.get_by_role("button", name="Upload", exact=True).count() == 0
    field(page).set_input_files([chosen("a.jpg"), chosen("b.jpg")])
    expect(pictures(page)).to_have_count(2)
    page.get_by_label("What does this picture show?").first.fill("Soap")
    expect(page.locator('.preview-media img[alt="Soap"]')).to_be_visible()
    assert page.locator(".preview-media img").first.evaluate("(image) => image.complete")

    page.get_by_role("button", name="Keep as draft").click()
    page.get_by_text("Your draft is kept.").wait_for()
    with served[2].app_context():
        [post] = db.session.scalars(select(Post)).all()
        assert [(place.position, place.alt_text) for place in post.media] == [(0, "Soap"), (1, None)]


def test_a_picture_is_dropped(page: Page) -> None:
    transfer = carried(page, samples.picture(), "dropped.jpg")
    page.dispatch_event(".attach-place", "dragover", {"dataTransfer": transfer})
    expect(page.locator(".attach")).to_have_class(re.compile("is-over"))
    page.dispatch_event(".attach-place", "drop", {"dataTransfer": transfer})
    expect(pictures(page)).to_have_count(1)
    expect(page.locator(".attach")).not_to_have_class(re.compile("is-over"))


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


def test_a_slow_upload_shows_how_far_it_is_and_holds_the_post_back(page: Page) -> None:
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000}
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", slow)
    field(page).set_input_files([chosen("large.jpg", samples.noise("JPEG", (1300, 1000)))])
    bar = page.get_by_role("progressbar", name="Upload of large.jpg")
    page.wait_for_function("() => document.querySelector('.attachment progress')?.value > 0")
    assert 0 < float(bar.get_attribute("value") or 0) < float(bar.get_attribute("max") or 0)
    page.get_by_role("button", name="Keep as draft").click()
    expect(page.get_by_text("Wait until every file is uploaded")).to_be_visible()
    network.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    expect(pictures(page)).to_have_count(1, timeout=30_000)
    assert "/posts/new" in page.url


def test_an_upload_can_be_stopped(page: Page) -> None:
    page.route("**/posts/upload", lambda route: None)  # no answer ever comes
    field(page).set_input_files([chosen("a.jpg")])
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".attachment")).to_have_count(0)


def test_a_refused_file_says_why_and_does_not_hold_up_the_others(page: Page) -> None:
    field(page).set_input_files([chosen("scan.jpg", samples.DICOM), chosen("b.jpg")])
    expect(page.get_by_text("This is a medical image (DICOM)").first).to_be_visible()
    expect(pictures(page)).to_have_count(1)
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".attachment")).to_have_count(1)


def test_pictures_are_moved_and_taken_away_by_keyboard(page: Page) -> None:
    field(page).set_input_files([chosen("a.jpg"), chosen("b.jpg"), chosen("c.jpg")])
    expect(pictures(page)).to_have_count(3)
    numbers = order(page)
    page.get_by_role("button", name="Move this picture up").nth(1).focus()
    page.keyboard.press("Enter")
    assert order(page) == [numbers[0], numbers[2], numbers[1]]
    page.keyboard.press("Enter")
    assert order(page) == [numbers[2], numbers[0], numbers[1]]
    expect(page.get_by_role("button", name="Move this picture down").first).to_be_focused()
    page.get_by_role("button", name="Take this picture away").first.press("Enter")
    assert order(page) == numbers[:2]
    expect(page.get_by_text("The picture is taken away.")).to_be_visible()


def order(page: Page) -> list[str]:
    numbers: list[str] = page.eval_on_selector_all('[name="media"]', "(all) => all.map((one) => one.value)")
    return numbers
