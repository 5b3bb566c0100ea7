"""Leaving: what ends at once, the way back, and that a fortnight later nothing is left."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from portal import files, queue, scheduler
from portal.extensions import db
from portal.models import (
    ApiKey,
    ArchiveEntry,
    ArchiveTask,
    Attempt,
    AuditEvent,
    BrowserSession,
    Doctor,
    MediaFile,
    OutboxLetter,
    Publication,
    SocialAccount,
    User,
)
from portal.orm import Base
from portal.publishing import flows
from portal.settings import erasing, takeout
from tests.conftest import Clock
from tests.factories import make_account, make_doctor, make_post, save
from tests.page import Page
from tests.signing_in import bearer, sign_in
from tests.test_migrations import fill_tables

FORTNIGHT = timedelta(days=14, minutes=1)


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor) -> FlaskClient:
    return sign_in(client, asha)


@pytest.fixture
def account(asha: Doctor, monkeypatch: pytest.MonkeyPatch) -> SocialAccount:
    monkeypatch.setattr("portal.platforms.oauth.revoke", lambda *_: None)
    return make_account(asha)


def leave(browser: FlaskClient) -> Page:
    return Page(browser.get("/settings/leave")).form("Leave the portal").submit(browser)


def status_of(*accounts: SocialAccount) -> set[str]:
    query = select(Publication.status).where(Publication.social_account_id.in_(each.id for each in accounts))
    return set(db.session.scalars(query))


def letters() -> list[str]:
    return list(db.session.scalars(select(OutboxLetter.letter).order_by(OutboxLetter.id)))


def test_the_page_says_what_happens_before_it_does(
    browser: FlaskClient, asha: Doctor, account: SocialAccount, clock: Clock
) -> None:
    make_post(asha, account)
    page = Page(browser.get("/settings")).follow(browser, "Leave …")
    assert "Your planned post does not go out." in page.text
    assert "Nobody can bring them back." in page.text
    assert "Take a copy" in page.buttons and "Stay" in page.links


def test_leaving_ends_everything_that_goes_out_or_lets_in(
    browser: FlaskClient, client: FlaskClient, asha: Doctor, account: SocialAccount
) -> None:
    make_post(asha, account)
    key = save(ApiKey(doctor_id=asha.id, name="x", beginning="x", digest="x", rights=["posts:read"]))
    token = bearer(asha)

    page = leave(browser)

    assert page.title.startswith("Sign in") and "signing in is the way back" in page.text
    db.session.expire_all()
    assert status_of(account) == {"held"} and account.status == "disconnected" and account.token is None
    assert key.revoked_at is not None
    assert db.session.scalars(select(BrowserSession)).all() == []
    assert client.get("/api/v1/posts", headers=token).status_code == 401
    assert letters() == ["leaving"]


def test_a_post_that_is_going_out_is_waited_for(
    browser: FlaskClient, asha: Doctor, account: SocialAccount
) -> None:
    post = make_post(
        asha, account, status="publishing", publication={"phase": "sending", "owner": 1, "fence": 1}
    )
    db.session.add(Attempt(publication_id=post.publications[0].id, fence=1, version=1))
    db.session.commit()

    assert "A post of yours is going out this minute" in leave(browser).text

    db.session.expire_all()
    assert asha.user.leaves_at is None and account.is_connected


def test_signing_in_again_leads_to_the_way_back_and_nowhere_else(
    browser: FlaskClient, asha: Doctor, account: SocialAccount
) -> None:
    leave(browser)
    sign_in(browser, asha)
    for place in ("/", "/posts", "/accounts", "/settings", "/posts/new"):
        assert browser.get(place).headers["Location"] == "/settings/leaving"

    page = Page(browser.get("/settings/leaving"))
    assert page.title.startswith("You have left")
    page = page.form("Keep my account").submit(browser, check=False)

    assert "Good to have you back" in page.text
    assert asha.user.leaves_at is None
    assert letters()[-1] == "account_changed"
    assert browser.get("/settings/leaving").headers["Location"] == "/settings"


def test_an_old_proof_is_asked_again(browser: FlaskClient, asha: Doctor, clock: Clock) -> None:
    clock.advance(minutes=20)
    for button, place in (("Leave the portal", "/settings/leave"), ("Take a copy", "/settings")):
        page = Page(browser.get(place)).form(button).submit(browser)
        assert "Password" in page.labels
    assert asha.user.leaves_at is None


def test_nothing_goes_out_even_when_the_process_dies_before_the_networks_have_heard(
    browser: FlaskClient, asha: Doctor, account: SocialAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise SystemExit

    make_post(asha, account)
    make_post(asha, account, status="publishing", publication={"phase": "claimed", "owner": 1, "fence": 1})
    page = Page(browser.get("/settings/leave")).form("Leave the portal")
    monkeypatch.setattr("portal.social.leaving.disconnect", die)
    with pytest.raises(SystemExit):
        page.submit(browser)

    flows.sweep()
    db.session.expire_all()
    assert asha.user.leaves_at is not None
    assert status_of(account) == {"held"} and not account.is_connected
    # What is to be given back is still there.
    assert account.token is not None


def test_what_a_dead_process_left_connected_is_disconnected(
    asha: Doctor, account: SocialAccount, clock: Clock
) -> None:
    asha.user.leaves_at = clock.at + timedelta(days=3)
    db.session.commit()
    assert erasing.erase_due() == 0
    db.session.expire_all()
    assert account.status == "disconnected"


def test_nobody_is_erased_before_the_time(asha: Doctor, clock: Clock) -> None:
    asha.user.leaves_at = clock.at + timedelta(days=14)
    db.session.commit()
    clock.advance(days=13, hours=23)
    assert erasing.erase_due() == 0
    clock.advance(hours=2)
    assert erasing.erase_due() == 1


def test_erasing_leaves_no_row_of_the_doctor_in_any_table(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.platforms.oauth.revoke", lambda *_: None)
    doctor, other = fill_tables(), make_doctor()
    doctor.full_name, number, user_id = "Dr. Zubeida Plantedname", doctor.id, doctor.user_id
    db.session.execute(text("DELETE FROM archive_task"))
    doctor.user.email, doctor.user.leaves_at = "zubeida@planted.example", clock.at
    db.session.commit()
    with files.being_written("image/jpeg") as (name, part):
        part.write_bytes(b"picture")
    save(MediaFile(doctor_id=number, purpose="post", name=name, mime_type="image/jpeg", bytes=7, digest="x"))

    assert erasing.erase_due() == 1

    db.session.expire_all()
    left = {
        table.name
        for table in Base.metadata.sorted_tables
        for column, whose in (("doctor_id", number), ("user_id", user_id), ("subject_id", user_id))
        if column in table.c
        and table.name != "account_offer"
        and db.session.execute(select(table.c.id).where(table.c[column] == whose)).first()
    }
    # The archive, and the log, are for ever; what two administrators decided about an account is part of it.
    assert left <= {"archive_entry", "audit_event"}
    dump = "".join(
        str(db.session.execute(text(f'SELECT t::text FROM "{table.name}" t')).all())
        for table in Base.metadata.sorted_tables
        if table.name != "outbox_letter"
    )
    assert "Plantedname" not in dump and "zubeida" not in dump
    assert files.open_stored(name) is None
    assert db.session.get_one(User, user_id).disabled_at is not None
    assert db.session.get(Doctor, other.id) is not None
    assert db.session.scalars(select(ArchiveEntry.doctor_id)).all() == [number]
    assert letters() == ["code", "left"]  # of somebody else
    assert db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id.desc())).first() == "erased"


def test_what_is_not_archived_yet_is_waited_for(asha: Doctor, account: SocialAccount, clock: Clock) -> None:
    post = make_post(asha, account)
    asha.user.leaves_at = clock.at - timedelta(hours=1)
    save(ArchiveTask(publication_id=post.publications[0].id, kind="published"))
    assert erasing.erase_due() == 0
    assert db.session.get(Doctor, asha.id) is not None


def test_the_scheduler_rings_for_it_every_hour() -> None:
    assert "erase_left" in scheduler.HOURLY and set(scheduler.HOURLY) <= set(queue.QUEUE_OF_JOB)


def test_the_address_may_register_again(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    email = asha.user.email
    asha.user.leaves_at = clock.at
    db.session.commit()
    erasing.erase_due()
    assert db.session.scalar(User.by_email(email)) is None


def test_every_table_is_in_the_copy_or_has_a_reason_not_to_be() -> None:
    assert set(takeout.TABLES) | set(takeout.LEFT_OUT) == set(Base.metadata.tables)
    assert not set(takeout.TABLES) & set(takeout.LEFT_OUT)
