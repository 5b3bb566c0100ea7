"""What an address of the list of posts asks for, and the addresses that its pages lead to."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from flask import Request, url_for

from portal.posts import calendar
from portal.posts.listing import PLATFORM_NAMES, POST_STATUSES, Filters

# A list begins with so many posts and grows by as many at a time, up to what a phone still scrolls through.
PAGE_OF = 25
MOST_ON_A_PAGE = 100


@dataclass(frozen=True)
class Asked:
    """Which posts, and how many of them. What cannot be read counts as not said."""

    status: str | None = None
    platform: str | None = None
    # The latest day that is shown.
    until: date | None = None
    cursor: str | None = None
    # It stands in the address, so that whoever comes back to the list finds it as long as it was.
    shown: int = PAGE_OF

    page_of: ClassVar[int] = PAGE_OF

    @classmethod
    def of(cls, request: Request) -> Self:
        said = request.args
        number = said.get("shown", PAGE_OF, type=int)
        return cls(
            _one_of(said.get("status"), POST_STATUSES),
            _one_of(said.get("platform"), PLATFORM_NAMES),
            said.get("until", type=_day),
            said.get("cursor"),
            min(max(number - number % PAGE_OF, PAGE_OF), MOST_ON_A_PAGE),
        )

    @property
    def filters(self) -> Filters:
        return Filters(self.status, self.platform)

    @property
    def can_grow(self) -> bool:
        return self.shown + PAGE_OF <= MOST_ON_A_PAGE

    def end(self, zone: str) -> datetime | None:
        """The instant before which its posts stand, on this clock."""
        return calendar.midnight(self.until + timedelta(days=1), zone) if self.until else None

    def after(self, cursor: str | None) -> str | None:
        """Where the posts before these are shown: below them, or on a page of their own once it is long."""
        if cursor is None:
            return None
        return self.address(shown=self.shown + PAGE_OF) if self.can_grow else self.address(cursor=cursor)

    def address(self, **changes: Any) -> str:
        """The list with some of it asked otherwise; its length and its place are told anew or begin again."""
        keeps = self.cursor if "shown" in changes else None
        there = replace(self, **{"cursor": keeps, "shown": PAGE_OF} | changes)
        said: dict[str, Any] = {
            "status": there.status,
            "platform": there.platform,
            "until": there.until.isoformat() if there.until else None,
            "cursor": there.cursor,
            "shown": there.shown if there.shown > PAGE_OF else None,
        }
        return url_for("posts.list_posts", **said)


def _one_of(word: str | None, words: tuple[str, ...]) -> str | None:
    return word if word in words else None


def _day(words: str) -> date:
    day = date.fromisoformat(words)
    if not calendar.FIRST_YEAR <= day.year <= calendar.LAST_YEAR:
        raise ValueError("no page of the calendar has this day")
    return day
