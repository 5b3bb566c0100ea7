"""Posts in and out: a table that is sent in, looked at and taken over; all posts as a file."""

from collections.abc import Callable, Iterator

from flask import Blueprint, Response, abort, flash, redirect, request, stream_with_context, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import FileField

from portal import clock, extensions
from portal.auth.sessions import current_doctor, doctor_required
from portal.errors import Invalid
from portal.forms import InputForm
from portal.inputs import Input
from portal.models import Doctor, PostImport
from portal.pages import render
from portal.platforms import PLATFORMS
from portal.posts import export_table, exporting, import_tables, import_template, importing
from portal.posts.import_rows import Way
from portal.posts.importing import Judged

bp = Blueprint("moving", __name__, url_prefix="/posts")

TABLE = "/import/<int(max=9223372036854775807):table_id>"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPORTS: dict[str, tuple[str, Callable[[Doctor], Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", exporting.as_csv),
    "xlsx": (XLSX, exporting.as_workbook),
    "jsonl": ("application/jsonl; charset=utf-8", exporting.as_lines),
}
# A thousand rows are a long way on a phone: those to correct stand first, and the rest is asked for.
MOST_SHOWN = 100
WAYS: dict[str, Way] = {"plan": "scheduled", "draft": "draft"}


class TableForm(InputForm):
    """A file with posts in it."""

    input = Input
    file = FileField("File")


@bp.route("/import", methods=["GET", "POST"])
@extensions.limiter.limit("30 per hour", methods=["POST"])
@doctor_required
def take() -> AnyResponse:
    doctor, form = current_doctor(), TableForm()
    sent = request.files.get("file")
    if form.is_submitted() and not (sent and sent.filename):
        form.refuse("file", "Choose a file.")
    elif form.is_submitted() and sent:
        try:
            table = importing.take(doctor, sent.stream, sent.filename or "")
        except Invalid as refused:
            form.refuse("file", refused.words)
        else:
            return redirect(url_for(".look", table_id=table.id), 303)
    return render(
        "posts/import.html",
        form=form,
        networks=list(PLATFORMS.values()),
        zone=doctor.timezone,
        most=import_tables.MOST_ROWS,
    )


@bp.get("/import/template.<any(csv, xlsx):ending>")
@doctor_required
def template(ending: str) -> AnyResponse:
    """An empty table with the names of the columns, one row to show how, and what each column takes."""
    day = clock.now().date()
    if ending == "csv":
        return _download(import_template.as_csv(day), "text/csv; charset=utf-8", "posts-template.csv")
    return _download(import_template.as_workbook(day), XLSX, "posts-template.xlsx")


@bp.get(TABLE)
@doctor_required
def look(table_id: int) -> AnyResponse:
    """What would become of each row; nothing is saved."""
    doctor = current_doctor()
    table = _table(doctor, table_id)
    return _report(table, importing.look(doctor, table, _way(request.args.get("as"))))


@bp.post(f"{TABLE}/save")
@doctor_required
def save(table_id: int) -> AnyResponse:
    doctor = current_doctor()
    table = _table(doctor, table_id)
    way = _way(request.form.get("as"))
    went = importing.save(doctor, table, way)
    made, wrong = sum(one.is_good for one in went), sum(bool(one.wrong) for one in went)
    flash(_made_words(made, way), "good" if made else "attention")
    if not wrong:
        return redirect(url_for("posts.list_posts"), 303)
    flash("The rows that are not right wait here. Correct them and send them again.", "attention")
    return redirect(f"{url_for('.look', table_id=table_id)}?as={'draft' if way == 'draft' else 'plan'}", 303)


@bp.get(f"{TABLE}/wrong.csv")
@doctor_required
def wrong(table_id: int) -> AnyResponse:
    """The rows that are not right, each with its sentence, to be corrected and sent again."""
    doctor = current_doctor()
    table = _table(doctor, table_id)
    judged = importing.look(doctor, table, _way(request.args.get("as")))
    rows = [one.row | {import_tables.PROBLEM: " ".join(map(str, one.wrong))} for one in judged if one.wrong]
    used = [
        name
        for name in import_tables.columns()
        if name in import_tables.COMMON or any(name in row for row in rows)
    ]
    written = exporting.table([import_tables.PROBLEM, *used], rows)
    return _download(written.encode(), "text/csv; charset=utf-8", "posts-to-correct.csv")


@bp.post(f"{TABLE}/forget")
@doctor_required
def forget(table_id: int) -> AnyResponse:
    importing.forget(_table(current_doctor(), table_id))
    flash("The table is gone. No post was made of it.", "info")
    return redirect(url_for(".take"), 303)


@bp.get("/export.<any(csv, xlsx, jsonl):ending>")
@extensions.limiter.limit("30 per hour")
@doctor_required
def export(ending: str) -> AnyResponse:
    mime_type, write = EXPORTS[ending]
    answer = Response(stream_with_context(write(current_doctor())), content_type=mime_type)
    return _named(answer, f"posts-{clock.now():%Y-%m-%d}.{ending}")


@bp.get("/export-table.csv")
@extensions.limiter.limit("30 per hour")
@doctor_required
def export_to_import() -> AnyResponse:
    """All posts in the columns of the template, to be changed or kept and sent in again."""
    written = stream_with_context(export_table.as_csv(current_doctor()))
    answer = Response(written, content_type="text/csv; charset=utf-8")
    return _named(answer, f"posts-to-send-in-{clock.now():%Y-%m-%d}.csv")


def _report(table: PostImport, judged: list[Judged]) -> AnyResponse:
    counts = {
        "good": sum(one.is_good for one in judged),
        "wrong": sum(bool(one.wrong) for one in judged),
        "known": sum(one.is_known for one in judged),
    }
    chosen = request.args.get("as") if request.args.get("as") in WAYS else "plan"
    # What has to be corrected stands first, then what is good to know, however long the table is.
    shown = sorted(judged, key=lambda one: (not one.wrong, not one.notes))
    most = len(shown) if request.args.get("rows") == "all" else MOST_SHOWN
    return render(
        "posts/import_report.html",
        table=table,
        judged=shown[:most],
        more=len(shown[most:]),
        counts=counts,
        chosen=chosen,
    )


def _table(doctor: Doctor, table_id: int) -> PostImport:
    return importing.owned(doctor, table_id) or abort(404)


def _way(word: str | None) -> Way:
    return WAYS.get(word or "plan", "scheduled")


def _made_words(number: int, way: Way) -> str:
    if not number:
        return "No new post was made."
    if way == "draft":
        return "One post is kept as a draft." if number == 1 else f"{number} posts are kept as drafts."
    return "One post is planned." if number == 1 else f"{number} posts are planned."


def _download(content: bytes, mime_type: str, name: str) -> AnyResponse:
    return _named(Response(content, content_type=mime_type), name)


def _named(answer: Response, name: str) -> Response:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
