"""Doctors, their accounts and their posts, made by the thousand."""

from datetime import timedelta

from sqlalchemy import text

from portal import clock
from portal.checks import RULES_VERSION
from portal.extensions import db
from portal.models import SocialAccount
from portal.platforms.base import Token

DOCTORS = text("""
WITH people AS (
    INSERT INTO user_account (email, password_digest, role, confirmed_at)
    SELECT 'bench' || n || '@example.org', 'none', 'doctor', portal_now() FROM generate_series(1, :count) n
    RETURNING id
), doctors AS (
    INSERT INTO doctor (user_id, full_name, timezone, verification)
    SELECT id, 'Dr. Bench ' || id, 'Asia/Kolkata', 'verified' FROM people RETURNING id
)
INSERT INTO social_account (doctor_id, platform, connection, remote_id, display_name, handle, status)
SELECT id, 'twitter', 'account', id::text, 'Dr. Bench', 'bench_' || id, 'connected' FROM doctors
""")

# Post n belongs to account n modulo their number; its text says which one it is.
POSTS = text("""
WITH planned AS (
    SELECT n, a.id AS account_id, a.doctor_id,
           portal_now() + :after * interval '1 second' + n * :apart * interval '1 second' AS due
    FROM generate_series(0, :count - 1) n
    JOIN (SELECT id, doctor_id, row_number() OVER (ORDER BY id) - 1 AS place
          FROM social_account ORDER BY id LIMIT :accounts) a ON a.place = n % :accounts
), posts AS (
    INSERT INTO post (doctor_id, content, timezone, scheduled_at, checks_key)
    SELECT d.id, :words || n, 'Asia/Kolkata', due, :rules || ' ' || d.facts_digest
    FROM planned JOIN doctor d ON d.id = planned.doctor_id
    RETURNING id, doctor_id, scheduled_at
)
INSERT INTO publication (post_id, social_account_id, doctor_id, platform, status, due_at, client_ref)
SELECT p.id, a.id, p.doctor_id, 'twitter', 'scheduled', p.scheduled_at, gen_random_uuid()::text
FROM posts p JOIN social_account a ON a.doctor_id = p.doctor_id
""")

DUE = text("SELECT content, extract(epoch FROM scheduled_at) FROM post")

# A million rows without their posts: only what the search for due work looks at.
ROWS = text("""
INSERT INTO publication (post_id, social_account_id, doctor_id, platform, status, due_at, client_ref)
SELECT n, a.id, a.doctor_id, 'twitter', 'scheduled',
       portal_now() + interval '1 hour' + n * interval '1 second', n::text
FROM generate_series(:first, :last) n
JOIN (SELECT id, doctor_id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS accounts
      FROM social_account) a ON a.place = n % a.accounts
""")


def make_doctors(count: int) -> None:
    """Verified doctors with one account each."""
    db.session.execute(DOCTORS, {"count": count})
    ends = clock.now() + timedelta(hours=2)
    for account in db.session.query(SocialAccount).filter(SocialAccount.sealed_token.is_(None)):
        account.token = Token("bench", "renews", ends, refresh_at=ends - timedelta(hours=1))
    db.session.commit()
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def plan(count: int, accounts: int, *, after: float, apart: float = 0.0, words: str = "post ") -> None:
    """Plan so many posts, the first one in `after` seconds and each `apart` seconds behind the one before."""
    facts = {"count": count, "accounts": accounts, "after": after, "apart": apart, "words": words}
    db.session.execute(POSTS, facts | {"rules": RULES_VERSION})
    db.session.commit()
    db.session.execute(text("ANALYZE publication, post"))
    db.session.commit()


def due_times() -> dict[str, float]:
    """When each text was planned for, in seconds since 1970."""
    times = {content: float(at) for content, at in db.session.execute(DUE)}
    db.session.rollback()
    return times


def open_posts() -> int:
    """How many posts are not out yet."""
    statement = text("SELECT count(*) FROM publication WHERE status <> 'published'")
    left: int = db.session.execute(statement).scalar_one()
    db.session.rollback()
    return left


def forget() -> None:
    """No posts any more."""
    db.session.execute(text("TRUNCATE post, publication CASCADE"))
    db.session.commit()


def make_rows(first: int, last: int) -> None:
    """Rows that fall due some day, beside which the search for due work has to be quick."""
    # Neither keys nor triggers are asked: they would take minutes and nothing here needs them.
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    db.session.execute(text("SET LOCAL statement_timeout = 0"))
    db.session.execute(ROWS, {"first": first, "last": last})
    db.session.commit()


def tidy() -> None:
    """What PostgreSQL does by itself in the minutes after a mass of rows, and would do while we measure."""
    db.session.remove()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM (ANALYZE)"))
        connection.execute(text("CHECKPOINT"))
