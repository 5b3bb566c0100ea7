"""The table that doctors begin with: the names of the columns, a row to show how, and what each one takes."""

import io
from datetime import date, timedelta

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from portal.platforms import PLATFORMS
from portal.platforms.base import Platform
from portal.posts import exporting, import_tables

WORDS = {
    "date": "The day, such as 2026-11-30 or 30/11/2026.",
    "time": "The hour on your clock, such as 09:30 or 9:30 am. If the clock shows it twice: 01:30 second.",
    "zone": "Only if it is not your own time zone: a name such as Asia/Kolkata.",
    "accounts": "Where it goes: names of your accounts or of networks, with commas between them.",
    "text": "What the post says.",
    "link": "A full web address, if there is one.",
    "link_title": "A title for the link’s card, where the network does not read the page itself.",
    "first_comment": "What to write below the post once it is out, where the network has comments.",
    "footer": "What stands below the text on every account.",
    "media": "Pictures or a video: names of files in your library, with commas between them.",
    "alt_text": "What the pictures show, one line for each file. Empty: the words of your library.",
    "who_is_seen": "Who can be seen: nobody, staff or patient. One line for each file, or one for all.",
    "consent": "What the patient agreed to, where and when: one line for each file, or one for all.",
    "paid": "Whether somebody pays for the post: yes or no.",
    "reason": "Why it is right to post, where the checks ask for it.",
}


def explanations() -> list[tuple[str, str]]:
    """Each column and what it takes."""
    found = list(WORDS.items())
    for name in import_tables.option_columns():
        if name.startswith("text_"):
            label = PLATFORMS[name.removeprefix("text_")].label
            found.append((name, f"Another text for {label}, if it should differ."))
        else:
            found.append((name, _asked_words(name)))
    return found


def _asked_words(name: str) -> str:
    networks: list[tuple[Platform, str]] = []
    for network in PLATFORMS.values():
        for asked in network.asks:
            if asked.name == name:
                choices = ", ".join(str(key) for key, _ in asked.choices if key)
                said = f"{asked.label.rstrip('?.')}{f': {choices}' if choices else ''}"
                needed = " (needed)" if asked.is_needed else ""
                networks.append((network, f"{said}{needed}"))
    return "; ".join(f"{network.label}: {words}" for network, words in networks) + "."


def example(today: date) -> dict[str, str]:
    """A row that shows how."""
    day = today + timedelta(days=7)
    return {
        "date": day.isoformat(),
        "time": "09:30",
        "accounts": "LinkedIn, X",
        "text": "Wash your hands for twenty seconds.",
        "link": "https://www.who.int/",
    }


def as_csv(today: date) -> bytes:
    return exporting.table(import_tables.columns(), [example(today)]).encode()


def as_workbook(today: date) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Posts"
    names = import_tables.columns()
    sheet.append(names)
    row = example(today)
    sheet.append([row.get(name) for name in names])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for letter, width in (("A", 12), ("D", 24), ("E", 60), ("F", 30)):
        sheet.column_dimensions[letter].width = width
    help_sheet = book.create_sheet("What goes where")
    for name, words in explanations():
        help_sheet.append([name, words])
        help_sheet.cell(help_sheet.max_row, 2).alignment = Alignment(wrap_text=True, vertical="top")
    help_sheet.column_dimensions["A"].width = 20
    help_sheet.column_dimensions["B"].width = 80
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
