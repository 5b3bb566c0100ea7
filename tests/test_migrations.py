"""Migrations go both ways with rows in every table, and make what the models describe."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text

from config import Config
from portal import clock, create_app
from portal.extensions import db
from portal.models import (
    AccountOffer,
    ApiKey,
    ArchivedFile,
    ArchiveEntry,
    ArchiveTask,
    Attempt,
    AuditEvent,
    Authenticator,
    Base,
    BrowserSession,
    CalendarSetting,
    Council,
    DailyUse,
    Doctor,
    FiguresReading,
    FollowUp,
    IdempotencyKey,
    ImportedRow,
    JointDecision,
    Licence,
    LicenceDecision,
    LicenceDocument,
    MediaFile,
    MedicalSpeciality,
    MedicalSubSpeciality,
    NetworkGate,
    OAuthAttempt,
    OfficeSetting,
    OneTimeCode,
    OutboxLetter,
    OwnDay,
    Passkey,
    PostCheck,
    PostImport,
    PostingSlot,
    PostMedia,
    PostSeries,
    PublicationCheck,
    PublicationFigures,
    RecoveryCode,
    RefreshToken,
    Rendition,
    SavedText,
    SeriesPost,
    TrustedBrowser,
    WayBack,
    Webhook,
    WebhookMessage,
    WorkingCopy,
    states,
)
from tests.databases import MIGRATIONS, Databases, run_migrations
from tests.factories import make_account, make_doctor, make_post

COLUMNS = """
SELECT table_name, column_name, data_type, udt_name, is_nullable, column_default, is_identity
FROM information_schema.columns WHERE table_schema = 'public'
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
# Belong to the migrations and the triggers alone.
NOT_OURS = {"alembic_version", "publication_move"}


def revisions() -> list[str]:
    """From the first to the last."""
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(MIGRATIONS))
    walk = ScriptDirectory.from_config(settings).walk_revisions()
    return [script.revision for script in walk][::-1]


@pytest.fixture
def engine_of() -> Iterator[Any]:
    """Connects to an address for a while."""
    engines: list[Engine] = []

    def connect(url: str) -> Engine:
        engines.append(create_engine(url))
        return engines[-1]

    yield connect
    for engine in engines:
        engine.dispose()


def fill(settings: dict[str, str], url: str) -> None:
    """A row in every table, by way of the models."""
    app = create_app(Config.from_env({**settings, "DATABASE_URL": url}))
    with app.app_context():
        fill_tables()
        db.engine.dispose()


def fill_tables() -> Doctor:
    """The same in the database at hand: all of it is this doctor's."""
    doctor = make_doctor()
    account = make_account(doctor)
    post = make_post(doctor, account)
    publication = post.publications[0]
    sub = MedicalSubSpeciality(name="Heart Failure")
    photo = MediaFile(
        doctor_id=doctor.id, purpose="post", name="x.jpg", mime_type="image/jpeg", bytes=1, digest="x"
    )
    code = OneTimeCode(email="a@example.org", purpose="login", expires_at=clock.now())
    db.session.add_all([MedicalSpeciality(name="Cardiology", sub_specialities=[sub]), photo, code])
    db.session.flush()
    doctor.speciality_id, doctor.sub_speciality_id = sub.speciality_id, sub.id
    doctor.profile_photo = photo
    soon = clock.now() + timedelta(minutes=1)
    browser: dict[str, Any] = {"user_id": doctor.user_id, "digest": "x"}
    db.session.add_all(
        [
            PostMedia(post_id=post.id, media_file_id=photo.id, position=0),
            Attempt(publication_id=publication.id, fence=1, version=1),
            PublicationFigures(publication_id=publication.id, likes=1),
            PostCheck(
                post=post,
                version=1,
                pack="IN",
                rules_version="1",
                digest="x",
                licence="verified",
                checks_run=1,
                findings=[{"id": "C02"}],
                reasons={"C02": "x"},
                is_passed=True,
            ),
            PublicationCheck(publication_id=publication.id),
            DailyUse(platform="youtube", connection="channel", day=soon.date(), used=1),
            Rendition(
                media_file_id=photo.id,
                recipe="x",
                name="y.jpg",
                mime_type="image/jpeg",
                bytes=1,
                width=1,
                height=1,
            ),
            BrowserSession(**browser, last_seen_at=soon, proved_at=soon),
            TrustedBrowser(**browser, expires_at=soon),
            Authenticator(user_id=doctor.user_id, sealed_key="x"),
            RecoveryCode(**browser),
            WayBack(**browser, kind="email", email="a@example.org", expires_at=soon),
            Passkey(
                user_id=doctor.user_id,
                name="Phone",
                credential_id=b"x",
                handle=b"x",
                public_key=b"x",
                sign_count=0,
            ),
            IdempotencyKey(doctor_id=doctor.id, key="k", body_digest="x", sealed_answer="v1.x.x"),
            ApiKey(doctor_id=doctor.id, name="x", beginning="x", digest="x", rights=["posts:read"]),
            RefreshToken(**browser, family="x", password_mark="x", expires_at=soon),
            CalendarSetting(doctor_id=doctor.id),
            WorkingCopy(doctor_id=doctor.id, post_id=post.id, fields=[], post_version=1, page="x"),
            WebhookMessage(
                webhook=Webhook(doctor_id=doctor.id, url="x", kinds=[], sealed_secret="x"),
                kind="test",
                stream="x",
            ),
            FollowUp(publication_id=publication.id, words="x", due_at=soon),
            SavedText(doctor_id=doctor.id, kind="footer", name="x", words="x", position=1),
            OwnDay(doctor_id=doctor.id, name="x", day_on=soon.date()),
            PostingSlot(doctor_id=doctor.id, social_account_id=account.id, weekday=0, hour=soon.time()),
            NetworkGate(platform="twitter", connection="account"),
            OAuthAttempt(
                doctor_id=doctor.id,
                platform="twitter",
                connection="account",
                state_digest="x",
                expires_at=soon,
            ),
            AccountOffer(
                doctor_id=doctor.id,
                platform="linkedin",
                connection="organization",
                choices={},
                sealed_tokens="x",
                expires_at=soon,
            ),
            OutboxLetter(
                letter="code", to="a@example.org", code_id=code.id, not_before=soon, stale_after=soon
            ),
        ]
    )
    db.session.add_all(
        [
            Licence(doctor_id=doctor.id, country="IN"),
            LicenceDocument(
                doctor_id=doctor.id,
                kind="certificate",
                mime_type="image/png",
                bytes=1,
                digest="x",
                removed_at=soon,
            ),
            LicenceDecision(doctor_id=doctor.id, decision="verified"),
            OfficeSetting(name="target_days", value=3),
            Council(country="IN", name="x"),
            ArchiveTask(publication_id=publication.id, kind="published"),
            ArchivedFile(
                name="z.jpg",
                mime_type="image/jpeg",
                bytes=1,
                digest="x",
                entry=ArchiveEntry(
                    doctor_id=doctor.id,
                    number=1,
                    kind="published",
                    at=soon,
                    body="{}",
                    body_digest="x",
                    previous="x",
                    digest="x",
                ),
            ),
            JointDecision(kind="revoke", subject_id=doctor.user_id, asked_by_id=doctor.user_id, reason="x"),
        ]
    )
    series = PostSeries(
        doctor_id=doctor.id,
        pattern_id=post.id,
        rhythm="daily",
        starts_on=soon.date(),
        times=2,
        at=soon.time(),
        timezone="UTC",
    )
    series.posts = [SeriesPost(day_on=soon.date(), post_id=post.id)]
    db.session.add_all(
        [
            series,
            PostImport(doctor_id=doctor.id, name="x.csv", rows=[{"number": 2, "text": "x"}]),
            ImportedRow(doctor_id=doctor.id, digest="x", post_id=post.id),
            FiguresReading(publication_id=publication.id, read_at=soon, likes=1),
        ]
    )
    AuditEvent.write("something", user_id=doctor.user_id)
    # Its event asks for a notice, which the database writes.
    publication.move("held", by="portal", why="Waits.", held_for="account")
    db.session.commit()
    return doctor


