"""A day and an hour as a form asks for them."""

from datetime import datetime
from typing import Any

from wtforms import DateField, RadioField, TimeField
from wtforms.fields.choices import SelectChoice

from portal import zones
from portal.errors import Invalid
from portal.forms import InputForm
from portal.inputs import Input
from portal.posts.inputs import PostChanges

WHICH = [
    SelectChoice("0", "The first time the clock shows it"),
    SelectChoice("1", "The second time, after it is set back"),
]


class TimeForm(InputForm):
    """A day and an hour on the doctor's clock, and, when an hour comes twice, which of the two."""

    on = DateField("Date")
    at = TimeField("Time")
    which = RadioField("Which one?", choices=WHICH)
    zone: str
    asks_which: bool

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.asks_which = self.which.data in ("0", "1")

    def instant(self) -> datetime:
        """The instant that was chosen; raises Invalid when the clock never shows it, or shows it twice."""
        if self.on.data is None or self.at.data is None:
            missing = [("on", "Choose a date.")] * (self.on.data is None)
            missing += [("at", "Choose a time.")] * (self.at.data is None)
            raise Invalid(*missing[0], more=missing[1:])
        fold = int(self.which.data) if self.which.data in ("0", "1") else None
        try:
            return zones.instant(datetime.combine(self.on.data, self.at.data), self.zone, fold)
        except zones.SkippedTime as skipped:
            raise Invalid("at", str(skipped)) from None
        except zones.DoubledTime as doubled:
            self.asks_which = True
            raise Invalid("which", str(doubled)) from None

    def show_instant(self, moment: datetime | None) -> None:
        """Fill in what the doctor's clock shows at an instant."""
        if moment is None:
            return
        wall = zones.wall(moment, self.zone)
        self.on.data, self.at.data = wall.at.date(), wall.at.time().replace(second=0, microsecond=0, fold=0)
        if zones.comes_twice(wall):
            self.which.data, self.asks_which = str(wall.fold), True

    def refuse(self, name: str, words: str) -> None:
        super().refuse("at" if name == "scheduled_at" else name, words)


class MoveForm(TimeForm):
    """Another time for the same post."""

    input = PostChanges

    def to_input(self) -> Input:
        return PostChanges(scheduled_at=self.instant(), timezone=self.zone)
