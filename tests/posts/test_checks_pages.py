"""What a doctor sees of the checks: advice, reasons, who can be seen, and a post that is held."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import checks, platforms
from portal.extensions import db
from portal.models import Doctor, MediaFile, Post, PostCheck, SocialAccount
from portal.publishing import second_look
from tests.conftest import Clock, HeldJobs
from tests.factories import make_post
from tests.page import Page
from tests.posts.test_pages import at_tomorrow, only_post, write
from tests.signing_in import sign_in

BOAST = "We are the best clinic in Pune."
PROMISE = "We offer 100% cure for piles."
REASON = "Why is this right to post? Boast or comparison"
HX = {"HX-Request": "true"}


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, clock: Clock) -> FlaskClient:
    return sign_in(client, asha)


@pytest.fixture(autouse=True)
def longer_texts(fake_networks: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake networks take whole sentences here."""
    fake = type(platforms.PLATFORMS["twitter"])
    monkeypatch.setattr(fake, "limit", lambda self, author: 280)
    monkeypatch.setattr(fake, "problems", lambda self, content: [])


def held(doctor: Doctor, account: SocialAccount, text: str) -> Post:
    """As the second look leaves a post that today's rules stop."""
    post = make_post(doctor, account, content=text, checks_key="2020.01.1 other")
    second_look.look_again(db.session(), post.id)
    assert post.publications[0].held_for == "checks"
    return post


def preview(browser: FlaskClient, **fields: Any) -> str:
    page = Page(browser.get("/posts/new"))
    token = next(i.get("value") for i in page.root.iter("input") if i.get("name") == "csrf_token")
    answer = browser.post("/posts/preview", data={"csrf_token": token, **fields}, headers=HX)
    return answer.get_data(as_text=True)


def test_a_finding_marks_its_words_says_why_and_offers_better_ones(
    browser: FlaskClient, x: SocialAccount
) -> None:
    page = write(browser, "Show preview", {"Text": "Dr Asha. 95 year old patient, 100% cure for piles"}, x)

    # The preview marks in another way where the text is too long for X.
    marks = [mark for mark in page.root.iter("mark") if mark.get("class") != "preview-over"]
    marked = [(mark.text, mark.get("class")) for mark in marks]
    assert marked == [("95 year old", "mark-block"), ("100% cure for piles", "mark-block")]
    assert "Must be changed" in page.text
    rule = checks.RULES["C01"]
    assert rule.reason in page.text and rule.source in page.text and (rule.suggestion or "") in page.text


def test_advice_comes_with_the_preview_while_the_doctor_types(browser: FlaskClient) -> None:
    said = preview(browser, content=BOAST)

    assert '<div id="advice" hx-swap-oob="innerHTML">' in said
    assert "Needs your reason" in said and 'class="mark-confirm"' in said
    assert 'name="reason-C02"' in said
    assert db.session.query(PostCheck).count() == 0


def test_a_reason_that_was_typed_comes_back_with_the_advice(browser: FlaskClient) -> None:
    said = preview(browser, content=BOAST, **{"reason-C02": "A prize & more"})

    assert "A prize &amp; more</textarea>" in said


def test_no_finding_is_no_promise(browser: FlaskClient, asha: Doctor) -> None:
    asha.qualification, asha.medical_council_regd_no = "MBBS", "MMC 12345"
    db.session.commit()

    said = preview(browser, content="Wash your hands.")

    assert f"No pattern found by {len(checks.RULES)} checks. You remain responsible." in said
    assert "safe" not in said.lower().replace("safer", "") and "compliant" not in said.lower()


def test_an_empty_post_is_told_nothing(browser: FlaskClient) -> None:
    assert "checks" not in preview(browser, content="")


def test_the_composer_says_that_it_is_not_for_patient_data(browser: FlaskClient) -> None:
    assert "This portal is not for patient data." in Page(browser.get("/posts/new")).text


