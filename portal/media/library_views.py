"""The library's pages, and its files offered to the composer: in a dialog, or on a page of its own."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal import files
from portal.auth.sessions import current_doctor, doctor_required
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.forms import InputForm
from portal.media import flows, library, renditions
from portal.media.doors import takes_files
from portal.media.inputs import Described, Upload
from portal.models import Doctor, MediaFile, Post
from portal.pages import render
from portal.paging import PageQuery, page
from portal.posts import attachments
from portal.posts.listing import excerpt

bp = Blueprint("library", __name__, url_prefix="/library")

PAGE_OF = 24
BY_ID = "/<int(max=9223372036854775807):file_id>"
# What the page of choices sends for itself; all else belongs to the post that is being written.
OWN_FIELDS = {"csrf_token", "do", "pick", "q", "files"}


class FileForm(InputForm):
    """What is said of one file."""

    input = Described

    file_name = StringField("Name")
    alt_text = TextAreaField("What does it show?")
    shows = RadioField(
        "Who can be seen?",
        choices=[SelectChoice("", "Not said yet"), *(SelectChoice(*one) for one in attachments.WHO.items())],
    )


@bp.get("")
@doctor_required
def show() -> AnyResponse:
    doctor = current_doctor()
    wanted, shown, cursor = _asked(doctor)
    return render(
        "media/library.html",
        files=shown,
        uses=library.uses(shown),
        wanted=wanted,
        counts=library.counts(doctor),
        cursor=cursor,
        goes_at=library.goes_at,
        zone=doctor.timezone,
    )


@bp.route(BY_ID, methods=["GET", "POST"])
@doctor_required
def edit(file_id: int) -> AnyResponse:
    doctor = current_doctor()
    file = _own(doctor, file_id)
    form = FileForm(file_name=file.file_name, alt_text=file.alt_text, shows=file.shows)
    if form.run(library.describe, file):
        flash("What you said of this file is kept.", "good")
        return redirect(url_for(".show"), 303)
    return render(
        "media/file.html",
        form=form,
        file=file,
        posts=library.uses([file])[file.id],
        goes_at=library.goes_at(file),
        excerpt=excerpt,
        zone=doctor.timezone,
    )


@bp.route(f"{BY_ID}/remove", methods=["GET", "POST"])
@doctor_required
def remove(file_id: int) -> AnyResponse:
    """Asks before it acts; a GET changes nothing."""
    doctor = current_doctor()
    file = _own(doctor, file_id)
    if request.method == "GET":
        needing: list[Post] = list(library.needed_by(file))
        return render("media/remove.html", file=file, needing=needing, excerpt=excerpt, zone=doctor.timezone)
    try:
        is_gone = library.remove(file)
    except Conflict as needed:
        flash(needed.words, "attention")
        return redirect(url_for(".remove", file_id=file_id), 303)
    flash("The file is gone." if is_gone else "The file is out of your library.", "good")
    return redirect(url_for(".show"), 303)


@bp.get(f"{BY_ID}/look")
@doctor_required
def look(file_id: int) -> AnyResponse:
    """A small picture of one of the doctor's own, made when it is first looked at."""
    file = _own(current_doctor(), file_id)
    answer = redirect(files.address(renditions.small(file)), 302)
    # Not for long: what was made for no post goes after a while, and is made anew when it is asked for.
    answer.cache_control.private, answer.cache_control.max_age = True, 600
    return answer


@bp.get("/choose")
@doctor_required
def choose() -> AnyResponse:
    """The files that fit, to be chosen from, for the composer's dialog."""
    wanted, shown, cursor = _asked(current_doctor())
    return Response(
        render_template("media/_choices.html", files=shown, wanted=wanted, cursor=cursor, is_page=False)
    )


@bp.get("/chosen")
@doctor_required
def chosen() -> AnyResponse:
    """The chosen files in their places, as the composer shows them."""
    doctor = current_doctor()
    items = attachments.picked(doctor, request.args.getlist("pick"))
    return Response("".join(render_template("posts/_attachment.html", item=item) for item in items))


@bp.post("/pick")
@doctor_required
@takes_files
def pick() -> AnyResponse:
    """The same choice without JavaScript: a page that carries along everything that was typed."""
    doctor = current_doctor()
    wanted, shown, cursor = _asked(doctor)
    return render(
        "media/pick.html",
        files=shown,
        wanted=wanted,
        cursor=cursor,
        typed=[*_typed(), *_uploaded(doctor)],
        post_id=request.args.get("post", type=int),
    )


def _asked(doctor: Doctor) -> tuple[library.Wanted, list[MediaFile], str | None]:
    """What is looked for, the files of this page, the newest first, and the cursor of the next page."""
    said = request.values
    wanted = library.Wanted(
        said.get("q", "").strip()[: library.LONGEST_SEARCH],
        next((kind for kind in library.KINDS if kind == said.get("kind")), None),
        next((use for use in library.USES if use == said.get("use")), None),
    )
    query = PageQuery(limit=PAGE_OF, cursor=request.args.get("cursor"))
    try:
        shown, cursor = page(library.chosen(doctor, wanted), [MediaFile.id], query, descending=True)
    except Invalid:
        abort(404)  # a cursor of another list, or a broken address
    return wanted, shown, cursor


def _typed() -> Iterator[tuple[str, str]]:
    """What the composer held when the button was pressed."""
    return ((name, value) for name, value in request.form.items(multi=True) if name not in OWN_FIELDS)


def _uploaded(doctor: Doctor) -> Iterator[tuple[str, Any]]:
    """A browser cannot hold a chosen file over to the next page: it is kept now."""
    for file in attachments.sent_files():
        try:
            row = flows.keep(doctor, file.stream, file.filename or "", Upload())
        except Invalid as refused:
            flash(f"{file.filename}: {refused.words}", "attention")
        else:
            yield "media", row.id


def _own(doctor: Doctor, file_id: int) -> MediaFile:
    mine = select(MediaFile).where(
        MediaFile.id == file_id, MediaFile.doctor_id == doctor.id, MediaFile.purpose == "post"
    )
    return db.session.scalar(mine.where(MediaFile.hidden_at.is_(None))) or abort(404)
