"""From the composer to the practice Instagram: what the doctor was shown is what arrives."""

import io
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
import urllib3
from PIL import Image
from sqlalchemy import select

from portal.extensions import db
from portal.models import PostMedia, Publication, SocialAccount
from portal.platforms.instagram import Instagram
from portal.publishing.publisher import Publisher
from tests.databases import Databases
from tests.factories import make_account, make_doctor
from tests.media import samples
from tests.page import Page
from tests.sandbox.client import Net
from tests.sandbox.conftest import net, sandbox
from tests.sandbox.meta_portal import sign_in as sign_in_at
from tests.serving import Served, serving
from tests.signing_in import sign_in

__all__ = ["net", "sandbox"]


@pytest.fixture
def portal(
    databases: Databases, settings: dict[str, str], net: Net, tmp_path: Any, held_jobs: Any
) -> Iterator[Served]:
    own = {"SANDBOX_URL": net.url, "INSTANCE_DIR": str(tmp_path)}
    with serving(databases, settings, "as_shown", **own) as portal:
        portal.app.config.update(WTF_CSRF_ENABLED=False)
        with portal.app.app_context():
            yield portal
            db.session.remove()


@pytest.fixture
def instagram(portal: Served, net: Net) -> SocialAccount:
    """Asha's account there, connected."""
    token, (identity, *_) = sign_in_at(Instagram(), "account", net)
    account = make_account(make_doctor(), "instagram", remote_id=identity.remote_id, handle=identity.handle)
    account.token = token
    db.session.commit()
    return account


def publish(portal: Served) -> Publication:
    """Let the publisher work until the only publication has come to an end."""
    publisher = Publisher(db.engine, needs_verification=True, threads=2)
    try:
        for _ in range(100):
            publisher.run(patience=0.5)
            db.session.rollback()
            publication = db.session.scalars(select(Publication)).one()
            if publication.status not in ("scheduled", "publishing", "retrying"):
                return publication
            Event().wait(0.1)
    finally:
        publisher.stop.set()
        publisher.close()
    pytest.fail(f"still {publication.status}: {publication.error_message}")


def test_instagram_gets_the_crop_that_was_chosen_and_shown(
    portal: Served, instagram: SocialAccount, net: Net
) -> None:
    browser = sign_in(portal.app.test_client(), instagram.doctor)
    page = Page(browser.get("/posts/new"))
    tall = (io.BytesIO(samples.tower("PNG")), "tower.png")
    box = next(label for label in page.labels if instagram.display_name in label and "Text" not in label)
    fields = {"Text": "Wash.", "Add pictures or a video": tall, box: True}
    page = page.form("Upload").fill(fields).submit(browser)
    assert "Instagram gets it cut to 600 × 750 pixels." in page.text or "cut to 600 × 750" in page.text

    page = (
        page.form("Show preview")
        .fill({"Too tall for Instagram: what should it show?": "Keep the bottom"})
        .submit(browser)
    )
    [shown] = [part.get("src") for part in page.root.iter("img") if part.get("class") == "shape-look"]
    page.form("Send it now").submit(browser)
    publication = publish(portal)

    assert (publication.status, publication.error_message) == ("published", None)
    [post] = net.posts("instagram")
    [kept] = post["media"]
    arrived = urllib3.request("GET", net.url + kept["url"]).data
    assert arrived == urllib3.request("GET", str(shown)).data
    picture = Image.open(io.BytesIO(arrived))
    assert (picture.format, picture.size) == ("JPEG", (600, 750))
    assert picture.getpixel((300, 740)) == pytest.approx((0, 0, 254), abs=6)
    assert picture.getpixel((300, 10)) == pytest.approx((255, 255, 255), abs=6)


def test_a_picture_that_fits_no_shape_is_not_cut_before_the_doctor_saw_it(
    portal: Served, instagram: SocialAccount
) -> None:
    browser = sign_in(portal.app.test_client(), instagram.doctor)
    page = Page(browser.get("/posts/new"))
    tall = (io.BytesIO(samples.tower()), "tower.jpg")
    box = next(label for label in page.labels if instagram.display_name in label and "Text" not in label)
    fields = {"Text": "Wash.", "Add pictures or a video": tall, box: True}
    page = page.form("Send it now").fill(fields).submit(browser)

    assert page.status == 422
    assert "Crop it." in (page.error_of("Add pictures or a video") or "")
    assert "Too tall for Instagram: what should it show?" in page.text
    page.form("Send it now").submit(browser)
    [place] = db.session.scalars(select(PostMedia)).all()
    assert place.fits == {"instagram": {"way": "crop", "x": 0.5, "y": 0.5}}
