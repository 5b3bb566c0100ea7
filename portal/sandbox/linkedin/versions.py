"""Which `LinkedIn-Version` still answers: a version lives about a year (LinkedIn's page on versioning)."""

from datetime import date

FIRST_ALIVE = "202601"
SUNSETS = {
    "202601": date(2027, 1, 15),
    "202602": date(2027, 2, 15),
    "202603": date(2027, 3, 16),
    "202604": date(2027, 4, 15),
    "202605": date(2027, 5, 15),
    "202606": date(2027, 6, 15),
    "202607": date(2027, 7, 15),
    "202608": date(2027, 8, 17),
    "202609": date(2027, 9, 15),
}


def is_active(version: str, today: date) -> bool:
    if len(version) != 6 or not (version.isascii() and version.isdigit()) or version < FIRST_ALIVE:
        return False
    year, month = int(version[:4]), int(version[4:])
    if not 1 <= month <= 12 or (year, month) > (today.year, today.month):
        return False
    return today < SUNSETS.get(version, date(year + 1, month, 15))
