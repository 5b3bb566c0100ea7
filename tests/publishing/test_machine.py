"""Everything that can happen to posts, in random order; the promises are looked at after every step.

A real PostgreSQL and the real engine; at the seam stands a network in memory that does what it is told. Calls
are made in the loop's own thread, so that a death at any point is the death of the whole publisher.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from portal import platforms
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.models import Publication, SocialAccount
from portal.models.states import MOVES, STATUSES
from portal.platforms.base import Author, Connection, Identity, Lost, Published, Token
from portal.platforms.errors import (
    CannotTell,
    ContentRejected,
    Duplicate,
    OperatorNeeded,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    TemporaryFailure,
    TokenEnded,
)
from portal.posts import flows as posts
from portal.posts import remedies
from portal.posts.inputs import Confirmation, NewPost, PostChanges
from portal.publishing import faults, flows, telling
from portal.publishing.publisher import Publisher
from portal.social import keeping, refreshing
from portal.transaction import transaction
from tests import factories
from tests.faults.fleet import UNSETTLED, WRONGLY_TOLD
from tests.publishing.conftest import Engine
from tests.publishing.fake_network import FakeNetwork, creates_and_raises, raises

# Enough for each commit; EXAMPLES=2000 searches for an hour.
EXAMPLES = int(os.environ.get("EXAMPLES", "10"))

FAR_PAST = "portal_now() - interval '1 second'"

AT_A_WRONG_TIME = text("""
SELECT a.id FROM attempt a JOIN publication p ON p.id = a.publication_id JOIN doctor d ON d.id = p.doctor_id
WHERE a.created_at < a.due_at
   OR a.created_at > a.due_at + d.late_after_minutes * interval '1 minute' + interval '10 seconds'
      AND NOT EXISTS (SELECT FROM attempt b WHERE b.publication_id = a.publication_id AND b.id < a.id)
""")

# What no tick, no sweep, no look and no person would ever come back to.
STUCK = text("""
SELECT id, status FROM publication
WHERE status IN ('scheduled', 'retrying') AND due_at IS NULL
   OR status = 'publishing' AND (owner IS NULL OR phase IS NULL)
   OR status = 'unconfirmed' AND look_at IS NULL AND asked_at IS NULL AND owner IS NULL
   OR status <> 'publishing' AND owner IS NOT NULL AND phase IS DISTINCT FROM 'looking'
