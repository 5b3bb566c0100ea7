"""What the demo doctor has: accounts on the practice network, past, coming, failed and waiting posts, weekly
hours and a text to use again.

Everything is made as in real life: tokens from the practice network, posts through the same flows. Only the
past had to be written, at instants of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from time import monotonic, sleep
from typing import Any

from flask import current_app
from sqlalchemy import select, text

from portal import clock, http, platforms, zones
from portal.extensions import db
from portal.models import Attempt, Doctor, Post, Publication, SocialAccount
from portal.platforms.base import Token
from portal.posts import flows, slots, texts
from portal.posts.inputs import NewPost, WantedPublication
from portal.social.keeping import store_account
from portal.transaction import transaction

HANDLE = "dr_meera_iyer"

# How long the practice network may take to answer after `make run` has started it.
WAIT_SECONDS = 15.0

#: (days from today, hour, networks, words); before today they are out, from tomorrow on they are planned.
POSTS: tuple[tuple[int, int, str, str], ...] = (
    (
        -20,
        9,
        "linkedin twitter",
        "Salt hides in bread, pickles and papad. Read one label today: how much is in it?",
    ),
    (
        -17,
        18,
        "twitter",
        "Two flights of stairs a day are exercise too. Start with one, and ask your doctor first.",
    ),
    (
        -13,
        9,
        "linkedin",
        "Why we ask about sleep: tired hearts work harder. Seven hours are a good aim for most.",
    ),
    (
        -9,
        9,
        "linkedin twitter",
        "Blood pressure at home: sit five minutes, feet on the floor, arm at heart height.",
    ),
    (
        -6,
        12,
        "twitter",
        "Our clinic is closed on Friday for Guru Nanak Jayanti. We are back on Saturday at 9.",
    ),
    (
        -3,
        9,
        "linkedin",
        "Walking after dinner: ten minutes help the body handle sugar. Who joins me tonight?",
    ),
    (
        -1,
        9,
        "linkedin twitter",
        "Chest pain that does not go away is an emergency. In India, call 112 at once.",
    ),
    (
        1,
        9,
        "linkedin twitter",
        "World AIDS Day is near. Knowing your status is care, for you and for others.",
    ),
    (
        2,
        18,
        "twitter",
        "A question I hear often: is coffee bad for the heart? For most people, a cup or two is fine.",
    ),
    (
        4,
        9,
        "linkedin",
        "How to read a lipid report: three numbers to look at first, and what to ask your doctor.",
    ),
    (
        6,
        9,
        "linkedin twitter",
        "Winter air and the heart: dress in layers, warm up slowly, keep taking your medicine.",
    ),
    (9, 12, "twitter", "Free seats in our class on first aid, Saturday at 10. Call the clinic to join."),
    (13, 9, "linkedin", "Small plates, slow meals: three habits that help without a diet plan."),
)
FAILED = "Salt hides in bread, pickles and papad. Read one label today: how much is in it? (again)"
LATE = "Flu season is here. Ask your doctor whether the vaccine is right for you."
DRAFT = "Ideas for February, heart month: …"
KEPT = "Ask your doctor before you change a medicine."
# Weekly hours: Tuesday and Thursday evening.
HOURS_ON, HOUR = [1, 3], time(18)

SAYS_DUPLICATE = "X says that this account posted the same before. Change some words and try again."
SAYS_LATE = "It could not leave within 60 minutes of its time. Choose whether it should still go out."


@dataclass(frozen=True)
class Desk:
    """Where the demo doctor posts: one account a network, by the network's key."""

    doctor: Doctor
    accounts: Mapping[str, SocialAccount]

    def at(self, days: int, hour: int) -> datetime:
        """That hour of a day before or after today, in the doctor's zone."""
        zone = zones.zone_of(self.doctor.timezone)
        today = clock.now().astimezone(zone).date()
        return datetime.combine(today + timedelta(days=days), time(hour), tzinfo=zone)


def fill(doctor: Doctor) -> bool:
    """Give the demo doctor accounts and posts, once; whether there was anything to do.

    Raises http.CallFailed when the practice network is away or has no people to give.
    """
    if db.session.scalar(select(SocialAccount.id).where(SocialAccount.doctor_id == doctor.id).limit(1)):
        return False
    _wait_for_practice_network()
    desk = Desk(doctor, {key: _connect(doctor, key) for key in ("linkedin", "twitter")})
    for days, hour, networks, words in POSTS:
        if days < 0:
            _past(desk, days, hour, networks.split(), words)
        else:
            _coming(desk, days, hour, networks.split(), words)
    _failed(desk)
    _late(desk)
    wanted = [WantedPublication(social_account_id=account.id) for account in desk.accounts.values()]
    flows.save_draft(doctor, NewPost(content=DRAFT, publications=wanted, status="draft"))
    texts.keep(doctor, texts.WantedText(name="Ask first", text=KEPT))
    for account in desk.accounts.values():
        slots.add(doctor, slots.NewSlots(social_account_id=account.id, weekdays=HOURS_ON, hour=HOUR))
    return True


