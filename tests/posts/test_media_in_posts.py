"""Pictures and videos in the composer, as a person without JavaScript meets them."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import platforms
from portal.extensions import db
from portal.media import flows
from portal.media.inputs import Upload
from portal.models import Doctor, MediaFile, Post, SocialAccount
from portal.platforms.base import Content, Preview, Problem
from tests.conftest import Clock
from tests.media import samples
from tests.page import Page
from tests.posts.conftest import FakePlatform
from tests.posts.test_pages import at_tomorrow, browser, choose

__all__ = ["browser"]

ADD = "Add pictures or a video"


class PictureNetwork(FakePlatform):
    """Takes one picture, and shows what it would show."""

    def problems(self, content: Content) -> list[Problem]:
        said = f"{self.label} takes one picture."
        return super().problems(content) + [Problem("media", said)] * (len(content.media) > 1)

    def preview(self, content: Content) -> Preview:
        name = content.author.display_name
        return Preview(name, None, content.text, "", len(content.text), 10, media=content.media)


@pytest.fixture(autouse=True)
def picture_network(fake_networks: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(platforms.PLATFORMS, "twitter", PictureNetwork("twitter", "X"))


def a_file(name: str = "photo.jpg", content: bytes | None = None) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content or samples.picture()), name


def uploaded(doctor: Doctor, **options: Any) -> MediaFile:
    return flows.keep(doctor, io.BytesIO(samples.picture(**options)), "photo.jpg", Upload())


def the_post() -> Post:
    return db.session.scalars(select(Post).order_by(Post.id.desc())).first() or pytest.fail("no post")


def attached(page: Page) -> list[str]:
    return [str(part.get("value")) for part in page.root.iter("input") if part.get("name") == "media"]


def press(page: Page, name: str, number: int, client: FlaskClient) -> Page:
    """Press the button that moves or removes the file with this number."""
    form = page.form(name)
    form.button = next(
        button
        for button in form.element.iter("button")
        if button.get("value", "").endswith(f"-{number}") and name in "".join(button.itertext())
    )
    return form.submit(client)


def test_a_picture_is_attached_described_and_planned(
    browser: FlaskClient, x: SocialAccount, clock: Clock
) -> None:
    page = Page(browser.get("/posts/new"))
    page = page.form("Upload").fill({"Text": "Wash.", ADD: a_file()}).submit(browser)
    assert page.value_of("Text") == "Wash."
    assert len(attached(page)) == 1
    fields = {"What does this picture show?": "Hands under water", **at_tomorrow(clock), **choose(page, x)}
    page = page.form("Plan it").fill(fields).submit(browser)
    assert "Your post is planned." in page.text
    [place] = the_post().media
    assert (place.position, place.alt_text, place.file.mime_type) == (0, "Hands under water", "image/jpeg")
    assert any(part.get("alt") == "Hands under water" for part in page.root.iter("img"))


def test_a_file_that_is_only_chosen_comes_along_with_the_plan(
    browser: FlaskClient, x: SocialAccount, clock: Clock
) -> None:
    page = Page(browser.get("/posts/new"))
    fields = {"Text": "Wash.", ADD: a_file(), **at_tomorrow(clock), **choose(page, x)}
    page.form("Plan it").fill(fields).submit(browser)
    assert len(the_post().media) == 1


def test_the_doctor_reads_what_was_taken_out(browser: FlaskClient) -> None:
    told = a_file(content=samples.picture(exif=samples.exif()))
    page = Page(browser.get("/posts/new")).form("Upload").fill({ADD: told}).submit(browser)
    assert "The file told the place, the time, the device and other notes. We took that out." in page.text


def test_a_file_that_cannot_be_taken_says_why_and_keeps_what_was_typed(browser: FlaskClient) -> None:
    page = Page(browser.get("/posts/new"))
    page = (
        page.form("Keep as draft")
        .fill({"Text": "Wash.", ADD: a_file("scan.jpg", samples.DICOM)})
        .submit(browser)
    )
    assert page.status == 422
    assert "scan.jpg: This is a medical image (DICOM)" in (page.error_of(ADD) or "")
    assert page.value_of("Text") == "Wash."
    assert db.session.scalars(select(Post)).all() == []


def test_a_video_is_attached(browser: FlaskClient, tmp_path: Path) -> None:
    film = a_file("IMG_1.MOV", samples.video(tmp_path))
    page = Page(browser.get("/posts/new")).form("Upload").fill({ADD: film}).submit(browser)
    assert "Video, 0:01 long" in page.text
    page = page.form("Keep as draft").submit(browser)
    assert the_post().media[0].file.duration == pytest.approx(1.0, abs=0.05)
    assert next(page.root.iter("video"), None) is not None


def test_a_video_that_has_to_be_turned_says_how_far_it_is(
    browser: FlaskClient, tmp_path: Path, x: SocialAccount, clock: Clock
) -> None:
    film = a_file("film.webm", samples.video(tmp_path, kind="webm", codec="libvpx", sound=None))
    page = Page(browser.get("/posts/new"))
    page = page.form("Upload").fill({"Text": "Wash.", ADD: film, **choose(page, x)}).submit(browser)
    assert "We turn this video into a kind that networks take. 0 % is done." in page.text
    page = page.form("Plan it").fill(at_tomorrow(clock)).submit(browser)
    assert "The video is still being made ready." in (page.error_of(ADD) or "")


def test_the_order_changes_and_one_goes(browser: FlaskClient, asha: Doctor) -> None:
    one, two, three = (uploaded(asha).id for _ in range(3))
    response = browser.post("/posts/new", data={"media": [one, two, three], "do": "draft"})
    post = the_post()
    assert response.status_code == 303

    page = Page(browser.get(f"/posts/{post.id}/edit"))
    assert attached(page) == [str(one), str(two), str(three)]
    page = press(page, "Move this picture up", three, browser)
    page = press(page, "Take this picture away", one, browser)
    assert attached(page) == [str(three), str(two)]
    page.form("Keep as draft").submit(browser)
    db.session.refresh(post)
    assert [place.file.id for place in post.media] == [three, two]


def test_a_change_of_the_text_keeps_pictures_and_their_words(browser: FlaskClient, asha: Doctor) -> None:
    number = uploaded(asha).id
    browser.post("/posts/new", data={"media": number, f"alt_{number}": "A wall", "do": "draft"})
    page = Page(browser.get(f"/posts/{the_post().id}/edit"))
    page.form("Keep as draft").fill({"Text": "New."}).submit(browser)
    db.session.expire_all()
    assert [(place.file.id, place.alt_text) for place in the_post().media] == [(number, "A wall")]


def test_the_preview_shows_pictures_and_what_the_network_would_refuse(
    browser: FlaskClient, asha: Doctor, x: SocialAccount
) -> None:
    files = [uploaded(asha), uploaded(asha)]
    said = {"content": "", "chosen": x.id, "media": [file.id for file in files], f"alt_{files[0].id}": "Wall"}
    shown = browser.post("/posts/preview", data=said, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert all(file.url in shown for file in files) and 'alt="Wall"' in shown
    assert "X takes one picture." in shown


def test_what_a_network_would_refuse_stands_beside_the_files(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    page = Page(browser.get("/posts/new"))
    for _ in range(2):
        page = page.form("Upload").fill({ADD: a_file()}).submit(browser)
    page = page.form("Plan it").fill({**at_tomorrow(clock), **choose(page, x)}).submit(browser)
    assert page.error_of(ADD) == "X takes one picture."


def test_another_doctors_picture_is_neither_shown_nor_taken(browser: FlaskClient, ben: Doctor) -> None:
    foreign = uploaded(ben)
    response = browser.post("/posts/new", data={"media": foreign.id, "content": "Look.", "do": "draft"})
    page = Page(response)
    assert page.status == 422
    assert "We found no such upload of yours" in (page.error_of(ADD) or "")
    assert foreign.url not in response.get_data(as_text=True)


def test_numbers_that_mean_nothing_are_passed_over(browser: FlaskClient) -> None:
    said = {"media": ["x", "-1", "", "9" * 60, "²"], "content": "Look."}
    assert Page(browser.post("/posts/preview", data=said)).status == 200


class TestUploadsByScript:
    def send(self, browser: FlaskClient, *file: Any) -> Any:
        return browser.post("/posts/upload", data={"file": a_file(*file)})

    def test_a_picture_brings_back_its_place(self, browser: FlaskClient) -> None:
        response = self.send(browser)
        number = db.session.scalars(select(MediaFile.id)).one()
        assert response.status_code == 201
        assert f'name="media" value="{number}"' in response.get_data(as_text=True)

    def test_a_refusal_is_one_sentence(self, browser: FlaskClient) -> None:
        response = self.send(browser, "logo.svg", samples.SVG)
        assert (response.status_code, response.mimetype) == (422, "text/plain")
        assert response.get_data(as_text=True).startswith("SVG drawings")

    def test_a_stranger_uploads_nothing(self, client: FlaskClient) -> None:
        assert self.send(client).status_code == 303
        assert db.session.scalars(select(MediaFile)).all() == []

    def test_a_page_elsewhere_cannot_upload(self, browser: FlaskClient, csrf_on: None) -> None:
        assert self.send(browser).status_code == 400
        assert browser.post("/posts/new", data={"content": "x", "do": "draft"}).status_code == 400
        assert db.session.scalars(select(Post)).all() == []


def test_only_requests_with_files_may_be_large(browser: FlaskClient, asha: Doctor) -> None:
    size = {"CONTENT_LENGTH": str(40 * 1024 * 1024)}
    assert browser.post("/profile", environ_overrides=size).status_code == 413
    too_large = {"CONTENT_LENGTH": str(600 * 1024 * 1024)}
    response = browser.post(
        "/posts/upload", environ_overrides=too_large, content_type="multipart/form-data; boundary=x"
    )
    assert response.status_code == 413
