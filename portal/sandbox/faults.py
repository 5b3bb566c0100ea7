"""Faults that a test orders: which publishing call goes wrong next, and how."""

import itertools
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from .journal import Journal

#: kind → what happens to the publishing call
KINDS = {
    "rate_limit": "refused for now; `retry_after` seconds, or a text for the header as it stands",
    "server_error": "nothing created, 503 (or `status`)",
    "server_error_but_posted": "created, answered with 504 (or `status`)",
    "drop_before": "connection closed, nothing created",
    "drop_during": "created, connection closed in the middle of the answer",
    "drop_after": "created, connection closed without an answer",
    "slow": "created, answered after `seconds`",
    "hang": "created, no answer; the connection is closed after `seconds`",
    "html": "nothing created, 200 with a page instead of JSON",
    "redirect": "nothing created, 302 to another address",
    "token_expired": "the access token has run out",
    "token_revoked": "the person has withdrawn the permission",
    "permission_missing": "refused for want of a permission",
    "duplicate": "refused as said already",
    "bad_content": "refused for what it says",
    "upload_gone": "refused, for what was uploaded for it is gone, where the network has a word for that",
    "not_ready": "refused for now, for what was uploaded is not ready, where the network has a word for that",
    "spoilt": "not refused: what is uploaded next cannot be worked on, where the network works on uploads",
    "lag": "created, but missing from the network's lists for `seconds`; goes together with another kind",
}
# Met beside a publishing call, not by it.
ASIDE = frozenset({"spoilt", "lag"})
MOST_TIMES = 1_000_000
LONGEST_SECONDS = 3600.0


class BadFault(ValueError):
    """An order for a fault that cannot be understood; says why in a sentence."""


@dataclass
class Fault:
    id: int
    platform: str
    kind: str
    times: int = 1
    seconds: float = 5.0
    retry_after: float | str | None = None
    status: int | None = None
    account: str | None = None

    def concerns(self, platform: str, account: str) -> bool:
        return self.platform == platform and self.account in (None, account)


class Faults:
    """What is still to go wrong, first ordered first served, kept over a restart."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._waiting = [Fault(**record) for record in journal.load("fault")]
        self._ids = itertools.count(self._waiting[-1].id + 1 if self._waiting else 1)

    def order(self, body: Any, platforms: list[str]) -> Fault:
        """Take an order as JSON; BadFault says what is wrong with it."""
        fault = read_fault(body, platforms, next(self._ids))
        with self._lock:
            self._waiting.append(fault)
        self._keep(fault)
        self._journal.settle()
        return fault

    def take(self, platform: str, account: str) -> Fault | None:
        """The fault that this publishing call meets, if any."""
        return self._take(platform, account, lambda kind: kind not in ASIDE)

    def lag(self, platform: str, account: str) -> float:
        """For how many seconds this post stays out of the network's lists."""
        fault = self._take(platform, account, lambda kind: kind == "lag")
        return fault.seconds if fault else 0.0

    def spoils(self, platform: str, account: str) -> bool:
        """Whether this upload is one that the network cannot work on."""
        return self._take(platform, account, lambda kind: kind == "spoilt") is not None

    def waiting(self) -> list[Fault]:
        with self._lock:
            return list(self._waiting)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()
        self._journal.drop_all("fault")
        self._journal.settle()

    def _take(self, platform: str, account: str, is_meant: Callable[[str], bool]) -> Fault | None:
        if not self._waiting:
            return None
        with self._lock:
            for fault in self._waiting:
                if is_meant(fault.kind) and fault.concerns(platform, account):
                    self._use(fault)
                    return fault
        return None

    def _use(self, fault: Fault) -> None:
        fault.times -= 1
        if fault.times > 0:
            self._keep(fault)
        else:
            self._waiting.remove(fault)
            self._journal.drop("fault", _key(fault))

    def _keep(self, fault: Fault) -> None:
        self._journal.keep("fault", _key(fault), asdict(fault))


def read_fault(body: Any, platforms: list[str], id: int) -> Fault:
    if not isinstance(body, dict):
        raise BadFault("Send a JSON object with platform, kind and times.")
    if body.get("platform") not in platforms:
        raise BadFault(f"Choose a platform: {', '.join(platforms)}.")
    if body.get("kind") not in list(KINDS):
        raise BadFault(f"Choose a kind: {', '.join(KINDS)}.")
    return Fault(
        id=id,
        platform=body["platform"],
        kind=body["kind"],
        times=int(_number(body, "times", 1, 1, MOST_TIMES, whole=True)),
        seconds=_number(body, "seconds", 5.0, 0, LONGEST_SECONDS),
        retry_after=_retry_after(body),
        status=_status(body),
        account=_account(body),
    )


def _number(
    body: dict[str, Any], name: str, otherwise: float, least: float, most: float, whole: bool = False
) -> float:
    value = body.get(name, otherwise)
    allowed = (int,) if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, allowed) or not least <= value <= most:
        raise BadFault(f"{name} must be a {'whole ' if whole else ''}number from {least:g} to {most:g}.")
    return value


def _retry_after(body: dict[str, Any]) -> float | str | None:
    value = body.get("retry_after")
    if value is None or (isinstance(value, str) and value.isascii() and value.isprintable()):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 10**12:
        raise BadFault("retry_after must be a number of seconds, or a short text.")
    return value


def _status(body: dict[str, Any]) -> int | None:
    if body.get("status") is None:
        return None
    return int(_number(body, "status", 503, 500, 599, whole=True))


def _account(body: dict[str, Any]) -> str | None:
    account = body.get("account")
    if account is not None and not isinstance(account, str):
        raise BadFault("account must be the network's own id of an account, as a text.")
    return account


def _key(fault: Fault) -> str:
    return f"{fault.id:012d}"
