"""What an administrator fills in."""

from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField, SearchField, SelectField, SelectMultipleField, TextAreaField

from portal.doctors.inputs import Verdict
from portal.doctors.verifying import REASONS
from portal.forms import InputForm
from portal.models.licence import MATCHES

NO_REASON = {"": "Choose one, or write below"}


class DecisionForm(InputForm):
    """What matched, on what grounds, and what the doctor is told."""

    input = Verdict
    words = {
        "reason": "Enter a reason that helps the doctor, 1,000 characters or fewer.",
        "note": "Note must be 1,000 characters or fewer.",
        "matched": "Choose only what stands in the list.",
    }

    matched = SelectMultipleField("What matched", choices=MATCHES)
    note = TextAreaField("Note")
    evidence = FileField("Evidence")
    reason_kind = SelectField("Reason for the doctor", choices=NO_REASON | REASONS)
    reason = TextAreaField("Reason")

    def to_input(self) -> Verdict:
        names = ("matched", "note", "reason_kind", "reason")
        typed = {name: self.data[name] for name in names if self.data[name] is not None}
        return Verdict.model_validate(typed)


class ReasonForm(InputForm):
    """Why something is to be stopped or taken away."""

    input = Verdict
    words = {"reason": "Enter a reason, 1,000 characters or fewer."}

    reason = TextAreaField("Reason")


class SearchForm(FlaskForm):
    """Finds doctors; sent by GET, so that an address can be kept, and without a token."""

    class Meta:
        csrf = False

    q = SearchField("Search")
    state = HiddenField()
    sort = SelectField("Order")
