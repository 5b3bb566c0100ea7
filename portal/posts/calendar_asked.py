"""What the address of a calendar page asks for, and the addresses of the pages around it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Request

from portal.posts.calendar import FIRST_YEAR, LAST_YEAR, VIEWS
from portal.posts.calendar_entries import NEEDS, Wanted
from portal.posts.listing import PLATFORM_NAMES, POST_STATUSES

STATUSES = (NEEDS, *(status for status in POST_STATUSES if status != "cancelled"))


@dataclass(frozen=True)
class Asked:
    """A page of the calendar. `is_named` is false when the address leaves the view to us."""

    view: str
    day: date
    wanted: Wanted
    has_all_hours: bool = False
    is_named: bool = True
    # A phone keeps the choices folded away, so that the days are seen.
    is_phone: bool = False

    def address(self, view: str | None = None, day: date | None = None, **changes: Any) -> str:
        """The address of this page, or of another one with the same choices."""
        return f"/calendar?{urlencode(replace(self, **changes).said(view, day))}"

    def said(self, view: str | None = None, day: date | None = None) -> dict[str, str]:
        """What the address says, name by name."""
        view, day = view or self.view, day or self.day
        when = {"month": f"{day:%Y-%m}"} if view in ("month", "list") else {"day": day.isoformat()}
        return {"view": view, **when, **self.choices}

    @property
    def choices(self) -> dict[str, str]:
        """Everything but view and day."""
        wanted = self.wanted
        pairs = {"network": wanted.network, "account": wanted.account, "status": wanted.status}
        said = {name: str(value) for name, value in pairs.items() if value}
        return said | ({"hours": "all"} if self.has_all_hours else {})


def asked(request: Request, today: date, accounts: Collection[int]) -> Asked:
    """What a request asks for; what makes no sense is left out."""
    said = request.values
    account = said.get("account", type=int)
    wanted = Wanted(
        network=_one_of(said.get("network"), PLATFORM_NAMES),
        account=account if account in accounts else None,
        status=_one_of(said.get("status"), STATUSES),
    )
    view = _one_of(said.get("view"), VIEWS)
    is_phone = "Mobi" in request.user_agent.string
    # A phone begins with the list, where a month would be a row of dots.
    first = "list" if is_phone else "month"
    day = _day(said.get("day"), said.get("month", ""), today)
    has_all_hours = said.get("hours") == "all"
    return Asked(view or first, day, wanted, has_all_hours, is_named=view is not None, is_phone=is_phone)


def _day(day: str | None, month: str, today: date) -> date:
    """The day that is named; today when none is, or only the month that we are in."""
    if not day and month == f"{today:%Y-%m}":
        return today
    try:
        wanted = date.fromisoformat(day or f"{month}-01")
    except ValueError:
        return today
    return wanted if FIRST_YEAR <= wanted.year <= LAST_YEAR else today


def _one_of(value: str | None, words: Collection[str]) -> str | None:
    return value if value in words else None
