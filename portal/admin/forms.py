"""What an administrator fills in."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, SearchField, TextAreaField

from portal.doctors.inputs import Rejection
from portal.forms import InputForm


class RejectionForm(InputForm):
    """Why a doctor is not verified."""

    input = Rejection
    words = {"reason": "Enter a reason that helps the doctor, 1,000 characters or fewer."}

    reason = TextAreaField("Reason")


class SearchForm(FlaskForm):
    """Finds doctors; sent by GET, so that an address can be kept, and without a token."""

    class Meta:
        csrf = False

    q = SearchField("Search")
    state = HiddenField()
