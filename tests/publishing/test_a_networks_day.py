"""What a network takes a day from the whole portal, counted before it is begun."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update

from portal.extensions import db
from portal.models import DailyUse, Notice, Publication
from portal.platforms.base import Daily
from portal.publishing import preparing
from tests import factories
from tests.publishing.conftest import Engine
from tests.publishing.fake_network import FakeNetwork
from tests.publishing.test_staging import attach, make_due

PACIFIC = ZoneInfo("America/Los_Angeles")


@pytest.fixture(autouse=True)
def counted(network: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that takes two uploads a day; what was begun says so in `staged`."""

    def stage(content: object, token: object, staged: dict[str, object], keep: object) -> dict[str, object]:
        return {**staged, "session": "begun"}

    monkeypatch.setattr(network, "daily", Daily(2, "videos", PACIFIC), raising=False)
    monkeypatch.setattr(network, "needs_staging", lambda content, staged: not staged.get("session"))
    monkeypatch.setattr(network, "begins_anew", lambda content, staged: not staged.get("session"))
    monkeypatch.setattr(network, "stage", stage)


def three(engine: Engine) -> list[Publication]:
    accounts = [engine.account, *(factories.make_account(engine.doctor) for _ in range(2))]
    return [engine.post(account) for account in accounts]


def test_what_exceeds_the_day_waits_for_the_next_one_and_its_doctor_is_told(engine: Engine) -> None:
    publications = three(engine)

    engine.run()

    rows = [engine.fresh(publication) for publication in publications]
    assert sorted(row.status for row in rows) == ["published", "published", "retrying"]
    late = next(row for row in rows if row.status == "retrying")
    assert late.due_at is not None and late.due_at.astimezone(PACIFIC).hour == 0
    assert timedelta(0) < late.due_at - datetime.now(UTC) <= timedelta(days=1, minutes=1)
    assert late.moved_why == (
        "Fake takes 2 videos a day from this portal, and today’s are used up. "
        "Yours goes out by itself on the next day."
    )
    notices = db.session.scalars(select(Notice).where(Notice.publication_id == late.id)).all()
    assert [notice.kind for notice in notices] == ["later"]
    assert (late.tries, late.attempts) == (0, 0)


def test_on_the_next_day_it_goes_out_by_itself(engine: Engine) -> None:
    publications = three(engine)
    engine.run()
    late = next(row for row in map(engine.fresh, publications) if row.status == "retrying")

    db.session.execute(update(DailyUse).values(day=text("day - 1")))
    make_due(late)
    engine.run()

    assert engine.fresh(late).status == "published"


def test_going_on_with_what_was_begun_draws_nothing_more(engine: Engine) -> None:
    publication = engine.post()
    publication.staged = {"session": "begun"}
    db.session.commit()

    engine.run()

    assert engine.fresh(publication).status == "published"
    assert db.session.scalars(select(DailyUse)).all() == []


def test_preparing_ahead_draws_on_the_same_number(engine: Engine) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=5)
    publication = engine.post(scheduled_at=soon)
    attach(publication, "video/mp4", b"film")

    preparing.prepare_due()

    assert [row.used for row in db.session.scalars(select(DailyUse))] == [1]
    assert engine.fresh(publication).staged == {"session": "begun"}
    make_due(publication)
    engine.run()
    assert engine.fresh(publication).status == "published"
    assert [row.used for row in db.session.scalars(select(DailyUse))] == [1]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 22, 7, 59, tzinfo=UTC), 21),
        (datetime(2026, 11, 22, 8, 0, tzinfo=UTC), 22),
        # On the day when clocks change it is an hour earlier or later.
        (datetime(2026, 7, 22, 6, 59, tzinfo=UTC), 21),
        (datetime(2026, 7, 22, 7, 0, tzinfo=UTC), 22),
    ],
)
def test_the_day_is_the_networks_own(moment: datetime, day: int) -> None:
    daily = Daily(100, "videos", PACIFIC)

    assert daily.day(moment).day == day
    assert daily.day(daily.next_day(moment)) == daily.day(moment) + timedelta(days=1)
    assert daily.next_day(moment) - moment <= timedelta(days=1, minutes=1)
