"""Connecting an account on the pages: there, back, and everything that can be wrong on the way."""

import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal import clock as portal_clock
from portal import http
from portal.auth import passwords
from portal.extensions import db
from portal.models import AccountOffer, AuditEvent, Doctor, OAuthAttempt, SocialAccount
from portal.platforms import PLATFORMS
from portal.social import flows
from tests.auth.conftest import PASSWORD, Mailbox, fill_code
from tests.conftest import Clock, HeldJobs
from tests.factories import make_account, make_post
from tests.page import Page
from tests.platforms.wire import Wire
from tests.signing_in import sign_in
from tests.social.answers import begin, come_back, linkedin_pages, state_in, x_person, x_says_yes, x_token


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor) -> FlaskClient:
    """Asha's signed-in browser."""
    return sign_in(client, asha)


def accounts() -> list[SocialAccount]:
    return list(db.session.scalars(select(SocialAccount).order_by(SocialAccount.id)))


def sorry(response: Any) -> Page:
    """The kind page that a failed sign-in ends on."""
    assert response.status_code == 400
    page = Page(response)
    assert "SECRET" not in page.text and "Go to your accounts" in page.links
    return page


def still_open(browser: FlaskClient, wire: Wire, state: str) -> None:
    """A stranger's try did not use the sign-in up: its own doctor, browser and network finish it."""
    x_says_yes(wire)
    assert come_back(browser, state).status_code == 303 and len(accounts()) == 1


def test_the_page_of_accounts_says_what_is_needed_before_it_starts(browser: FlaskClient) -> None:
    page = Page(browser.get("/accounts"))

    assert page.heading == "Accounts" and "No account is connected yet" in page.text
    assert "You must be one of the page’s administrators." in page.text
    buttons = [
        f"Connect {connection.label}"
        for network in PLATFORMS.values()
        for connection in network.connections
        if not connection.by_address
    ]
    assert [button for button in page.buttons if button.startswith("Connect ")] == buttons


def test_a_signed_out_visitor_is_asked_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/accounts").status_code == 303
    assert client.post("/social/connect/twitter").status_code == 303


def test_connect_leads_to_the_networks_page_on_the_practice_network(browser: FlaskClient) -> None:
    form = Page(browser.get("/accounts")).form("Connect X account")
    response = form.submit(browser, follow=False, check=False).response

    address = urlsplit(response.headers["Location"])
    query = parse_qs(address.query)
    assert address.geturl().startswith("http://127.0.0.1:9/x.com/i/oauth2/authorize?")
    assert query["redirect_uri"] == ["http://127.0.0.1:8000/social/callback/twitter"]
    assert query["code_challenge_method"] == ["S256"] and query["client_id"] == ["practice-twitter"]


def test_an_account_is_connected(browser: FlaskClient, wire: Wire, asha: Doctor) -> None:
    state = begin(browser)
    x_says_yes(wire)

    page = Page(browser.get(come_back(browser, state).headers["Location"]))

    (account,) = accounts()
    assert (account.doctor_id, account.platform, account.remote_id) == (asha.id, "twitter", "1500")
    assert account.token and account.token.refresh == "xrt-SECRET-1"
    assert account.refresh_at and account.token_expires_at
    assert "Dr. Asha is connected." in page.text and "dr_asha" in page.text
    assert wire.calls[0].form["redirect_uri"] == "http://127.0.0.1:8000/social/callback/twitter"
    assert len(wire.calls[0].form["code_verifier"]) >= 43


