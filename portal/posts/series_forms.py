"""How often a post comes again, as fields."""

from datetime import date
from typing import ClassVar

from wtforms import DateField, IntegerField, RadioField, SelectField, SelectMultipleField, TimeField
from wtforms.fields.choices import SelectChoice

from portal.forms import InputForm
from portal.models import PostSeries
from portal.posts.series import NewRhythm, Rhythm
from portal.posts.series_days import PLACES, WEEKDAYS, place_of, rule_of

SAME_WORDS = [
    SelectChoice("date", "Add the date below each post there"),
    SelectChoice("same", "Send the same words; some of them may be refused"),
]


class RepeatForm(InputForm):
    """The rhythm of a planned post."""

    input: ClassVar[type[Rhythm]] = Rhythm
    words = {
        "every": "Enter a whole number from 1 to 52.",
        "times": "Enter a whole number from 2 to 500, or choose a last day.",
        "rhythm": "Choose how often.",
    }
    rhythm = SelectField("How often", choices=[], validate_choice=False)
    every = IntegerField("Every how many days, weeks or months", default=1)
    weekdays = SelectMultipleField(
        "On which days of the week",
        coerce=int,
        choices=[SelectChoice(number, name) for number, name in enumerate(WEEKDAYS)],
        validate_choice=False,
    )
    until_on = DateField("Last day")
    times = IntegerField("How many times")
    same_words = RadioField("Where the same words are refused", choices=SAME_WORDS, validate_choice=False)

    def offer(self, day: date) -> None:
        """Name the rhythms after the day that they begin with."""
        weekday = WEEKDAYS[day.weekday()]
        self.rhythm.choices = [
            SelectChoice("weekly", "Every week, on chosen days"),
            SelectChoice("daily", "Every day"),
            SelectChoice("monthly_day", f"Every month, on day {day.day}"),
            SelectChoice("monthly_weekday", f"Every month, on the {PLACES[place_of(day)]} {weekday}"),
        ]

    def to_input(self) -> Rhythm:
        return self.input.model_validate(self._said())

    def _said(self) -> dict[str, object]:
        # What a field could not read is handed on as it was typed, for its sentence.
        return {
            "rhythm": self.rhythm.data or "",
            "every": self.every.data if self.every.data is not None else _typed(self.every),
            "weekdays": self.weekdays.data or [],
            "until_on": self.until_on.data or _typed(self.until_on),
            "times": self.times.data if self.times.data is not None else _typed(self.times),
            "same_words": self.same_words.data or "",
        }


class ChangeForm(RepeatForm):
    """Another rhythm from a day on."""

    input = NewRhythm
    words = RepeatForm.words | {"from_on": "Choose from which day on.", "at": "Choose a time."}
    from_on = DateField("From which day on")
    at = TimeField("Time")

    def fill(self, row: PostSeries, day: date) -> None:
        self.from_on.data, self.at.data = day, row.at
        self.rhythm.data, self.every.data = row.rhythm, row.every
        self.weekdays.data = sorted(rule_of(row).weekdays)
        self.until_on.data, self.times.data = row.until_on, row.times
        self.same_words.data = "date" if row.adds_date else "same"

    def offer(self, day: date) -> None:
        super().offer(day)
        self.rhythm.choices[2] = SelectChoice("monthly_day", "Every month, on the day chosen above")
        self.rhythm.choices[3] = SelectChoice("monthly_weekday", "Every month, on that weekday")

    def _said(self) -> dict[str, object]:
        more = {"from_on": self.from_on.data or _typed(self.from_on), "at": self.at.data or _typed(self.at)}
        return super()._said() | more


def _typed(field: DateField | IntegerField | TimeField) -> str:
    return str(field.raw_data[0]) if field.raw_data else ""
