"""The page of texts and footers that a doctor keeps."""

from flask import Blueprint, abort, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.auth.sessions import current_doctor, doctor_required
from portal.extensions import db
from portal.forms import InputForm
from portal.models import SavedText
from portal.pages import render
from portal.posts import footers, texts
from portal.posts.texts import WantedText

bp = Blueprint("texts", __name__, url_prefix="/posts/texts")

BY_ID = "/<int(max=9223372036854775807):text_id>"
KINDS = [
    SelectChoice("text", "A text to put into posts"),
    SelectChoice("footer", "A footer to stand below posts"),
]


class TextForm(InputForm):
    """A text to keep."""

    input = WantedText
    words = {
        "name": "Enter a short name with a letter in it.",
        "text": "Enter a text of up to 2,000 characters.",
    }

    kind = RadioField("What is it?", choices=KINDS, default="text")
    name = StringField("Name")
    text = TextAreaField("Text")
    is_always = BooleanField("Add this footer to every new post")


@bp.route("", methods=["GET", "POST"])
@doctor_required
def show() -> AnyResponse:
    doctor = current_doctor()
    form = TextForm()
    if form.run(texts.keep, doctor):
        flash("Your text is kept.", "good")
        return _back()
    kept = texts.of_doctor(doctor)
    known = {one.words for one in kept}
    return render(
        "posts/texts.html",
        form=form,
        row=None,
        kept=kept,
        offered=[one for one in footers.suggestions(doctor) if one.words not in known],
    )


@bp.route(BY_ID, methods=["GET", "POST"])
@doctor_required
def change(text_id: int) -> AnyResponse:
    doctor, row = current_doctor(), _own(text_id)
    form = TextForm(obj=row, text=row.words)
    if form.run(texts.change, doctor, row):
        flash("Your text is changed. Posts that used it stay as they are.", "good")
        return _back()
    return render("posts/texts.html", form=form, row=row, kept=[], offered=[])


@bp.post(f"{BY_ID}/up")
@doctor_required
def up(text_id: int) -> AnyResponse:
    texts.move_up(current_doctor(), _own(text_id))
    return _back()


@bp.post(f"{BY_ID}/forget")
@doctor_required
def forget(text_id: int) -> AnyResponse:
    texts.forget(_own(text_id))
    flash("The text is taken away. Posts that used it stay as they are.", "good")
    return _back()


def _own(text_id: int) -> SavedText:
    mine = SavedText.owned_by(current_doctor()).where(SavedText.id == text_id)
    return db.session.scalars(mine).one_or_none() or abort(404)


def _back() -> AnyResponse:
    return redirect(url_for(".show"), 303)