def test_nothing_secret_is_left_lying_about(
    browser: FlaskClient, wire: Wire, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    state = begin(browser)
    x_says_yes(wire)
    come_back(browser, state)

    with browser.session_transaction() as session:
        kept = repr(dict(session))
    stored = "".join(str(row) for row in db.session.execute(select(SocialAccount.__table__)).all())
    audit = "".join(str(event.details) for event in db.session.scalars(select(AuditEvent)))
    out = capsys.readouterr()
    for place in (kept, stored, audit, caplog.text, out.out, out.err):
        assert "SECRET" not in place and state not in place


def test_the_stored_attempt_gives_away_neither_state_nor_verifier(browser: FlaskClient, wire: Wire) -> None:
    state = begin(browser)
    stored = str(db.session.execute(select(OAuthAttempt.__table__)).one())
    x_says_yes(wire)
    come_back(browser, state)

    assert state not in stored and wire.calls[0].form["code_verifier"] not in stored


def test_a_state_is_good_once(browser: FlaskClient, wire: Wire) -> None:
    state = begin(browser)
    x_says_yes(wire)
    come_back(browser, state)

    page = Page(browser.get(come_back(browser, state).headers["Location"]))

    assert "Dr. Asha is connected already." in page.text
    assert len(accounts()) == 1 and len(wire.calls) == 2


def test_an_answer_with_a_choice_that_comes_twice_leads_to_the_same_choice(
    browser: FlaskClient, wire: Wire
) -> None:
    state = begin(browser, "linkedin", "organization")
    linkedin_pages(wire, "Menon Clinic", "Menon Labs")
    first = come_back(browser, state, "linkedin").headers["Location"]

    assert come_back(browser, state, "linkedin").headers["Location"] == first


def test_an_answer_that_gave_nothing_gives_nothing_the_second_time(browser: FlaskClient, wire: Wire) -> None:
    state = begin(browser)
    wire.answers(400, {"error": "invalid_request"})
    come_back(browser, state)

    page = sorry(come_back(browser, state))

    assert "It was used already. Nothing was connected now." in page.text and len(wire.calls) == 1


def test_an_answer_is_not_called_connected_after_the_account_is_gone(
    browser: FlaskClient, wire: Wire
) -> None:
    state = begin(browser)
    x_says_yes(wire)
    come_back(browser, state)
    (account,) = accounts()
    account.status, account.token = "disconnected", None
    db.session.commit()

    assert "Nothing was connected now." in sorry(come_back(browser, state)).text


def test_a_page_that_is_loaded_while_the_first_load_is_under_way_says_so(
    browser: FlaskClient, wire: Wire
) -> None:
    state = begin(browser)
    db.session.execute(update(OAuthAttempt).values(used_at=portal_clock.now()))
    db.session.commit()

    page = sorry(come_back(browser, state))

    assert page.heading == "This sign-in is being finished" and wire.calls == []


@pytest.mark.parametrize("state", ["", "made-up", None, "\x00", "x" * 5000])
def test_a_missing_or_made_up_state_is_refused(browser: FlaskClient, wire: Wire, state: str | None) -> None:
    page = sorry(come_back(browser, state))

    assert page.heading == "This sign-in is no longer open" and wire.calls == []


def test_a_state_is_over_after_ten_minutes(browser: FlaskClient, wire: Wire, clock: Clock) -> None:
    state = begin(browser)
    clock.advance(minutes=10, seconds=1)

    assert sorry(come_back(browser, state)).heading == "That took too long"
    assert wire.calls == [] and accounts() == []


def test_another_doctors_state_is_refused(browser: FlaskClient, app: Any, wire: Wire, ben: Doctor) -> None:
    state = begin(browser)

    page = sorry(come_back(sign_in(app.test_client(), ben), state))

    assert page.heading == "This sign-in was begun elsewhere" and wire.calls == []
    assert accounts() == []
    still_open(browser, wire, state)


def test_a_state_from_another_browser_is_refused(
    browser: FlaskClient, app: Any, wire: Wire, asha: Doctor
) -> None:
    state = begin(browser)

    page = sorry(come_back(sign_in(app.test_client(), asha), state))
    assert page.heading == "This sign-in was begun elsewhere" and wire.calls == []
    still_open(browser, wire, state)


def test_one_networks_answer_is_not_taken_for_anothers(browser: FlaskClient, wire: Wire) -> None:
    state = begin(browser, "twitter")

    page = sorry(come_back(browser, state, "linkedin"))
    assert page.heading == "This sign-in was begun elsewhere" and wire.calls == []
    still_open(browser, wire, state)


def test_an_answer_that_names_another_sender_is_refused(browser: FlaskClient, wire: Wire) -> None:
    page = sorry(come_back(browser, begin(browser), iss="https://evil.example"))

    assert page.heading == "That answer came from elsewhere" and wire.calls == []


def test_a_no_on_the_consent_page_is_respected(browser: FlaskClient, wire: Wire) -> None:
    state = begin(browser, "linkedin", "profile")

    answer = {"error": "user_cancelled_authorize", "error_description": "<b>Cancelled</b>"}
    page = sorry(come_back(browser, state, "linkedin", code=None, **answer))

    assert "You did not allow the portal to use your LinkedIn profile." in page.text
    assert "Cancelled" not in page.text and wire.calls == [] and accounts() == []


def test_what_a_stranger_writes_into_the_address_is_not_shown(browser: FlaskClient) -> None:
    page = sorry(
        come_back(browser, begin(browser), code=None, error="<script>", error_description="call +1 555")
    )

    assert "script" not in page.text and "555" not in page.text


def test_a_signed_out_browser_is_told_to_sign_in_first(client: FlaskClient, wire: Wire) -> None:
    response = client.get("/social/callback/twitter?code=CODE-SECRET&state=s")

    page = Page(response)
    assert response.status_code == 400 and page.heading == "Sign in first"
    assert page.links["Sign in"] == "/login" and wire.calls == []


def test_signing_in_leads_back_and_the_connection_goes_on(
    client: FlaskClient, wire: Wire, asha: Doctor, outbox: list[Any], held_jobs: HeldJobs
) -> None:
    asha.user.password_digest = passwords.digest(PASSWORD)
    db.session.commit()
    state = state_in(flows.begin(asha.id, PLATFORMS["twitter"], None))
    page = Page(come_back(client, state))

    page = Page(client.get(page.links["Sign in"]))
    page = page.form("Sign in").fill({"Email": "asha@example.org", "Password": PASSWORD}).submit(client)
    code = Mailbox(outbox, held_jobs).code_for("asha@example.org")
    x_says_yes(wire)
    page = fill_code(page, client, code)
    leads_to = page.response.headers["Location"]

    assert urlsplit(leads_to).path == "/social/callback/twitter"
    assert client.get(leads_to).status_code == 303 and len(accounts()) == 1


def test_an_address_that_is_too_long_to_be_kept_leads_to_the_accounts(client: FlaskClient) -> None:
    page = Page(come_back(client, "x" * 5000))

    assert page.links["Sign in"] == "/login?next=/accounts"


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([(400, {"error": "invalid_request"})], "took too long or was used before"),
        ([(401, {"error": "invalid_client"})], "Its operator has to mend this"),
        ([(503, b"<html>")], "could not do this just now"),
        ([(200, b"<html>")], "did not answer as expected"),
        ([(200, x_token()), (503, b"")], "did not answer as expected"),
        ([(200, x_token()), (200, {"data": {}})], "did not say who you are"),
        ([(200, x_token(scope="tweet.read users.read"))], "unless it may post for you and stay connected"),
    ],
)
def test_a_sign_in_that_goes_wrong_ends_on_a_kind_page(
    browser: FlaskClient, wire: Wire, answers: Any, words: str
) -> None:
    state = begin(browser)
    for answer in answers:
        wire.answers(*answer)

    assert words in sorry(come_back(browser, state)).text
    assert accounts() == []