def test_a_boast_is_planned_with_a_reason_and_nothing_typed_is_lost(
    browser: FlaskClient, x: SocialAccount, clock: Clock
) -> None:
    page = write(
        browser, "Plan it", {"Text": BOAST, "Link": "https://example.org/a", **at_tomorrow(clock)}, x
    )

    assert page.status == 422
    # The finding stands once, in its card; beside the field for the reason only what to do.
    assert page.error_of(REASON) == "Boast or comparison: enter your reason, or change the words."
    assert page.text.count(checks.RULES["C02"].reason) == 1
    assert (page.value_of("Text"), page.value_of("Link")) == (BOAST, "https://example.org/a")

    page = page.form("Plan it").fill({REASON: "A prize of the city."}).submit(browser)

    assert "Your post is planned." in page.text
    assert "Boast or comparison: “A prize of the city.”" in page.text
    assert "India: the law. Rules of version" in page.text
    check = db.session.scalars(PostCheck.newest_of(only_post().id)).one()
    assert check.reasons == {"C02": "A prize of the city."}


def test_a_promise_is_refused_whatever_the_reason(
    browser: FlaskClient, x: SocialAccount, clock: Clock
) -> None:
    page = write(browser, "Plan it", {"Text": PROMISE, **at_tomorrow(clock)}, x)

    assert page.status == 422 and "must be changed" in (page.error_of("Text") or "")
    assert page.text.count(checks.RULES["C01"].reason) == 1
    assert not [label for label in page.labels if label.startswith("Why is this right")]
    assert db.session.query(Post).count() == 0