""")

# Certainly not on the network, whatever happened before.
NOT_OUT = {"draft", "scheduled", "held", "retrying", "failed", "cancelled"}

Deed = Callable[[Callable[[], Published]], Published]


class Died(BaseException):
    """The process is gone: nothing in it may catch this."""


def broken(create: Callable[[], Published]) -> Published:
    create()
    raise ValueError("an answer that nobody foresaw")


def nul(create: Callable[[], Published]) -> Published:
    """Accepted, with a sign in the address that PostgreSQL cannot store."""
    made = create()
    return Published(made.remote_id, "https://fake.example/\x00")


ANSWERS: dict[str, Deed] = {
    "lost on the way there": raises(OutcomeUnknown("No answer.")),
    "lost on the way back": creates_and_raises(OutcomeUnknown("No answer.")),
    "nonsense": broken,
    "unstorable": nul,
    "refused": raises(ContentRejected("Too rude.")),
    "duplicate": raises(Duplicate("Said already.")),
    "not sent": raises(TemporaryFailure("No connection.")),
    "slow down": raises(RateLimited("Slow down.", datetime(2100, 1, 1, tzinfo=UTC))),
    "slow down, all": raises(RateLimited("Slow down.", datetime(2100, 1, 1, tzinfo=UTC), whole_app=True)),
    "token error": raises(TokenEnded("The token has ended.")),
    "permission missing": raises(ReconnectNeeded("No permission.")),
    "out of credit": raises(OperatorNeeded("Pay first.")),
}

PUBLISHING_POINTS = [
    "before_claim",
    "after_claim",
    "in_arm",
    "after_arm",
    "before_send",
    "before_store",
    "in_store",
    "after_store",
]
SAVING_POINTS = ["before_commit", "after_commit"]
LOOKING_POINTS = ["after_claim_look", "after_arm_look", "before_store_look"]


class Network(FakeNetwork):
    """Says what it is told to say, and knows the addresses of its posts."""

    connections = (Connection(key="account", label="Fake", app="TWITTER", needs=""),)

    def find(self, lost: Lost, author: Author, token: Token) -> Published | None:
        found = super().find(lost, author, token)
        return found if found is None or found.remote_id not in lost.known_ids else None

    def permalink(self, remote_id: str, author: Author) -> str:
        return f"https://fake.example/{remote_id.removeprefix('id-')}"

    def remote_id_from_permalink(self, address: str) -> str | None:
        return f"id-{address.removeprefix('https://fake.example/')}"

    def id_of(self, ref: str) -> str | None:
        refs = [ref for ref, _ in self.posts]
        return f"id-{refs.index(ref) + 1}" if ref in refs else None


class OneThread(Publisher):
    """Makes its calls where it stands, so that a death in a call is its own death."""

    def _begin(self, pool: Any, work: Callable[[], Any]) -> None:
        self.done.put(work())


class Machine(RuleBasedStateMachine):
    """One doctor, two accounts, and what may happen to their posts."""

    engine: Engine
    network: Network
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        db.session.rollback()
        for table in ("post", "network_gate", "outbox_letter", "social_account"):
            db.session.execute(text(f"DELETE FROM {table}"))
        db.session.commit()
        self.network.posts.clear()
        self.network.script.clear()
        self.network.find_says = None
        self.doctor = factories.make_doctor()
        self.accounts = [self.new_account(renews) for renews in (False, True)]
        self.publisher = self.new_publisher()
        self.wrote = 0

    def new_account(self, renews: bool) -> SocialAccount:
        account = factories.make_account(self.doctor)
        account.token = self.new_token(renews)
        db.session.commit()
        return account

    def new_token(self, renews: bool) -> Token:
        now = datetime.now(UTC)
        refresh_at = now + timedelta(hours=1) if renews else None
        return Token("access", "refresh", now + timedelta(hours=2), refresh_at=refresh_at)

    def new_publisher(self) -> OneThread:
        return OneThread(db.engine, needs_verification=True, threads=2)

    def all(self) -> list[Publication]:
        db.session.rollback()
        db.session.expire_all()
        return db.session.query(Publication).order_by(Publication.id).all()

    def one(self, number: int, *statuses: str) -> Publication | None:
        fitting = [p for p in self.all() if not statuses or p.status in statuses]
        return fitting[number % len(fitting)] if fitting else None

    # What the doctor does

    @initialize()
    def begin(self) -> None:
        """Without posts nothing can break."""
        self.schedule(0, later=False, both=True)
        self.schedule(1, later=True, both=False)

    @rule(which=st.integers(0, 1), later=st.booleans(), both=st.booleans())
    def schedule(self, which: int, later: bool, both: bool) -> None:
        at = datetime.now(UTC) + timedelta(hours=later)
        self.wrote += 1
        chosen = self.accounts if both else [self.accounts[which]]
        if any(account.status == "disconnected" for account in chosen):
            return
        wanted = NewPost(
            content=f"Text {self.wrote}.",
            scheduled_at=at,
            social_account_ids=[account.id for account in chosen],
        )
        posts.schedule(self.doctor, wanted)

    @rule(number=st.integers(0, 9))
    def edit(self, number: int) -> None:
        if publication := self.one(number):
            self.wrote += 1
            changes = PostChanges(content=f"Text {self.wrote}.")
            self.try_to(lambda: posts.change(self.doctor, publication.post, changes))

    @rule(number=st.integers(0, 9), minutes=st.sampled_from([0, 30]))
    def move(self, number: int, minutes: int) -> None:
        if publication := self.one(number):
            changes = PostChanges(scheduled_at=datetime.now(UTC) + timedelta(minutes=minutes))
            self.try_to(lambda: posts.change(self.doctor, publication.post, changes))

    @rule(number=st.integers(0, 9))
    def cancel(self, number: int) -> None:
        if publication := self.one(number):
            self.try_to(lambda: posts.cancel(self.doctor, publication.post))

    @rule(number=st.integers(0, 9))
    def ask_for_another_try(self, number: int) -> None:
        if publication := self.one(number, "failed", "held"):
            self.try_to(lambda: remedies.retry(self.doctor, publication.post))

    @rule(number=st.integers(0, 9))
    def say_what_is_there(self, number: int) -> None:
        """The doctor looks at the account, and says the truth."""
        if publication := self.one(number, "unconfirmed"):
            remote_id = self.network.id_of(publication.client_ref)
            address = self.network.permalink(remote_id, publication.account.author) if remote_id else None
            said = Confirmation(permalink=address, absent=address is None)
            self.try_to(lambda: remedies.confirm(publication, said))

    @rule(which=st.integers(0, 1))
    def disconnect(self, which: int) -> None:
        account = self.accounts[which]
        with transaction():
            account.status, account.token = "disconnected", None
            keeping.hold_posts(account, "You disconnected it.", by="doctor")

    @rule(which=st.integers(0, 1))
    def reconnect(self, which: int) -> None:
        account = self.accounts[which]
        identity = Identity(account.remote_id, "account", account.display_name, account.handle)
        with transaction():
            token = self.new_token(bool(which))
            keeping.store_account(self.doctor.id, account.platform, account.connection, identity, token)

    def try_to(self, act: Callable[[], object]) -> None:
        try:
            act()
        except (Conflict, Invalid):
            db.session.rollback()  # refused with a reason; then nothing may have changed

    # What the network does

    @rule(answer=st.sampled_from(sorted(ANSWERS)))
    def answer_next(self, answer: str) -> None:
        self.network.script.append(ANSWERS[answer])

    @rule(which=st.integers(0, 1), answer=st.sampled_from(sorted(ANSWERS)))
    def send_and_answer(self, which: int, answer: str) -> None:
        self.network.script[:] = [ANSWERS[answer]]
        self.schedule(which, later=False, both=False)
        self.publish()

    @rule(
        error=st.sampled_from(
            [None, CannotTell("No list."), TemporaryFailure("Down."), ReconnectNeeded("No."), None]
        )
    )
    def answer_looks(self, error: PlatformError | None) -> None:
        self.network.find_says = error

    # What time does

    @rule()
    def become_due(self) -> None:
        self.date_back("due_at", "status IN ('scheduled', 'retrying') AND due_at > portal_now()")

    @rule()
    def become_late(self) -> None:
        db.session.rollback()
        late = "due_at = portal_now() - interval '2 hours'"
        db.session.execute(text(f"UPDATE publication SET {late} WHERE status = 'scheduled'"))
        db.session.commit()

    @rule()
    def gates_open(self) -> None:
        db.session.rollback()
        db.session.execute(text(f"UPDATE network_gate SET until = {FAR_PAST}"))
        db.session.execute(text(f"UPDATE social_account SET gated_until = {FAR_PAST}"))
        db.session.commit()

    def date_back(self, column: str, condition: str) -> None:
        db.session.rollback()
        db.session.execute(text(f"UPDATE publication SET {column} = {FAR_PAST} WHERE {condition}"))
        db.session.commit()

    # What the portal does

    @rule()
    def publish(self) -> None:
        db.session.rollback()
        self.publisher.run()

    @rule()
    def look(self) -> None:
        self.date_back("look_at", "status = 'unconfirmed' AND look_at > portal_now()")
        flows.look_for_lost()

    @rule()
    def sweep(self) -> None:
        flows.sweep()

    @rule()
    def tell(self) -> None:
        telling.tell()

    @rule()
    def renew(self) -> None:
        refreshing.refresh_due()

    @rule(which=st.integers(0, 1), point=st.sampled_from(PUBLISHING_POINTS))
    def crash_while_publishing(self, which: int, point: str) -> None:
        self.schedule(which, later=False, both=False)
        self.die_at(point, self.publish)

    @rule(which=st.integers(0, 1), point=st.sampled_from(LOOKING_POINTS))
    def crash_while_looking(self, which: int, point: str) -> None:
        self.send_and_answer(which, "lost on the way back")
        self.die_at(point, self.look)

    @rule(which=st.integers(0, 1), point=st.sampled_from(SAVING_POINTS))
    def crash_while_saving(self, which: int, point: str) -> None:
        """Of a save that dies before its commit nothing is there; one that dies behind it needs no ring."""
        before = len(self.all())
        self.die_at(point, lambda: self.schedule(which, later=False, both=False))
        assert len(self.all()) - before <= (point == "after_commit")

    @rule()
    def crash_while_telling(self) -> None:
        self.die_at("in_tell", self.tell)

    @rule(point=st.sampled_from(PUBLISHING_POINTS))
    def stumble_while_publishing(self, point: str) -> None:
        """An error that nobody foresaw, in a process that goes on living."""
        (self.folder / point).write_text("raise")
        try:
            self.publish()
        except RuntimeError:
            pass  # the job failed, and was logged
        (self.folder / point).unlink(missing_ok=True)

    def die_at(self, point: str, act: Callable[[], object]) -> None:
        flag = self.folder / point
        flag.write_text("die")
        try:
            act()
        except Died:
            db.session.rollback()
            self.publisher.liveness.drop()
            self.publisher = self.new_publisher()
        flag.unlink(missing_ok=True)

    # The promises

    @invariant()
    def nothing_appears_twice(self) -> None:
        assert all(count == 1 for count in Counter(ref for ref, _ in self.network.posts).values())

    @invariant()
    def what_is_said_is_true(self) -> None:
        said = dict(self.network.posts)
        for publication in self.all():
            if publication.status in NOT_OUT:
                assert publication.client_ref not in said, f"{publication.status}, and out"
            if publication.status == "published":
                assert said[publication.client_ref] == publication.text
                assert publication.platform_post_id == self.network.id_of(publication.client_ref)
            if publication.status in ("failed", "held"):
                assert publication.error_message or publication.moved_why

    @invariant()
    def every_end_is_told_once(self) -> None:
        db.session.rollback()
        assert db.session.execute(WRONGLY_TOLD).all() == []
        twice = "SELECT publication_id FROM attempt WHERE outcome = 'accepted' GROUP BY 1 HAVING count(*) > 1"
        assert db.session.execute(text(twice)).all() == []

    @invariant()
    def nothing_leaves_early_or_late_without_a_word(self) -> None:
        """By the database's clock; what is late asks first. A further try of ours has its own hour."""
        db.session.rollback()
        assert db.session.execute(AT_A_WRONG_TIME).all() == []

    @invariant()
    def everything_has_a_way_on(self) -> None:
        db.session.rollback()
        assert db.session.execute(STUCK).all() == []

    @invariant()
    def nobody_alive_holds_what_is_in_nobodys_hand(self) -> None:
        """Between two runs a publisher holds nothing: what it held would never be taken back."""
        own = self.publisher.liveness.owner
        if own and self.publisher.liveness.connection is not None:
            assert [p.id for p in self.all() if p.owner == own] == []

    def teardown(self) -> None:
        """Nothing is stuck: with a well network and a connected account everything comes to its end."""
        try:
            self.network.script.clear()
            self.network.find_says = None
            for which in (0, 1):
                self.reconnect(which)
            for _ in range(40):
                for act in (
                    self.sweep,
                    self.gates_open,
                    self.become_due,
                    self.renew,
                    self.publish,
                    self.look,
                ):
                    act()
                self.tell()
                db.session.rollback()
                if not db.session.execute(UNSETTLED).all():
                    break
            assert db.session.execute(UNSETTLED).all() == []
            self.nothing_appears_twice()
            self.what_is_said_is_true()
            self.every_end_is_told_once()
        finally:
            self.publisher.close()


def test_every_state_but_the_ends_has_a_way_out() -> None:
    assert {status for status in STATUSES if not MOVES[status]} == {"published", "cancelled"}


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    """In the place of X, renewing tokens when it is asked to."""
    fake = Network()
    monkeypatch.setitem(platforms.PLATFORMS, "twitter", fake)
    renewed = Token(
        "access", "refresh", datetime(2100, 1, 1, tzinfo=UTC), refresh_at=datetime(2099, 1, 1, tzinfo=UTC)
    )
    monkeypatch.setattr(refreshing.oauth, "refresh", lambda *_: renewed)
    return fake


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where deaths are ordered."""

    def do(deed: str) -> None:
        raise Died if deed == "die" else RuntimeError("a fault that a test asked for")

    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
        monkeypatch.setattr(faults, "folder", Path(name))
        monkeypatch.setattr(faults, "_do", do)
        yield Path(name)


@pytest.mark.timeout(900)
def test_the_promises_hold_whatever_happens_in_whatever_order(
    engine: Engine, network: Network, folder: Path
) -> None:
    Machine.engine, Machine.network, Machine.folder = engine, network, folder
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=30,
            deadline=None,
            # The same examples every time: what breaks here breaks for everybody.
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
