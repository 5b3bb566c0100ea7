"""The end of a permission is told of in time: a week, three days and a day ahead, once each."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import mail, zones
from portal.extensions import db
from portal.models import Doctor, OutboxLetter, SocialAccount
from portal.platforms.base import Token
from portal.social import expiring
from tests.conftest import Clock, HeldJobs
from tests.factories import make_account, make_post, save
from tests.page import Page
from tests.signing_in import sign_in


@pytest.fixture(autouse=True)
def nothing_rings(held_jobs: HeldJobs) -> None:
    """Letters ring; nobody answers here."""


@pytest.fixture
def profile(asha: Doctor, clock: Clock) -> SocialAccount:
    """A LinkedIn profile whose permission nobody can renew, with ten days left."""
    return ending(asha, clock, timedelta(days=10))


def ending(doctor: Doctor, clock: Clock, left: timedelta, **changes: Any) -> SocialAccount:
    account = make_account(doctor, "linkedin", remote_id=f"urn:li:person:{left}", **changes)
    account.token = Token("a", expires_at=clock.at + left)
    return save(account)


def letters() -> list[OutboxLetter]:
    return list(db.session.scalars(select(OutboxLetter).order_by(OutboxLetter.id)))


def test_it_is_told_at_7_3_and_1_days_once_each(profile: SocialAccount, clock: Clock) -> None:
    told = []
    for hour in range(10 * 24 + 2):
        if expiring.announce_ends():
            told.append(hour)
        clock.advance(hours=1)

    assert told == [3 * 24, 7 * 24, 9 * 24]
    assert [letter.letter for letter in letters()] == ["account_ending"] * 3
    assert {letter.to for letter in letters()} == {"asha@example.org"}


@pytest.mark.parametrize(
    ("left", "number"),
    [(timedelta(days=7, seconds=1), 0), (timedelta(days=7), 1), (timedelta(seconds=1), 1), (timedelta(), 0)],
)
def test_the_edges_of_the_first_and_the_last_notice(
    asha: Doctor, clock: Clock, left: timedelta, number: int
) -> None:
    ending(asha, clock, left)

    assert expiring.announce_ends() == number


def test_steps_that_were_slept_through_are_not_made_up_for(profile: SocialAccount, clock: Clock) -> None:
    clock.advance(days=9, hours=1)

    assert [expiring.announce_ends(), expiring.announce_ends()] == [1, 0]
    assert profile.told_days == 1


def test_a_permission_that_renews_itself_is_not_announced(asha: Doctor, clock: Clock) -> None:
    account = make_account(asha)
    hour = timedelta(hours=1)
    account.token = Token("a", "r", clock.at + 2 * hour, refresh_at=clock.at + hour)
    save(account)

    assert account.ends_at is None and expiring.announce_ends() == 0


def test_the_end_of_what_renews_is_announced(asha: Doctor, clock: Clock) -> None:
    account = make_account(asha, "linkedin", connection="organization")
    day = timedelta(days=1)
    account.token = Token("a", "r", clock.at + 60 * day, clock.at + 3 * day, refresh_at=clock.at + 30 * day)
    save(account)

    assert expiring.announce_ends() == 1 and account.told_days == 3


@pytest.mark.parametrize("status", ["reconnect", "disconnected"])
def test_only_connected_accounts_are_announced(profile: SocialAccount, clock: Clock, status: str) -> None:
    if status == "disconnected":
        profile.token = None
    profile.status = status
    save(profile)
    clock.advance(days=9)

    assert expiring.announce_ends() == 0


def test_a_new_permission_is_announced_anew(profile: SocialAccount, clock: Clock) -> None:
    clock.advance(days=9, hours=1)
    expiring.announce_ends()
    profile.token = Token("b", expires_at=clock.at + timedelta(days=60))
    save(profile)

    clock.advance(days=53)
    assert expiring.announce_ends() == 1 and profile.told_days == 7


def test_a_renewal_that_moves_the_end_by_seconds_is_no_new_permission(asha: Doctor, clock: Clock) -> None:
    account = make_account(asha, "linkedin", connection="organization")
    hour, end = timedelta(hours=1), clock.at + timedelta(days=6)
    for moved in range(3):
        renewed_until = end + timedelta(seconds=moved)
        account.token = Token("a", "r", clock.at + 2 * hour, renewed_until, refresh_at=clock.at + hour)
        save(account)
        expiring.announce_ends()

    assert len(letters()) == 1 and account.ends_at == end + timedelta(seconds=2)


def test_the_letter_names_hours_and_addresses_of_posts_but_no_words(
    asha: Doctor, profile: SocialAccount, clock: Clock
) -> None:
    before, after = clock.at + timedelta(days=9), clock.at + timedelta(days=11)
    make_post(asha, profile, scheduled_at=before)
    late = make_post(asha, profile, scheduled_at=after, content="About diabetes")
    make_post(asha, profile, scheduled_at=after, status="cancelled")
    clock.advance(days=8)
    expiring.announce_ends()

    (letter,) = letters()
    drawn = mail.draw(letter.letter, letter.to, full_name="Dr. Asha Menon", **letter.about)

    local = after.astimezone(zones.zone_of("Asia/Kolkata"))
    assert drawn.subject == f"Connect {profile.display_name} on LinkedIn again soon"
    assert "One planned post comes after that" in drawn.body and "Kolkata time" in drawn.body
    assert f"{local:%A} {local.day} {local:%B}" in drawn.body
    assert f"http://127.0.0.1:8000/posts/{late.id}" in drawn.body
    assert f"http://127.0.0.1:8000/posts/{late.id}" in drawn.html
    assert "diabetes" not in drawn.body and "diabetes" not in drawn.html


def test_a_letter_names_ten_posts_and_counts_the_rest(
    asha: Doctor, profile: SocialAccount, clock: Clock
) -> None:
    for _ in range(12):
        make_post(asha, profile, scheduled_at=clock.at + timedelta(days=11))
    clock.advance(days=8)
    expiring.announce_ends()

    (letter,) = letters()
    drawn = mail.draw(letter.letter, letter.to, full_name="Dr. Asha Menon", **letter.about)
    assert "12 planned posts come after that" in drawn.body and "and 2 more." in drawn.body
    assert "and 2 more." in drawn.html


def test_a_letter_without_posts_says_so(profile: SocialAccount, clock: Clock) -> None:
    clock.advance(days=8)
    expiring.announce_ends()

    drawn = mail.draw("account_ending", "a@example.org", full_name="Dr. Asha", **letters()[0].about)
    assert "None of your planned posts comes after that." in drawn.body
    assert "None of your planned posts comes after that." in drawn.html


def test_a_letter_about_a_day_is_not_sent_after_it(profile: SocialAccount, clock: Clock) -> None:
    clock.advance(days=9)
    expiring.announce_ends()

    assert letters()[0].stale_after <= profile.ends_at


# On the pages


def test_the_overview_and_the_accounts_say_it_with_the_posts_at_risk(
    client: FlaskClient, asha: Doctor, profile: SocialAccount, clock: Clock
) -> None:
    for days in (11, 12):
        at = clock.at + timedelta(days=days)
        make_post(asha, profile, scheduled_at=at, content=f"In {days} days")
    clock.advance(days=4)
    sign_in(client, asha)

    overview, accounts = Page(client.get("/")), Page(client.get("/accounts"))

    assert "The permission at LinkedIn ends on" in overview.text
    assert "2 planned posts come after that." in overview.text
    assert overview.links["Connect again"] == "/accounts"
    assert "Ends soon" in accounts.text and "2 planned posts come after that day" in accounts.text
    assert "In 11 days" in accounts.links and "In 12 days" in accounts.links


def test_the_overview_is_silent_before_the_last_week(
    client: FlaskClient, asha: Doctor, profile: SocialAccount
) -> None:
    sign_in(client, asha)

    assert "The permission at" not in Page(client.get("/")).text


def test_planning_beyond_the_end_warns_and_is_planned_all_the_same(
    client: FlaskClient, asha: Doctor, profile: SocialAccount, clock: Clock
) -> None:
    sign_in(client, asha)

    pages = {days: plan(client, asha, clock.at + timedelta(days=days)) for days in (9, 11)}

    words = "LinkedIn lets us post for Dr. Asha Menon until"
    assert words in pages[11].text and "Connect it again before then" in pages[11].text
    assert words not in pages[9].text
    assert all("Your post is planned." in page.text for page in pages.values())


def plan(client: FlaskClient, asha: Doctor, at: Any) -> Page:
    local = at.astimezone(zones.zone_of(asha.timezone))
    form = Page(client.get("/posts/new")).form("Plan it")
    form.fill({"Text": "Drink enough.", "Date": local.strftime("%Y-%m-%d"), "Time": local.strftime("%H:%M")})
    return form.submit(client)
