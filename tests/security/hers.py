"""Everything that may belong to a doctor, one of each, and how an address names it."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import update

from portal import clock, files
from portal.extensions import db
from portal.models import (
    AccountOffer,
    ApiKey,
    BrowserSession,
    CalendarSetting,
    Council,
    Doctor,
    JointDecision,
    LicenceDocument,
    MediaFile,
    MedicalSpeciality,
    MedicalSubSpeciality,
    OwnDay,
    Passkey,
    Post,
    PostImport,
    PostingSlot,
    PostMedia,
    PostSeries,
    Publication,
    SavedText,
    SocialAccount,
    User,
    WayBack,
    Webhook,
    WebhookMessage,
)
from portal.posts import feeds
from tests.factories import make_account, make_post, save

# Stands in all that she wrote: nobody else may ever read it.
PLANTED = "zebrafinch"

FEED = "hers-and-nobody-elses"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def everything_of(doctor: Doctor, administrator: User) -> Mapping[str, str | int]:
    """Give the doctor one of each thing that has an id, a name or a secret address; these, by its kind."""
    soon = clock.now() + timedelta(days=3)
    doctor.clinic_name = doctor.professional_bio = f"The {PLANTED} clinic"
    account = make_account(doctor, display_name=f"{PLANTED} account")
    post = make_post(doctor, account, content=f"The {PLANTED} post.", scheduled_at=soon)
    draft = make_post(doctor, status="draft", content=f"The {PLANTED} pattern.", scheduled_at=None)
    calendar = CalendarSetting(doctor_id=doctor.id, feed_digest=feeds.digest(FEED), feed_made_at=clock.now())
    rows: dict[str, Any] = {
        **things_to_sign_in_with(doctor),
        **things_of_planning(doctor, account, draft),
        **things_on_file(doctor, administrator),
    }
    db.session.add_all([calendar, *rows.values()])
    db.session.flush()
    rows["webhook"].choose_secret()
    rows["message"] = save(WebhookMessage(webhook_id=rows["webhook"].id, kind="test", stream="x"))
    way = WayBack.open(doctor.user, "password")
    rows["media_id"] = photo_of_the_past(doctor)
    secrets = {"feed": FEED, "way": way.mint(), "media": rows["media_id"].name}
    rows |= {"account": account, "post": post, "publication": post.publications[0], "doctor": doctor}
    db.session.commit()
    return {name: row.id for name, row in rows.items()} | secrets | {"user": doctor.user_id}


def things_to_sign_in_with(doctor: Doctor) -> dict[str, Any]:
    now = clock.now()
    key, _ = ApiKey.mint(doctor, f"{PLANTED} key", ["posts:read"], None)
    address, kinds = f"https://{PLANTED}.example/in", ["account.connected"]
    webhook = Webhook(doctor_id=doctor.id, url=address, kinds=kinds, sealed_secret="")
    return {
        "key": key,
        "webhook": webhook,
        "session": BrowserSession(
            user_id=doctor.user_id, digest="of hers", last_seen_at=now, proved_at=now, device=PLANTED
        ),
        "passkey": Passkey(
            user_id=doctor.user_id,
            name=f"{PLANTED} phone",
            credential_id=b"hers",
            handle=b"hers",
            public_key=b"hers",
            sign_count=0,
        ),
    }


def things_of_planning(doctor: Doctor, account: SocialAccount, draft: Post) -> dict[str, Any]:
    who, day = {"doctor_id": doctor.id}, clock.now().date()
    return {
        "series": PostSeries(
            pattern_id=draft.id, rhythm="daily", starts_on=day, times=2, at=time(9), timezone="UTC", **who
        ),
        "day": OwnDay(name=f"{PLANTED} day", day_on=day, **who),
        "slot": PostingSlot(social_account_id=account.id, weekday=0, hour=time(9), **who),
        "table": PostImport(name=f"{PLANTED}.csv", rows=[{"number": 2, "text": PLANTED}], **who),
        "text": SavedText(
            kind="text", name=f"{PLANTED} greeting", words=f"The {PLANTED} text.", position=0, **who
        ),
    }


def things_on_file(doctor: Doctor, administrator: User) -> dict[str, Any]:
    document = LicenceDocument(
        doctor_id=doctor.id, kind="certificate", mime_type="image/png", bytes=1, digest="x"
    )
    document.content = PLANTED.encode()
    sub = MedicalSubSpeciality(name="Heart Failure")
    return {
        "document": document,
        "offer": AccountOffer(
            doctor_id=doctor.id,
            platform="linkedin",
            connection="organization",
            choices={"identities": []},
            sealed_tokens="x",
            expires_at=clock.now() + timedelta(days=1),
        ),
        "council": Council(country="IN", name="A council of the tests"),
        "speciality": MedicalSpeciality(name="Cardiology", sub_specialities=[sub]),
        "sub": sub,
        "wish": JointDecision(
            kind="revoke", subject_id=doctor.user_id, asked_by_id=administrator.id, reason=PLANTED
        ),
    }


def photo_of_the_past(doctor: Doctor) -> MediaFile:
    """A file whose only post is over, so that no network needs it any more."""
    name = files.save(PLANTED.encode(), "image/png")
    photo = save(
        MediaFile(doctor_id=doctor.id, purpose="post", name=name, mime_type="image/png", bytes=1, digest="x")
    )
    over = make_post(doctor, make_account(doctor, "reddit"), status="cancelled", content=PLANTED)
    db.session.add(PostMedia(post_id=over.id, media_file_id=photo.id, position=0))
    db.session.execute(update(Publication).where(Publication.post_id == over.id).values(updated_at=LONG_AGO))
    return photo
