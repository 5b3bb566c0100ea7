"""Reads a table of posts, a CSV file or a spreadsheet, as rows of column and words; no database."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from portal.cells import unquoted
from portal.errors import Invalid
from portal.platforms import PLATFORMS

# Each is looked at like any post while the doctor waits: some 2 ms a row, and a little more when it is saved.
MOST_ROWS = 1_000
MOST_BYTES = 4 * 1024 * 1024
# A spreadsheet is an archive: this much may come out of it.
MOST_UNPACKED = 64 * 1024 * 1024
# Cells past these are not ours, and a wild file may claim millions of them.
MOST_COLUMNS = 60

#: Of every post, in the order of the template. Each network's own questions come after them.
COMMON = (
    "date", "time", "zone", "accounts", "text", "link", "link_title", "first_comment", "footer", "media",
    "alt_text", "who_is_seen", "consent", "paid", "reason",
)  # fmt: skip
#: Put in front of a row that is given back: what was wrong with it. Read over when it comes in again.
PROBLEM = "problem"

NOT_READABLE = "This file could not be read. Save it again as CSV or as an Excel workbook (.xlsx)."
NOT_UTF8 = (
    "The letters in this file could not be read. Save it as “CSV UTF-8”, or as an Excel workbook (.xlsx)."
)
TOO_LARGE = f"The file must be {MOST_BYTES // 1024**2} MB or smaller. Send it in parts."
TOO_MANY = f"The file must have at most {MOST_ROWS} rows. Send it in parts."
EMPTY = "There is no row in this file below the names of the columns."
NO_COLUMNS = (
    "The first row must name the columns: date, time, accounts and text at least. Begin with our template."
)

Row = dict[str, Any]


def option_columns() -> list[str]:
    """What the networks ask, by its name; and a text of its own for each network."""
    asked = dict.fromkeys(each.name for network in PLATFORMS.values() for each in network.asks)
    return [*asked, *(f"text_{key}" for key in PLATFORMS)]


def columns() -> list[str]:
    return [*COMMON, *option_columns()]


def read(file: IO[bytes], name: str) -> list[Row]:
    """The rows of a file, each with its `number` there. Raises Invalid("file", …) with what to do."""
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Invalid("file", TOO_LARGE)
    cells = _of_workbook(content) if content[:4] == b"PK\x03\x04" else _of_csv(content)
    try:
        rows = list(_named(cells))
    except (csv.Error, ValueError, KeyError, zipfile.BadZipFile):
        raise Invalid("file", NOT_READABLE) from None
    if not rows:
        raise Invalid("file", EMPTY)
    return rows


def _of_csv(content: bytes) -> Iterator[Sequence[Any]]:
    try:
        words = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("file", NOT_UTF8) from None
    if "\x00" in words:
        raise Invalid("file", NOT_READABLE)
    first = words.partition("\n")[0]
    # Spreadsheet programs separate with a semicolon where the comma stands in numbers.
    separator = max(",;\t", key=first.count)
    return csv.reader(io.StringIO(words, newline=""), delimiter=separator)


def _of_workbook(content: bytes) -> Iterator[Sequence[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise Invalid("file", TOO_LARGE)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        # What a sheet says of its own size may be wrong.
        sheet.reset_dimensions()
        return iter(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS))
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError, SyntaxError):
        raise Invalid("file", NOT_READABLE) from None


def _named(cells: Iterable[Sequence[Any]]) -> Iterator[Row]:
    titles: list[str] | None = None
    found = 0
    for number, row in enumerate(cells, 1):
        words = [_words(cell) for cell in row]
        if not any(words):
            continue
        if titles is None:
            titles = _titles(words)
            continue
        found += 1
        if found > MOST_ROWS:
            raise Invalid("file", TOO_MANY)
        said = dict(zip(titles, words, strict=False))
        yield {"number": number} | {name: value for name, value in said.items() if name and value}


def _titles(words: Sequence[str]) -> list[str]:
    titles = ["_".join(word.lower().split()) for word in words]
    known = {*columns(), PROBLEM, ""}
    if unknown := [words[place] for place, title in enumerate(titles) if title not in known]:
        raise Invalid(
            "file", f"We know no column “{unknown[0][:60]}”. Rename it as in our template, or take it out."
        )
    if doubled := [title for place, title in enumerate(titles) if title and title in titles[:place]]:
        raise Invalid("file", f"The column “{doubled[0]}” is there twice. Take one of them out.")
    if not {"date", "time", "accounts"} <= set(titles):
        raise Invalid("file", NO_COLUMNS)
    return ["" if title == PROBLEM else title for title in titles]


def _words(cell: Any) -> str:
    """A cell as its words; spreadsheets keep dates, hours and numbers in kinds of their own."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unquoted(str(cell)).replace("\x00", "").strip()