def rows(engine: Engine) -> dict[str, int]:
    """How many rows each table has."""
    with engine.connect() as connection:
        tables = connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        ).all()
        counts = {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in tables}
    return {name: count or 0 for name, count in counts.items() if name not in NOT_OURS}


def shape(engine: Engine) -> dict[str, set[tuple[Any, ...]]]:
    """All that the database knows about its tables."""
    with engine.connect() as connection:
        return {
            kind: {tuple(row) for row in connection.execute(text(query)) if row[0] not in NOT_OURS}
            for kind, query in (("columns", COLUMNS), ("constraints", CONSTRAINTS), ("indexes", INDEXES))
        }


def test_the_revisions_are_one_line() -> None:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(MIGRATIONS))
    assert len(ScriptDirectory.from_config(settings).get_heads()) == 1


def test_each_migration_goes_back_and_forward_with_rows_in_every_table(
    databases: Databases, settings: dict[str, str], engine_of: Any
) -> None:
    url = databases.copy("both_ways")
    fill(settings, url)
    engine = engine_of(url)
    before, whole = rows(engine), shape(engine)
    assert set(before) == set(Base.metadata.tables) and min(before.values()) > 0

    for older in revisions()[-2::-1]:
        run_migrations(url, "downgrade", older)
        known = rows(engine)  # a table that came later goes with its rows
        run_migrations(url, "upgrade", "head")
        after = rows(engine)
        assert {name: after[name] for name in known} == {name: before[name] for name in known}, (
            f"rows are lost between {older} and the newest"
        )
        assert shape(engine) == whole
        run_migrations(url, "downgrade", older)


def test_the_first_migration_takes_everything_away_again(
    databases: Databases, settings: dict[str, str], engine_of: Any
) -> None:
    url = databases.copy("to_nothing")
    fill(settings, url)
    engine = engine_of(url)

    run_migrations(url, "downgrade", "base")

    assert rows(engine) == {}
    functions = "SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    with engine.connect() as connection:
        assert connection.scalar(text(functions)) == 0
    run_migrations(url, "upgrade", "head")
    assert set(rows(engine)) == set(Base.metadata.tables)


def test_migrations_make_exactly_what_the_models_describe(databases: Databases, engine_of: Any) -> None:
    migrated, described = engine_of(databases.copy("migrated")), engine_of(databases.empty("described"))
    definition = text("SELECT pg_get_functiondef('portal_now'::regproc)")
    with migrated.connect() as connection:
        clock_of_the_database = connection.scalar(definition)
    with described.begin() as connection:
        connection.execute(text(clock_of_the_database))
        Base.metadata.create_all(connection)

    made, meant = shape(migrated), shape(described)
    for kind in made:
        assert made[kind] - meant[kind] == set(), f"only the migrations have these {kind}"
        assert meant[kind] - made[kind] == set(), f"only the models have these {kind}"


def test_the_database_allows_the_moves_of_the_house_and_no_other(
    databases: Databases, engine_of: Any
) -> None:
    with engine_of(databases.copy("moves")).connect() as connection:
        moves = connection.execute(text("SELECT from_status, to_status FROM publication_move"))
        allowed = {(before, after) for before, after in moves}
    assert allowed == {(before, after) for before, afters in states.MOVES.items() for after in afters}
    assert set(states.MOVES) == set(states.STATUSES)
