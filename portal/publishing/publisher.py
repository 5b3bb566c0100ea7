"""One process's hand in publishing: claims, arms, sends from a pool of threads, settles in groups.

Almost all the time is waiting for networks, so one process keeps many calls in the air. Threads hold no
database connection; the one thread that runs the loop writes everything, through the session that holds the
lock.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.platforms.base import AwaitingDoctor, Published
from portal.platforms.errors import TemporaryFailure
from portal.publishing import arming, claiming, fetching, outcomes, second_look, settling, staging
from portal.publishing.arming import Armed
from portal.publishing.claiming import Claimed
from portal.publishing.faults import fault
from portal.publishing.liveness import Liveness
from portal.publishing.outcomes import Outcome
from portal.publishing.searching import Search

log = structlog.get_logger()

# As many calls as one process can keep in the air; more only wait for Python's one running thread.
THREADS = 160

# Uploads take minutes where a post takes a moment: they have threads of their own and use up no others.
UPLOADS = 8

# A call must begin within this time of its arming: a thread that was frozen longer does not send.
BEGIN_WITHIN_SECONDS = 5.0

# One run takes on nothing new after this time, so that its worker can say that it lives.
RUN_SECONDS = 30.0

# How long to wait for answers before looking whether there is something else to do.
BREATH_SECONDS = 0.02

# How long answers are gathered after the first: a crowd's are written and followed up in groups. Nobody waits
# for that when nothing else is in the air.
GATHER_SECONDS = 0.01

# Outcomes that could not be stored, because the database is away, are tried again this often.
STORE_AGAIN_SECONDS = 0.5


@dataclass
class InHand:
    """What this publisher holds at the moment."""

    claimed: list[Claimed] = field(default_factory=list)
    flying: int = 0
    uploading: int = 0
    lost: set[Claimed] = field(default_factory=set)  # their uploads are somebody else's affair now
    unstored: list[Outcome] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.has_posts or self.uploading)

    @property
    def has_posts(self) -> bool:
        """Whether there is anything beside uploads, which may go on from run to run."""
        return bool(self.claimed or self.flying or self.unstored)


class Publisher:
    """Publishes what is due. One for each process; `stop` may be set from a signal handler."""

    def __init__(
        self,
        engine: Engine,
        *,
        needs_verification: bool,
        threads: int = THREADS,
        call_another: Callable[[], object] = lambda: None,
    ) -> None:
        self.liveness = Liveness(engine)
        self.needs_verification = needs_verification
        self.threads = threads
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="send")
        self.search = Search(threads, self.pool, call_another)
        self.uploaders = ThreadPoolExecutor(UPLOADS, thread_name_prefix="upload")
        self.done: SimpleQueue[Outcome | staging.Staged] = SimpleQueue()
        self.stop = Event()
        self.hand = InHand()

    def run(self, patience: float = 0.0, seconds: float = RUN_SECONDS, *, leaves_calls: bool = False) -> int:
        """Publish until nothing is due, and wait up to `patience` seconds for what falls due soon.

        After `seconds` it takes on nothing new and ends with the calls in the air, or with `leaves_calls` at
        once: then the next run collects them.
        Gives the number of publications that were armed. When the database is away it raises DBAPIError,
        after the calls in the air have ended and their outcomes are kept for the next run.
        """
        try:
            return self._run(patience, seconds, leaves_calls)
        except Exception:
            # Whatever it was: a lock of ours must not hold what is in nobody's hand any more.
            self._let_go()
            raise

    def _run(self, patience: float, seconds: float, leaves_calls: bool) -> int:
        armed = 0
        until, latest = time.monotonic() + patience, time.monotonic() + seconds
        while True:
            self._store()
            if self.stop.is_set() or time.monotonic() > latest:
                self._hand_back()
                # An upload goes on without a run; only the end of the process waits for it.
                may_go_on = leaves_calls or not self.hand.has_posts
                if self.hand.is_empty or (may_go_on and not self.stop.is_set()):
                    return armed
            else:
                armed += self._advance()
            if self.hand.is_empty and not self._wait_for_next(until):
                return armed
            self._collect()

    def leave(self) -> None:
        """Write down what is in the air, hand back what is not, and end: uploads end at their next step."""
        self.stop.set()
        try:
            self.run()
        except DBAPIError as away:
            log.warning("left_without_database", reason=type(away.orig).__name__)
        finally:
            self.close()

    def close(self) -> None:
        """End the threads and give up the lock."""
        self.pool.shutdown(wait=True)
        self.uploaders.shutdown(wait=True)
        self.liveness.drop()

    # Claim and arm

    def _advance(self) -> int:
        """Claim when there is nothing claimed, arm as many as there are free threads."""
        room = self.threads - self.hand.flying
        if room <= 0:
            return 0
        with self._session() as session:
            if not self.hand.claimed and not (self.hand.flying and self.search.rests):
                fault("before_claim")
                self.hand.claimed = self.search.claim(session, self.liveness.owner)
            if not self.hand.claimed:
                return 0
            fault("after_claim")
            wave, self.hand.claimed = self.hand.claimed[:room], self.hand.claimed[room:]
            ready = arming.arm(session, self.liveness.owner, wave, self.needs_verification)
        fault("after_arm")
        begin_until = time.monotonic() + BEGIN_WITHIN_SECONDS
        for armed in ready.armed:
            self._begin(self.pool, partial(self._send, armed, begin_until))
            self.hand.flying += 1
        for work in ready.to_stage:
            self._begin(self.uploaders, partial(staging.stage, work, self._tell))
            self.hand.uploading += 1
        if ready.to_check:
            with self._session() as session:
                self.hand.claimed += second_look.look_before_arming(session, ready.to_check)
        return len(ready.armed)

    def _begin(self, pool: ThreadPoolExecutor, work: Callable[[], "Outcome | staging.Staged"]) -> None:
        pool.submit(lambda: self.done.put(work()))

    # Send and upload: run in threads, touch no database

    def _tell(self, news: "staging.Staged") -> None:
        if Claimed(news.work.id, news.work.fence) in self.hand.lost:
            raise staging.InOtherHands
        self.done.put(news)
        if self.stop.is_set():
            # Whoever has it next goes on from this step.
            raise staging.InOtherHands

    def _send(self, armed: Armed, begin_until: float) -> Outcome:
        return outcomes.of_call(armed, lambda: self._call(armed, begin_until))

    def _call(self, armed: Armed, begin_until: float) -> Published | AwaitingDoctor:
        fault("before_send")
        if time.monotonic() > begin_until:
            raise TemporaryFailure("The sending program was held up, so this was not sent yet.", "deadline")
        if armed.network.is_by_hand(armed.author.connection):
            return AwaitingDoctor("All that you need for it stands on this page.")
        fetching.bring_named(armed.sent)
        answer = armed.network.publish(armed.sent, armed.author, armed.token)
        fault("before_store")
        return answer

    # Settle

    def _collect(self) -> None:
        """Take the answers that are there, waiting a breath for the first and a moment for the next ones."""
        try:
            self._took(self.done.get(timeout=BREATH_SECONDS))
            until = time.monotonic() + GATHER_SECONDS
            while self.hand.flying and (left := until - time.monotonic()) > 0:
                self._took(self.done.get(timeout=left))
            while True:
                self._took(self.done.get_nowait())
        except Empty:
            pass

    def _took(self, answer: "Outcome | staging.Staged") -> None:
        if isinstance(answer, Outcome):
            self.hand.flying -= 1
            self.hand.unstored.append(answer)
        else:
            self.hand.uploading -= 0 if answer.is_partial else 1
            self._after_staging(answer)

    def _after_staging(self, staged: "staging.Staged") -> None:
        claim = Claimed(staged.work.id, staged.work.fence)
        with self._session() as session:
            is_ours = staging.store(session, self.liveness.owner, staged)
        if not staged.is_partial:
            self.hand.lost.discard(claim)
            if is_ours and staged.error is None:
                self.hand.claimed.insert(0, claim)
        elif not is_ours:
            self.hand.lost.add(claim)

    def _store(self) -> None:
        """Write the outcomes; while the database is away they stay in memory and the calls in the air end."""
        if not self.hand.unstored:
            return
        group = list(self.hand.unstored)
        try:
            with self._session() as session:
                settling.settle(session, group)
        except DBAPIError as trouble:
            if settling.may_pass(trouble):
                self._keep_outcomes(trouble)
            else:
                self._store_one_by_one(group)
            return
        self.hand.unstored = []
        fault("after_store")

    def _store_one_by_one(self, group: list[Outcome]) -> None:
        """One row that the database refuses must not take the others with it."""
        self.hand.unstored = []
        passing: DBAPIError | None = None
        for outcome in group:
            try:
                with self._session() as session:
                    settling.settle(session, [outcome])
            except DBAPIError as error:
                if settling.may_pass(error):
                    self.hand.unstored.append(outcome)
                    passing = error
                else:
                    self._leave_in_doubt(outcome, error)
        if passing:
            self._keep_outcomes(passing)

    def _keep_outcomes(self, trouble: DBAPIError) -> None:
        """Wait a moment with what could not be written now; give up for this run when we are to end."""
        log.warning("outcomes_kept", count=len(self.hand.unstored), reason=type(trouble.orig).__name__)
        self.stop.wait(STORE_AGAIN_SECONDS)
        if self.hand.flying == 0 and self.stop.is_set():
            raise trouble

    def _leave_in_doubt(self, outcome: Outcome, error: DBAPIError) -> None:
        """The database will never take it: the post is looked for, like one without an answer."""
        row, reason = outcome.armed.id, type(error.orig).__name__
        log.error("outcome_refused", publication_id=row, kind=outcome.kind, reason=reason)
        with self._session() as session:
            settling.leave_in_doubt(session, outcome.armed)

    # The rest

    def _wait_for_next(self, until: float) -> bool:
        """Sleep until the next publication falls due, when that is before `until`; whether to go on."""
        if self.stop.is_set() or time.monotonic() >= until:
            return False
        with self._session() as session:
            seconds = claiming.seconds_until_next(session)
        if seconds is None or time.monotonic() + seconds > until:
            return False
        self.stop.wait(max(seconds, 0.0))
        return not self.stop.is_set()

    def _let_go(self) -> None:
        """Keep the answers of the calls in the air; what else was claimed or armed, others take back."""
        while self.hand.flying:
            answer = self.done.get()
            if isinstance(answer, Outcome):
                self.hand.flying -= 1
                self.hand.unstored.append(answer)
            else:
                self.hand.uploading -= 0 if answer.is_partial else 1
        # With the lock nothing is ours any more. Uploads that go on learn that with their next step.
        self.hand.claimed = []
        self.liveness.drop()

    def _hand_back(self) -> None:
        if self.hand.claimed:
            with self._session() as session:
                why = "The sending program made a break. The post is due as before."
                claiming.hand_back(session, self.liveness.owner, self.hand.claimed, why)
            self.hand.claimed = []

    def _session(self) -> Session:
        try:
            owner = self.liveness.owner
            session = self.liveness.session()
        except DBAPIError:
            self.hand.claimed = []
            raise
        if owner and owner != self.liveness.owner:
            # The old lock is gone, and with it everything that was only claimed.
            self.hand.claimed = []
        return session