def test_a_silent_network_ends_on_a_kind_page(browser: FlaskClient, wire: Wire) -> None:
    state = begin(browser)
    wire.fails(http.Unanswered("silence"))

    assert "did not answer" in sorry(come_back(browser, state)).text


def test_a_network_that_is_not_set_up_says_why_its_button_is_off(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.social.health.app_of", lambda connection: None)
    monkeypatch.setattr("portal.social.flows.app_of", lambda connection: None)

    page = Page(browser.get("/accounts"))
    response = browser.post("/social/connect/twitter", follow_redirects=True)

    assert "the operator of this portal has not set it up" in page.text
    assert "X account cannot be connected yet" in Page(response).text


@pytest.mark.parametrize("platform", ["myspace", "facebook2"])
def test_an_unknown_network_is_not_there(browser: FlaskClient, platform: str) -> None:
    assert browser.post(f"/social/connect/{platform}").status_code == 404
    assert browser.get(f"/social/callback/{platform}?state=a").status_code == 404


def test_an_unknown_kind_of_account_is_refused(browser: FlaskClient) -> None:
    response = browser.post("/social/connect/linkedin", data={"connection": "group"}, follow_redirects=True)

    assert "Choose one of: profile, organization." in Page(response).text


def test_no_transaction_is_open_while_a_network_is_asked(
    browser: FlaskClient, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = begin(browser)
    x_says_yes(wire)
    open_ones: list[bool] = []

    def ask(*args: Any, **kwargs: Any) -> http.Answer:
        open_ones.append(db.session().in_transaction())
        return wire.request(*args, **kwargs)

    monkeypatch.setattr(http, "request", ask)
    come_back(browser, state)

    assert open_ones == [False, False]


# Several at once


def test_several_pages_are_offered_and_the_chosen_ones_connected(browser: FlaskClient, wire: Wire) -> None:
    state = begin(browser, "linkedin", "organization")
    linkedin_pages(wire, "Menon Clinic", "Menon <b>Labs</b>", "Old Clinic")
    page = Page(browser.get(come_back(browser, state, "linkedin").headers["Location"]))

    assert page.heading == "Choose what to connect" and "Menon <b>Labs</b>" in page.text
    form = page.form("Connect selected")
    names = ["Menon Clinic · page-1", "Menon <b>Labs</b> · page-2"]
    page = form.fill({"LinkedIn company page": names}).submit(browser)

    assert [account.remote_id for account in accounts()] == ["urn:li:organization:1", "urn:li:organization:2"]
    assert all(account.token and account.token.access == "AQV-SECRET" for account in accounts())
    assert db.session.scalars(select(AccountOffer)).all() == []
    assert "Menon Clinic and Menon <b>Labs</b>: connected." in page.text


def offered(browser: FlaskClient, wire: Wire) -> str:
    state = begin(browser, "linkedin", "organization")
    linkedin_pages(wire, "Menon Clinic", "Menon Labs")
    return str(come_back(browser, state, "linkedin").headers["Location"])


@pytest.mark.parametrize(
    ("page_ids", "words"),
    [([], "Choose at least one."), (["urn:li:organization:99"], "Choose from the list.")],
)
def test_a_choice_outside_the_offer_is_refused(
    browser: FlaskClient, wire: Wire, page_ids: list[str], words: str
) -> None:
    response = browser.post(offered(browser, wire), data={"page_ids": page_ids})

    assert response.status_code == 422 and words in Page(response).text
    assert accounts() == []


def test_an_offer_belongs_to_one_doctor_and_an_hour(
    browser: FlaskClient, app: Any, wire: Wire, ben: Doctor, clock: Clock
) -> None:
    address = offered(browser, wire)
    stranger = sign_in(app.test_client(), ben)

    assert stranger.get(address).status_code == 404
    assert stranger.post(address, data={"page_ids": ["urn:li:organization:1"]}).status_code == 404
    clock.advance(minutes=61)
    assert browser.post(address, data={"page_ids": ["urn:li:organization:1"]}).status_code == 404


def test_an_open_offer_waits_on_the_page_of_accounts(browser: FlaskClient, wire: Wire) -> None:
    address = offered(browser, wire)

    page = Page(browser.get("/accounts"))
    assert page.links["Choose"] == address


def test_a_sign_in_without_pages_says_so(browser: FlaskClient, wire: Wire) -> None:
    state = begin(browser, "linkedin", "organization")
    linkedin_pages(wire)

    assert sorry(come_back(browser, state, "linkedin")).heading == "No LinkedIn company page found"


def test_a_single_page_needs_no_choice(browser: FlaskClient, wire: Wire) -> None:
    state = begin(browser, "linkedin", "organization")
    linkedin_pages(wire, "Menon Clinic")
    come_back(browser, state, "linkedin")

    assert [account.connection for account in accounts()] == ["organization"]


def test_pages_that_are_connected_already_are_marked_and_chosen(
    browser: FlaskClient, wire: Wire, asha: Doctor
) -> None:
    known = {"connection": "organization", "remote_id": "urn:li:organization:2"}
    make_account(asha, "linkedin", **known)
    page = Page(browser.get(offered(browser, wire)))

    assert "Menon Labs · page-2 (connected already)" in page.labels
    assert "Menon Clinic · page-1" in page.labels
    assert page.value_of("Menon Labs · page-2 (connected already)")


def test_a_page_of_another_doctor_keeps_none_of_the_others_away(
    browser: FlaskClient, wire: Wire, asha: Doctor, ben: Doctor
) -> None:
    bens = make_account(ben, "linkedin", connection="organization", remote_id="urn:li:organization:1")
    address = offered(browser, wire)

    both = {"page_ids": ["urn:li:organization:1", "urn:li:organization:2"]}
    page = Page(browser.post(address, data=both, follow_redirects=True))

    assert "Menon Labs: connected." in page.text
    assert "Menon Clinic is connected to another doctor here." in page.text
    assert [(one.doctor_id, one.remote_id) for one in accounts()] == [
        (ben.id, bens.remote_id),
        (asha.id, "urn:li:organization:2"),
    ]


def test_a_choice_of_which_nothing_is_left_keeps_the_offer_open(
    browser: FlaskClient, wire: Wire, ben: Doctor
) -> None:
    make_account(ben, "linkedin", connection="organization", remote_id="urn:li:organization:1")
    address = offered(browser, wire)

    response = browser.post(address, data={"page_ids": ["urn:li:organization:1"]})

    assert response.status_code == 422
    assert "Menon Clinic is connected to another doctor here." in Page(response).text
    assert Page(browser.get(address)).heading == "Choose what to connect"


# Whose account it is


def test_an_account_of_another_doctor_is_refused(browser: FlaskClient, wire: Wire, ben: Doctor) -> None:
    make_account(ben, remote_id="1500")
    state = begin(browser)
    x_says_yes(wire)

    page = sorry(come_back(browser, state))

    assert "Dr. Asha is connected to another doctor here." in page.text
    assert [account.doctor_id for account in accounts()] == [ben.id]


def test_an_account_that_another_doctor_gave_up_is_free(
    browser: FlaskClient, wire: Wire, asha: Doctor, ben: Doctor
) -> None:
    make_account(ben, remote_id="1500", status="disconnected")
    state = begin(browser)
    x_says_yes(wire)
    come_back(browser, state)

    assert [(one.doctor_id, one.status) for one in accounts()] == [
        (ben.id, "disconnected"),
        (asha.id, "connected"),
    ]


def test_connecting_again_gives_the_account_its_posts_back(
    browser: FlaskClient, wire: Wire, asha: Doctor, held_jobs: HeldJobs
) -> None:
    account = make_account(asha, remote_id="1500", status="reconnect", trouble="refused")
    other = make_account(asha, remote_id="1501", status="reconnect")
    for_account = {"publication": {"held_for": "account"}}
    post = make_post(asha, account, status="held", **for_account)
    elsewhere = make_post(asha, other, status="held", **for_account)
    unverified = make_post(asha, account, status="held", publication={"held_for": "verification"})
    held_jobs.clear()

    state = begin(browser)
    x_says_yes(wire, 2)
    come_back(browser, state)

    db.session.expire_all()
    (publication,) = post.publications
    assert (account.status, account.trouble, account.token.access) == ("connected", None, "xat-SECRET-2")
    assert (publication.status, publication.held_for) == ("scheduled", None)
    assert publication.events[-1].why == "The account is connected again."
    assert [post.publications[0].status for post in (elsewhere, unverified)] == ["held", "held"]
    assert ("publish_due",) in held_jobs


def test_a_page_before_its_person_has_a_name(browser: FlaskClient, wire: Wire) -> None:
    state = begin(browser)
    wire.answers(200, x_token()).answers(200, x_person(name="<script>x</script>", handle="h"))
    come_back(browser, state)

    assert "<script>x</script>" in Page(browser.get("/accounts")).text
