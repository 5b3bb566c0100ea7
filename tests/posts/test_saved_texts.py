"""Texts and footers that a doctor keeps, and what one tap puts into the composer."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from portal.checks import Draft, Piece, look
from portal.extensions import db
from portal.models import Doctor, MedicalSpeciality, Post, SavedText
from portal.posts import footers, hashtags
from portal.publishing import checking
from tests.factories import make_account, make_post, save
from tests.page import Page
from tests.signing_in import sign_in

PAGE = "/posts/texts"


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor) -> FlaskClient:
    return sign_in(client, asha)


def keep(asha: Doctor, **changes: object) -> SavedText:
    values = {"kind": "text", "name": "Greeting", "words": "Dear patients,", "position": 1}
    return save(SavedText(doctor_id=asha.id, **values | changes))


def test_a_text_is_kept_changed_moved_and_taken_away(browser: FlaskClient, asha: Doctor) -> None:
    for name in ("First", "Second"):
        said = {"kind": "text", "name": name, "text": f"{name} words."}
        assert browser.post(PAGE, data=said).status_code == 303
    first, second = db.session.query(SavedText).order_by(SavedText.position)

    browser.post(f"{PAGE}/{second.id}/up")
    text = Page(browser.get(PAGE)).text
    assert text.index("Second") < text.index("First")

    browser.post(f"{PAGE}/{first.id}", data={"kind": "text", "name": "First", "text": "Better words."})
    assert db.session.get_one(SavedText, first.id).words == "Better words."

    browser.post(f"{PAGE}/{first.id}/forget")
    assert [one.name for one in db.session.query(SavedText)] == ["Second"]


def test_what_is_missing_is_said_beside_its_field(browser: FlaskClient) -> None:
    page = Page(browser.post(PAGE, data={"kind": "text", "name": "", "text": ""}))
    assert page.status == 422
    assert "Enter a short name" in page.text
    assert "Enter a text of up to 2,000 characters." in page.text


def test_a_stranger_cannot_see_or_change_a_text(browser: FlaskClient, ben: Doctor) -> None:
    foreign = keep(ben, name="Ben’s words")
    assert "Ben’s words" not in Page(browser.get(PAGE)).text
    for way in ("", "/up", "/forget"):
        assert browser.post(f"{PAGE}/{foreign.id}{way}", data={"name": "x", "text": "x"}).status_code == 404


def test_one_footer_alone_stands_below_every_new_post(browser: FlaskClient, asha: Doctor) -> None:
    for name in ("Old", "New"):
        said = {"kind": "footer", "name": name, "text": f"{name} footer.", "is_always": "y"}
        browser.post(PAGE, data=said)
    assert [one.name for one in db.session.query(SavedText).where(SavedText.is_always)] == ["New"]
    assert Page(browser.get("/posts/new")).value_of("Footer") == "New footer."


def test_ready_made_footers_say_only_what_was_checked(asha: Doctor) -> None:
    asha.medical_council, asha.medical_council_regd_no = "Delhi Medical Council", "DMC 12345"
    asha.clinic_name, asha.clinic_address = "Sunrise Clinic", "12 Park Street\nDelhi"
    words = {one.name: one.words for one in footers.suggestions(asha)}
    assert words["Registration"].endswith("Delhi Medical Council, registration number DMC 12345.")
    assert words["Clinic"] == "Sunrise Clinic, 12 Park Street, Delhi"
    asha.verification = "pending"
    assert "Registration" not in {one.name for one in footers.suggestions(asha)}


def test_no_ready_made_footer_is_one_that_the_checks_stop(asha: Doctor) -> None:
    asha.medical_council, asha.medical_council_regd_no = "Delhi Medical Council", "DMC 12345"
    asha.clinic_name, asha.clinic_address = "Sunrise Clinic", "12 Park Street, Delhi"
    for one in footers.suggestions(asha):
        text = f"Wash your hands before you eat.\n\n{one.words}"
        draft = Draft((Piece(text, "content", "text", None),), (), False)
        found = look(draft, checking.author_of(asha), checking.pack_of(asha)).findings
        assert not [each for each in found if each.severity in ("block", "confirm")], one.name


def test_the_footer_stands_below_each_version_and_is_counted_and_checked(
    browser: FlaskClient, asha: Doctor
) -> None:
    account, other = make_account(asha, "facebook"), make_account(asha, "facebook")
    said = {"content": "A" * 63_190, f"own_{other.id}": "Short.", "chosen": [account.id, other.id]}
    page = Page(browser.post("/posts/preview", data=said | {"footer": "Dr. Asha, guaranteed cure."}))
    assert "too long for Facebook (63,218 of 63,206)." in page.text
    assert "Short. Dr. Asha, guaranteed cure." in page.text
    assert "guaranteed" in page.text
    assert "Must be changed" in page.text


def test_a_footer_goes_out_with_the_post_and_into_its_copy(browser: FlaskClient, asha: Doctor) -> None:
    account = make_account(asha)
    post = make_post(asha, account, footer="Not medical advice.")
    assert post.publications[0].to_content().text == "Wash your hands.\n\nNot medical advice."
    browser.post(f"/posts/{post.id}/copy")
    copy = db.session.query(Post).order_by(Post.id.desc()).first()
    assert copy is not None
    assert copy.footer == "Not medical advice."


def test_without_javascript_a_tap_brings_the_composer_back_with_all_that_was_typed(
    browser: FlaskClient, asha: Doctor
) -> None:
    account, text = make_account(asha), keep(asha)
    said = {"content": "Good morning.", "link": "https://example.org", "chosen": [account.id]}
    page = Page(browser.post("/posts/preview", data=said | {"insert": f"text-{text.id}"}))
    assert page.value_of("Text") == "Good morning.\n\nDear patients,"
    assert page.value_of("Link") == "https://example.org"
    page = Page(browser.post("/posts/preview", data=said | {"insert": "footer-0"}))
    assert page.value_of("Footer") == footers.NO_ADVICE
    page = Page(browser.post("/posts/preview", data=said | {"insert": "text-999999"}))
    assert page.value_of("Text") == "Good morning."


def test_hashtags_come_from_history_field_day_and_words(asha: Doctor) -> None:
    asha.speciality = save(MedicalSpeciality(name="Cardiology"))
    account = make_account(asha, "facebook")
    for _ in range(3):
        make_post(asha, account, content="Eat well. #HeartHealth #Nutrition")
    make_post(asha, account, content="Sleep. #Sleep")
    found = hashtags.suggestions(asha, "About diabetes. #nutrition", date(2026, 4, 7), [account])
    assert {"HeartHealth", "Diabetes", "WorldHealthDay", "Cardiology", "Sleep"} <= set(found)
    assert "Nutrition" not in found
    assert found.index("HeartHealth") < found.index("Sleep")


def test_no_hashtag_is_offered_that_a_check_would_stop(asha: Doctor) -> None:
    account = make_account(asha, "facebook")
    make_post(asha, account, content="Well. #GuaranteedCure #HandWashing")
    found = hashtags.suggestions(asha, "Wash your hands.", None, [account])
    assert "HandWashing" in found
    assert "GuaranteedCure" not in found


def test_networks_without_hashtags_are_offered_none(browser: FlaskClient, asha: Doctor) -> None:
    make_post(asha, make_account(asha), content="Well. #HandWashing")
    reddit, page_ = make_account(asha, "reddit"), make_account(asha, "facebook")
    assert hashtags.suggestions(asha, "Wash.", None, [reddit]) == []
    said = {"content": "Wash. #a1b #b2c #c3d #d4e", "chosen": [reddit.id, page_.id]}
    page = Page(browser.post("/posts/preview", data=said))
    assert "Reddit does without hashtags" in page.text
    assert "Facebook: 4 of about 3 hashtags" in page.text
