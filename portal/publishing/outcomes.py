"""What came of a call: each way a network can answer, and the state that it leads to (a table)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from portal import clock
from portal.platforms.base import AwaitingDoctor, Published
from portal.platforms.errors import (
    BeingPrepared,
    ContentRejected,
    Duplicate,
    OperatorNeeded,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    StillPreparing,
    TemporaryFailure,
    TokenEnded,
    UploadGone,
)
from portal.publishing.arming import Armed

log = structlog.get_logger()


@dataclass(frozen=True)
class Outcome:
    """One ended call. `kind` is the attempt's outcome; `effect` what settling does beyond the status."""

    armed: Armed
    kind: str  # accepted, assisted, refused, not_sent, slow_down, unknown
    status: str
    remote_id: str | None = None
    permalink: str | None = None
    code: str | None = None
    words: str | None = None
    until: datetime | None = None
    is_guess: bool = False  # nobody named the time: `until` is the soonest that makes sense
    whole_app: bool = False
    effect: str | None = None  # renew, reconnect, operator, gate, taken, upload, unready

    @property
    def reached_network(self) -> bool:
        """Whether the network answered at all: what the circuit breaker counts as health."""
        is_answer = self.kind in ("accepted", "assisted", "refused", "slow_down")
        return is_answer or self.effect in ("taken", "upload")


# (attempt outcome, next status, effect) for each class, the more special ones first.
TABLE: tuple[tuple[type[PlatformError], str, str, str | None], ...] = (
    (ContentRejected, "refused", "failed", None),
    (TokenEnded, "refused", "held", "renew"),
    (ReconnectNeeded, "refused", "held", "reconnect"),
    (RateLimited, "slow_down", "retrying", "gate"),
    (OperatorNeeded, "not_sent", "retrying", "operator"),
    (StillPreparing, "refused", "retrying", "unready"),
    (TemporaryFailure, "not_sent", "retrying", None),
    (BeingPrepared, "unknown", "unconfirmed", "taken"),
    (OutcomeUnknown, "unknown", "unconfirmed", None),
)


def of_call(armed: Armed, call: Callable[[], Published | AwaitingDoctor]) -> Outcome:
    """Make the one call and say what came of it; never raises."""
    try:
        return accepted(armed, call())
    except PlatformError as error:
        return of_error(armed, error)
    except Exception as error:
        # A bug of ours, or an answer nobody foresaw: the request may have arrived, so it counts as unknown.
        log.exception("publishing_call_broke", publication_id=armed.id, kind=type(error).__name__)
        words = "Something unexpected happened while this was sent."
        return Outcome(armed, "unknown", "unconfirmed", code=type(error).__name__, words=words)


def accepted(armed: Armed, answer: Published | AwaitingDoctor) -> Outcome:
    """The outcome of a call that the network answered with a yes, or that is the doctor's turn."""
    if isinstance(answer, AwaitingDoctor):
        return Outcome(armed, "assisted", "awaiting_doctor", words=answer.how)
    return Outcome(armed, "accepted", "published", answer.remote_id, answer.permalink, words=answer.note)


def of_error(armed: Armed, error: PlatformError) -> Outcome:
    """The outcome that an error's class stands for."""
    if isinstance(error, Duplicate):
        return _of_duplicate(armed, error)
    if isinstance(error, UploadGone):
        return _of_gone(armed, error)
    for kind, outcome, status, effect in TABLE:
        if isinstance(error, kind):
            whole_app = isinstance(error, RateLimited) and error.whole_app
            return Outcome(
                armed,
                outcome,
                status,
                code=error.code,
                words=error.words,
                until=_until(error),
                is_guess=_is_guess(error),
                whole_app=whole_app,
                effect=effect,
            )
    return Outcome(armed, "unknown", "unconfirmed", code=error.code, words=error.words)


def _until(error: PlatformError) -> datetime | None:
    """The time before which another try makes no sense, where the network named one."""
    if isinstance(error, StillPreparing):
        return clock.now() + timedelta(seconds=error.seconds)
    return error.until if isinstance(error, RateLimited) else None


def _is_guess(error: PlatformError) -> bool:
    """Whether that is only the soonest time at which it makes sense."""
    return isinstance(error, StillPreparing) or (isinstance(error, RateLimited) and error.is_guess)


def _of_duplicate(armed: Armed, error: Duplicate) -> Outcome:
    """The network has this text already: after a doubtful call it is probably ours, so look; else not."""
    if armed.has_doubt:
        return Outcome(armed, "unknown", "unconfirmed", code=error.code, words=error.words)
    return Outcome(armed, "refused", "failed", code=error.code, words=error.words)


def _of_gone(armed: Armed, error: UploadGone) -> Outcome:
    """What was uploaded is not there: once it is uploaded again. After a doubtful call it may be gone because
    that one used it, so it is looked for before."""
    if armed.is_anew:
        return of_error(armed, error.refusal)
    kind, status = ("unknown", "unconfirmed") if armed.has_doubt else ("refused", "retrying")
    return Outcome(armed, kind, status, code=error.code, words=error.words, effect="upload")
