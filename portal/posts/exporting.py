"""All of a doctor's posts with what became of them, as a stream: a few at a time, however many there are."""

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal import cells, files
from portal.extensions import db
from portal.models import Doctor, Post, PostMedia, Publication

AT_ONCE = 200
PIECE = 64 * 1024
# A cell of a spreadsheet holds no more.
LONGEST_CELL = 32_767

COLUMNS = (
    "post", "date", "time", "zone", "utc", "network", "account", "text", "first_comment", "link", "status",
    "published_at",
    "address", "views", "likes", "comments", "shares", "figures_read_at", "trouble",
)  # fmt: skip

WHOLE = (
    selectinload(Post.publications).options(joinedload(Publication.account), joinedload(Publication.figures)),
    selectinload(Post.media).joinedload(PostMedia.file),
)


def posts(doctor: Doctor) -> Iterator[Post]:
    """From the first to the last; each is forgotten when the next few come."""
    after, number = 0, doctor.id
    while True:
        mine = select(Post).where(Post.doctor_id == number, Post.id > after)
        few = db.session.scalars(mine.options(*WHOLE).order_by(Post.id).limit(AT_ONCE)).all()
        if not few:
            return
        after = few[-1].id
        for post in few:
            yield post
            db.session.expunge(post)


def rows(doctor: Doctor) -> Iterator[dict[str, Any]]:
    """A line for each account of each post; one for a draft that goes nowhere yet."""
    for post in posts(doctor):
        if not post.publications:
            yield _row(post, None)
        for publication in post.publications:
            yield _row(post, publication)


def as_csv(doctor: Doctor) -> Iterator[bytes]:
    # Spreadsheet programs know UTF-8 by this mark alone.
    yield "\ufeff".encode()
    yield _line(COLUMNS)
    for row in rows(doctor):
        yield _line(cells.quoted(_words(row[name])) for name in COLUMNS)


def as_lines(doctor: Doctor) -> Iterator[bytes]:
    """A JSON object on each line: a whole post with its media, publications and figures."""
    for post in posts(doctor):
        yield json.dumps(_record(post), ensure_ascii=False).encode() + b"\n"


def as_workbook(doctor: Doctor) -> Iterator[bytes]:
    """An .xlsx file, written to the disk row by row before it is sent."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Posts")
    sheet.append(list(COLUMNS))
    for row in rows(doctor):
        sheet.append([_cell(sheet, row[name]) for name in COLUMNS])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def table(columns: Iterable[str], rows: Iterable[dict[str, Any]]) -> str:
    """A small CSV file of rows that a doctor sent in, to be corrected and sent again."""
    names = list(columns)
    return "\ufeff" + (_line(names) + table_lines(names, rows)).decode()


def table_lines(names: Sequence[str], rows: Iterable[dict[str, Any]]) -> bytes:
    """Rows of such a file, without the names of its columns."""
    return b"".join(_line(cells.quoted(_words(row.get(name))) for name in names) for row in rows)


def _row(post: Post, publication: Publication | None) -> dict[str, Any]:
    on, _, at = (post.wall_time or "").partition("T")
    told = publication.figures if publication else None
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {"post": post.id, "date": on, "time": at[:5], "zone": post.timezone, "utc": post.scheduled_at}
    row |= {"text": post.content, "link": post.link, "status": post.status}
    row["first_comment"] = post.first_comment
    if publication is None:
        return row
    account = publication.account
    row |= {"network": publication.platform, "account": account.display_name, "text": publication.text}
    row |= {"status": publication.status, "published_at": publication.published_at}
    row |= {"address": publication.permalink, "trouble": publication.error_message}
    if told and told.read_at:
        row |= {"views": told.views, "likes": told.likes, "comments": told.comments, "shares": told.shares}
        row["figures_read_at"] = told.read_at
    return row


def _record(post: Post) -> dict[str, Any]:
    facts = (
        "id",
        "content",
        "first_comment",
        "footer",
        "link",
        "link_title",
        "wall_time",
        "timezone",
        "status",
        "version",
    )
    return {
        **{name: getattr(post, name) for name in facts},
        **_instants(post, "scheduled_at", "created_at", "updated_at"),
        "media": [
            {
                "address": files.address(place.file.name),
                "mime_type": place.file.mime_type,
                "alt_text": place.alt_text or place.file.alt_text,
            }
            for place in post.media
        ],
        "publications": [_publication(each) for each in post.publications],
    }


def _publication(publication: Publication) -> dict[str, Any]:
    facts = ("id", "platform", "content", "options", "status", "attempts", "platform_post_id", "permalink")
    told = publication.figures
    return {
        **{name: getattr(publication, name) for name in (*facts, "error_code", "error_message")},
        **_instants(publication, "due_at", "published_at", "removed_at"),
        "account": publication.account.display_name,
        "figures": {
            **{name: getattr(told, name) for name in ("views", "likes", "comments", "shares")},
            **_instants(told, "read_at"),
        }
        if told and told.read_at
        else None,
    }


def _instants(row: Any, *names: str) -> dict[str, str | None]:
    return {name: _words(getattr(row, name)) or None for name in names}


def _words(value: Any) -> str:
    """A missing figure stays empty: it is no zero."""
    if value is None:
        return ""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)


def _line(words: Iterable[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow(words)
    return written.getvalue().encode()


def _cell(sheet: Any, value: Any) -> Any:
    if value is None or isinstance(value, int):
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", _words(value))[:LONGEST_CELL])
    # A text that begins with = is a text.
    cell.data_type = "s"
    return cell