def _connect(doctor: Doctor, key: str) -> SocialAccount:
    network = platforms.get(key)
    connection = network.connection()
    app = current_app.config["PORTAL"].app(connection.app)
    given = _practice(
        "people",
        {
            "platform": key,
            "handle": HANDLE,
            "name": doctor.full_name,
            "scopes": list(connection.scopes),
            "client_id": app.client_id,
        },
    )
    ends = clock.now() + timedelta(seconds=given["expires_in"])
    token = Token(
        given["access_token"],
        given.get("refresh_token"),
        ends,
        refresh_at=clock.now() + (ends - clock.now()) / 2 if given.get("refresh_token") else None,
        scopes=frozenset(connection.scopes),
    )
    identity = network.identities(connection, token)[0]
    with transaction():
        return store_account(doctor.id, key, connection.key, identity, token)


def _past(desk: Desk, days: int, hour: int, networks: list[str], words: str) -> None:
    at = desk.at(days, hour)
    with transaction():
        publications = _planned(desk, at, networks, words, planned_at=at - timedelta(days=2))
        for publication in publications:
            account = desk.accounts[publication.platform]
            facts = {"platform": publication.platform, "account": account.remote_id, "text": words}
            seen = _practice("posts", facts | {"at": at.isoformat()})
            _went_out(publication, at + timedelta(milliseconds=340), seen["id"], seen["permalink"])


def _coming(desk: Desk, days: int, hour: int, networks: list[str], words: str) -> None:
    wanted = [WantedPublication(social_account_id=desk.accounts[key].id) for key in networks]
    zone = desk.doctor.timezone
    flows.schedule(
        desk.doctor,
        NewPost(content=words, scheduled_at=desk.at(days, hour), timezone=zone, publications=wanted),
    )


def _failed(desk: Desk) -> None:
    at = desk.at(-2, 9)
    with transaction():
        (publication,) = _planned(desk, at, ["twitter"], FAILED, planned_at=at - timedelta(days=1))
        _begin(publication, at)
        _end_attempt(publication, at, "refused")
        publication.phase = publication.owner = None
        publication.error_code, publication.error_message = "duplicate", SAYS_DUPLICATE
        publication.move("failed", by="portal", why=SAYS_DUPLICATE)


def _late(desk: Desk) -> None:
    at = desk.at(-1, 18)
    with transaction():
        (publication,) = _planned(desk, at, ["linkedin"], LATE, planned_at=at - timedelta(days=3))
        _stand_at(at + timedelta(hours=3))
        publication.move("held", by="portal", why=SAYS_LATE, held_for="late")


def _planned(
    desk: Desk, at: datetime, networks: list[str], words: str, planned_at: datetime
) -> list[Publication]:
    _stand_at(planned_at)
    post = Post(doctor_id=desk.doctor.id, content=words)
    post.plan(at, desk.doctor.timezone)
    for key in networks:
        account = desk.accounts[key]
        post.publications.append(
            Publication(
                social_account_id=account.id,
                doctor_id=desk.doctor.id,
                platform=key,
                status="scheduled",
                due_at=at,
            )
        )
    db.session.add(post)
    db.session.flush()
    return list(post.publications)


def _went_out(publication: Publication, at: datetime, remote_id: str, permalink: str) -> None:
    _begin(publication, at)
    _end_attempt(publication, at, "accepted", remote_id)
    publication.phase = publication.owner = None
    publication.platform_post_id, publication.permalink = remote_id, permalink
    publication.published_at = at
    publication.move("published", by="network")
    db.session.flush()


def _begin(publication: Publication, at: datetime) -> None:
    _stand_at(at)
    publication.phase, publication.owner, publication.attempts = "sending", 0, 1
    publication.move("publishing", by="portal")
    db.session.flush()


def _end_attempt(publication: Publication, at: datetime, outcome: str, remote_id: str | None = None) -> None:
    sent = {"text": publication.text}
    facts: dict[str, Any] = {"fence": 1, "version": 1, "sent": sent, "ended_at": at, "outcome": outcome}
    db.session.add(Attempt(publication_id=publication.id, platform_post_id=remote_id, **facts))


def _stand_at(at: datetime) -> None:
    """The database's clock for the rest of this transaction: history is written by the database itself."""
    db.session.flush()
    db.session.execute(text("SELECT set_config('portal.now', :at, true)"), {"at": at.isoformat()})


def _wait_for_practice_network() -> None:
    """It starts beside us; raises http.NotSent when it has not answered in time."""
    until = monotonic() + WAIT_SECONDS
    while True:
        try:
            http.request("GET", "https://_/health", total_seconds=2)
            return
        except http.NotSent:
            if monotonic() > until:
                raise
            sleep(0.2)


def _practice(door: str, body: Mapping[str, Any]) -> dict[str, Any]:
    # By the one rule, https://_/… is the practice network's own door, and nothing outside practice mode.
    answer = http.request("POST", f"https://_/{door}", json=body)
    if answer.status != 201:
        raise http.Unreadable(f"the practice network answered {answer.status}")
    given: dict[str, Any] = answer.json()
    return given
