"""What happened in an account, as its owner reads it."""

from flask.testing import FlaskClient

from portal.auth import telling
from portal.auth.asking import Asker
from portal.extensions import db
from portal.models import Doctor, User
from tests.page import Page
from tests.signing_in import sign_in

CHROME = "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36"


def test_an_owner_reads_what_happened_and_from_where(client: FlaskClient, asha: Doctor) -> None:
    telling.note(asha.user, "signed in", Asker("192.0.2.9"), how="passkey", device=CHROME)
    telling.note(asha.user, "passkey removed", Asker("192.0.2.9"), name="<b>Phone</b>")
    db.session.commit()

    text = Page(sign_in(client, asha).get("/settings")).text

    assert "You signed in with a passkey (Chrome on Windows)" in text
    assert "A passkey was removed (“<b>Phone</b>”)" in text and "from 192.0.2.9" in text


def test_nobody_reads_what_happened_to_others(client: FlaskClient, asha: Doctor, carla: User) -> None:
    telling.note(asha.user, "address changed", Asker("192.0.2.9"))
    db.session.commit()
    assert "192.0.2.9" not in Page(sign_in(client, carla).get("/settings")).text
