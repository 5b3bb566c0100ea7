"""What a row of a table means: the accounts, the hour, the answers to what networks ask."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Literal

from pydantic import ValidationError

from portal import zones
from portal.errors import Invalid
from portal.inputs import problems
from portal.models import Doctor, SocialAccount
from portal.platforms import PLATFORMS
from portal.platforms.base import Asked
from portal.posts import import_media, import_tables
from portal.posts.import_cells import Trouble, trouble
from portal.posts.import_tables import Row
from portal.posts.inputs import NewPost

Way = Literal["scheduled", "draft"]

WRITTEN_DATES = ("%Y-%m-%d", "%d %b %Y", "%d %B %Y", "%Y/%m/%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y")
WRITTEN_TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I %p", "%H.%M")
# Of an hour that the clock shows twice.
WHICH = {"first": 0, "second": 1}
YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


class Wrong(Exception):
    """A row that says something wrong; `troubles` tell what to do."""

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        super().__init__(*map(str, troubles))
        self.troubles = tuple(dict.fromkeys(troubles))


def post_of(
    doctor: Doctor, row: Row, accounts: Sequence[SocialAccount], way: Way
) -> tuple[NewPost, tuple[SocialAccount, ...]]:
    """The post that a row describes, and where it goes. Raises Wrong with all that is wrong with it."""
    wrong: list[Trouble] = []

    def tried(read: Any, *arguments: Any) -> Any:
        try:
            return read(*arguments)
        except Invalid as refused:
            wrong.append(Trouble(refused.field, refused.words))
            return None

    chosen = tried(accounts_named, row.get("accounts", ""), accounts) or []
    zone = tried(_zone, row.get("zone") or doctor.timezone)
    at = tried(_instant, row.get("date", ""), row.get("time", ""), zone, way) if zone else None
    media = tried(import_media.of_row, doctor, row)
    is_paid = tried(_yes_or_no, "paid", "", row["paid"]) if row.get("paid") else None
    publications = [tried(_publication, row, account) for account in chosen]
    if stray := _strays(row, chosen):
        wrong.append(stray)
    if wrong:
        raise Wrong(wrong)
    said = {"content": row.get("text", ""), "link": row.get("link"), "timezone": zone, "scheduled_at": at}
    said |= {name: row.get(name) for name in ("first_comment", "link_title", "footer")}
    said |= {"media": media, "is_sponsored": is_paid}
    try:
        return NewPost(**said, publications=publications, status=way), tuple(chosen)
    except ValidationError as refused:
        raise Wrong([trouble(one.field, one.words, row, chosen) for one in problems(refused)]) from None


def accounts_named(words: str, accounts: Sequence[SocialAccount]) -> list[SocialAccount]:
    """The accounts that a cell names, with commas between: by name, by handle or by network."""
    names = [word.strip() for word in re.split(r"[,;\n|]", words) if word.strip()]
    if not names:
        raise Invalid("accounts", "Name at least one account or network under “accounts”.")
    chosen: list[SocialAccount] = []
    for name in names:
        fitting = [one for one in accounts if _is_called(one, name)]
        if not fitting:
            raise Invalid("accounts", f"You have no connected account “{name[:80]}”. Check its name.")
        if len(fitting) > 1 and not _is_network(name):
            raise Invalid("accounts", f"Two of your accounts are called “{name[:80]}”. Use their handles.")
        chosen += [one for one in fitting if one not in chosen]
    return chosen


def _is_called(account: SocialAccount, name: str) -> bool:
    plain = name.casefold().lstrip("@")
    names = (
        account.display_name,
        (account.handle or "").lstrip("@"),
        account.platform,
        account.network.label,
        f"{account.display_name} ({account.network.label})",
    )
    return plain in {each.casefold() for each in names if each}


def _is_network(name: str) -> bool:
    plain = name.casefold()
    return any(plain in (key, network.label.casefold()) for key, network in PLATFORMS.items())


def _zone(name: str) -> str:
    if name not in zones.names():
        raise Invalid("zone", f"We know no time zone “{name[:60]}”. Write it as Asia/Kolkata.")
    return name


def _instant(on: str, at: str, zone: str, way: Way) -> datetime | None:
    if way == "draft" and not on and not at:
        return None
    if "T" in on and not at:  # a spreadsheet's date with its hour in one cell
        on, _, at = on.partition("T")
    plain, _, last = at.rpartition(" ")
    fold = WHICH.get(last.lower())
    day, hour = _day(on), _hour(at if fold is None else plain)
    try:
        return zones.instant(datetime.combine(day, hour), zone, fold)
    except zones.SkippedTime as skipped:
        raise Invalid("time", str(skipped)) from None
    except zones.DoubledTime:
        words = f"{at} comes twice on {on} in {zone}, because the clock is set back."
        raise Invalid("time", f"{words} Write “{at} first” or “{at} second”.") from None


def _day(words: str) -> date:
    for written in WRITTEN_DATES:
        try:
            found = datetime.strptime(words, written).date()  # noqa: DTZ007 - a day on the wall
        except ValueError:
            continue
        if 2000 <= found.year <= 2100:
            return found
    raise Invalid("date", "Write the date as 2026-11-30, or with the day first: 30/11/2026.")


def _hour(words: str) -> time:
    for written in WRITTEN_TIMES:
        try:
            return datetime.strptime(words.upper(), written).time()  # noqa: DTZ007 - an hour on the wall
        except ValueError:
            continue
    raise Invalid("time", "Write the time as 09:30 or 9:30 am.")


def _publication(row: Row, account: SocialAccount) -> dict[str, Any]:
    options = {asked.name: _answer(asked, row[asked.name]) for asked in account.asks if row.get(asked.name)}
    own = row.get(f"text_{account.platform}")
    return {"social_account_id": account.id, "content": own, "options": options}


def _answer(asked: Asked, words: str) -> Any:
    if asked.kind == "yes_no":
        return _yes_or_no(asked.name, asked.label, words)
    if asked.kind == "list":
        return [part.strip() for part in words.split(",") if part.strip()]
    if asked.kind == "texts":
        return [part.strip() for part in re.split(r"\r?\n\s*\r?\n", words) if part.strip()]
    if asked.kind == "choice":
        return _choice(asked, words)
    return words


def _yes_or_no(name: str, label: str, words: str) -> bool:
    if words.lower() not in YES:
        raise Invalid(name, f"{label} Write yes or no.".strip())
    return YES[words.lower()]


def _choice(asked: Asked, words: str) -> str:
    """A choice by its key or by the words that the composer shows."""
    plain = words.casefold()
    for key, shown in asked.choices:
        if key and plain in (str(key).casefold(), str(shown).casefold()):
            return str(key)
    offered = ", ".join(str(key) for key, _ in asked.choices if key)
    raise Invalid(asked.name, f"{asked.label}: write one of {offered}.")


def _strays(row: Row, chosen: Sequence[SocialAccount]) -> Trouble | None:
    """What is said for a network that the row does not go to: most likely an account is missing."""
    if not chosen:
        return None
    asked = {each.name for account in chosen for each in account.asks}
    asked |= {f"text_{account.platform}" for account in chosen}
    stray = [name for name in import_tables.option_columns() if row.get(name) and name not in asked]
    words = "This fits none of the accounts of this row. Empty the cell or add an account."
    return Trouble(stray[0], words) if stray else None
