"""Words that doctors keep to use again: texts for the middle of a post, footers for its end."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import func, select

from portal.errors import Conflict
from portal.extensions import db
from portal.inputs import Input, Name, Text
from portal.models import Doctor, SavedText
from portal.posts.inputs import FOOTER_AT_MOST
from portal.transaction import transaction

MOST = 100


class WantedText(Input):
    """A text to keep, or a kept one as it shall be."""

    kind: Literal["text", "footer"] = "text"
    name: Name
    text: Annotated[Text, Field(min_length=1, max_length=FOOTER_AT_MOST)]
    is_always: bool = False


def keep(doctor: Doctor, wanted: WantedText) -> SavedText:
    """Keep a text, after those that are kept by now."""
    with transaction():
        _lock(doctor)
        mine = select(func.count(), func.max(SavedText.position)).where(SavedText.doctor_id == doctor.id)
        count, last = db.session.execute(mine).one()
        if count >= MOST:
            raise Conflict(f"You keep {MOST} texts. Take one away first.")
        row = SavedText(doctor_id=doctor.id, position=(last or 0) + 1)
        _write(doctor, row, wanted)
        db.session.add(row)
        return row


def change(doctor: Doctor, row: SavedText, wanted: WantedText) -> SavedText:
    """Change a kept text; posts that used it stay as they are."""
    with transaction():
        _lock(doctor)
        _write(doctor, row, wanted)
        return row


def move_up(doctor: Doctor, row: SavedText) -> None:
    """Put it before the one above it; the first stays."""
    with transaction():
        _lock(doctor)
        above = [one for one in of_doctor(doctor) if one.kind == row.kind and one.position < row.position]
        if above:
            above[-1].position, row.position = row.position, above[-1].position


def forget(row: SavedText) -> None:
    """Take a text away; posts that used it stay as they are."""
    with transaction():
        db.session.delete(row)


def of_doctor(doctor: Doctor) -> Sequence[SavedText]:
    """In the doctor's order."""
    mine = SavedText.owned_by(doctor).order_by(SavedText.position, SavedText.id)
    return db.session.scalars(mine).all()


def usual_footer(doctor: Doctor) -> str | None:
    """What stands below every new post, if the doctor wants something there."""
    always = SavedText.owned_by(doctor).where(SavedText.is_always).with_only_columns(SavedText.words)
    return db.session.scalar(always)


def _write(doctor: Doctor, row: SavedText, wanted: WantedText) -> None:
    is_always = wanted.is_always and wanted.kind == "footer"
    if is_always:
        for other in db.session.scalars(SavedText.owned_by(doctor).where(SavedText.is_always)):
            other.is_always = False
        db.session.flush()  # one at a time, as the database has it
    row.kind, row.name, row.words, row.is_always = wanted.kind, wanted.name, wanted.text, is_always


def _lock(doctor: Doctor) -> None:
    """Two browsers take turns."""
    db.session.execute(select(Doctor.id).where(Doctor.id == doctor.id).with_for_update(key_share=True))