def test_a_finding_in_an_accounts_own_text_stands_beside_that_text(
    browser: FlaskClient, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    fields = {"Text": "Wash.", "Text for Asha on LinkedIn": PROMISE, **at_tomorrow(clock)}
    page = write(browser, "Plan it", fields, x, linkedin)

    assert "must be changed" in (page.error_of("Text for Asha on LinkedIn") or "")
    assert page.error_of("Text") is None


def test_a_paid_post_must_say_so(browser: FlaskClient, x: SocialAccount, clock: Clock) -> None:
    fields = {
        "Text": "Try this cream.",
        "Who pays for this post?": "Somebody does, in money or in kind",
        **at_tomorrow(clock),
    }
    page = write(browser, "Plan it", fields, x)
    assert page.status == 422 and checks.RULES["D01"].reason in page.text

    page = page.form("Plan it").fill({"Text": "Advertisement: try this cream."}).submit(browser)

    assert "Your post is planned." in page.text and only_post().is_sponsored
    again = Page(browser.get(f"/posts/{only_post().id}/edit"))
    assert again.value_of("Who pays for this post?") == "somebody"


@pytest.fixture
def picture(asha: Doctor) -> MediaFile:
    facts = {"purpose": "post", "name": "p.jpg", "mime_type": "image/jpeg", "bytes": 10, "digest": "d"}
    file = MediaFile(doctor_id=asha.id, width=800, height=600, **facts)
    db.session.add(file)
    db.session.commit()
    return file


def with_picture(
    browser: FlaskClient, picture: MediaFile, account: SocialAccount, clock: Clock, **more: Any
) -> Page:
    page = Page(browser.get("/posts/new"))
    token = next(i.get("value") for i in page.root.iter("input") if i.get("name") == "csrf_token")
    fields = at_tomorrow(clock)
    data = {
        "csrf_token": token,
        "content": "At work.",
        "media": picture.id,
        "chosen": account.id,
        "do": "plan",
    }
    data |= {"on": fields["Date"], "at": fields["Time"]} | more
    return Page(browser.post("/posts/new", data=data, follow_redirects=True))


def test_each_picture_asks_who_can_be_seen(
    browser: FlaskClient, x: SocialAccount, picture: MediaFile, clock: Clock
) -> None:
    with_picture(browser, picture, x, clock, **{f"shows_{picture.id}": "staff"})

    assert only_post().media[0].shows == "staff"
    page = Page(browser.get(f"/posts/{only_post().id}/edit"))
    assert page.by_id(f"shows-{picture.id}-staff").get("checked") is not None  # type: ignore[union-attr]


def test_a_patient_in_a_picture_needs_the_words_of_their_consent(
    browser: FlaskClient, x: SocialAccount, picture: MediaFile, clock: Clock
) -> None:
    patient = {f"shows_{picture.id}": "patient"}
    page = with_picture(browser, picture, x, clock, **patient)
    assert page.status == 422 and checks.RULES["P14"].reason in page.text

    consent = {f"consent_{picture.id}": "Agreed in writing on 3 May, for X."}
    with_picture(browser, picture, x, clock, **patient, **consent)

    place = only_post().media[0]
    assert (place.shows, place.consent) == ("patient", "Agreed in writing on 3 May, for X.")


def test_a_picture_without_words_is_checked_too(
    browser: FlaskClient, x: SocialAccount, picture: MediaFile, clock: Clock
) -> None:
    said = {"content": "", f"shows_{picture.id}": "patient"}
    page = with_picture(browser, picture, x, clock, **said)

    assert page.status == 422 and checks.RULES["P14"].reason in page.text


def test_a_consent_is_not_kept_where_no_patient_is_seen(
    browser: FlaskClient, x: SocialAccount, picture: MediaFile, clock: Clock
) -> None:
    said = {f"shows_{picture.id}": "nobody", f"consent_{picture.id}": "left over"}
    with_picture(browser, picture, x, clock, **said)

    assert only_post().media[0].consent is None


def test_a_held_post_says_what_was_found_and_goes_on_with_a_reason(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, held_jobs: HeldJobs
) -> None:
    post = held(asha, x, BOAST)
    page = Page(browser.get(f"/posts/{post.id}"))
    assert "The checks looked again and found: Boast or comparison." in page.text
    assert "Change the post" in page.links and "Send it now" not in page.buttons

    page = page.follow(browser, "Say why and plan it")
    assert [mark.text for mark in page.root.iter("mark")]
    page = page.form("Say why and plan it").fill({REASON: "A prize of the city."}).submit(browser)

    assert "Your reason is kept." in page.text
    assert post.publications[0].status == "scheduled"


def test_a_held_post_without_a_reason_stays_held(
    browser: FlaskClient, asha: Doctor, x: SocialAccount
) -> None:
    post = held(asha, x, BOAST)
    page = Page(browser.get(f"/posts/{post.id}/reasons"))

    page = page.form("Say why and plan it").fill({REASON: " "}).submit(browser)

    assert page.status == 422 and "say why it is right" in page.text
    assert post.publications[0].status == "held"


def test_a_held_promise_can_only_be_changed(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, held_jobs: HeldJobs
) -> None:
    post = held(asha, x, PROMISE)
    page = Page(browser.get(f"/posts/{post.id}"))
    assert "Say why and plan it" not in page.links

    page = page.follow(browser, "Change the post")
    page = page.form("Save changes").fill({"Text": "Ask your doctor."}).submit(browser)

    assert post.publications[0].status == "scheduled"


def test_moving_a_held_post_does_not_get_past_the_checks(
    browser: FlaskClient, asha: Doctor, x: SocialAccount
) -> None:
    post = held(asha, x, PROMISE)
    page = Page(browser.get(f"/posts/{post.id}/move"))

    page = page.form("Move it").submit(browser)

    assert page.status == 422 and checks.RULES["C01"].reason in page.text
    assert post.publications[0].held_for == "checks"


def test_a_post_that_waits_for_no_reason_has_no_such_page(
    browser: FlaskClient, asha: Doctor, x: SocialAccount
) -> None:
    post = make_post(asha, x)

    assert browser.get(f"/posts/{post.id}/reasons").status_code == 303


def test_a_stranger_cannot_give_reasons(
    client: FlaskClient, asha: Doctor, ben: Doctor, x: SocialAccount
) -> None:
    post = held(asha, x, BOAST)

    assert sign_in(client, ben).get(f"/posts/{post.id}/reasons").status_code == 404


def test_the_help_page_lists_every_check_and_what_they_do_not_do(browser: FlaskClient) -> None:
    page = Page(browser.get("/help/checks"))

    assert all(rule.title in page.text and rule.reason in page.text for rule in checks.RULES.values())
    assert "What they do not do" in page.text and "You remain responsible" in page.text


def test_a_doctor_chooses_whose_rules_count(browser: FlaskClient, asha: Doctor, held_jobs: HeldJobs) -> None:
    page = Page(browser.get("/profile"))
    assert page.by_id("check_pack-IN").get("checked") is not None  # type: ignore[union-attr]

    page.form("Save").fill({"Whose rules do you go by?": "United Kingdom"}).submit(browser)

    db.session.refresh(asha)
    assert asha.check_pack == "GB"
    assert ("look_again", asha.id) in held_jobs
