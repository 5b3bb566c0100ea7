"""Posts as a table that can be sent in again: what each one says, in the columns that an import reads."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from portal import zones
from portal.errors import Invalid
from portal.extensions import db
from portal.models import Doctor, Post, Publication, SocialAccount
from portal.posts import exporting, import_media, import_rows, import_tables, options, planning

Cells = dict[str, str]


def as_csv(doctor: Doctor) -> Iterator[bytes]:
    """A row for each post. Accounts of one network that say different things cannot stand in one row: they
    have a row for each."""
    names = import_tables.columns()
    accounts = db.session.scalars(SocialAccount.owned_by(doctor).order_by(SocialAccount.id)).all()
    connected = [account for account in accounts if account.status != "disconnected"]
    yield exporting.table(names, []).encode()
    for post in exporting.posts(doctor):
        for row in rows(doctor, post, connected):
            yield exporting.table_lines(names, [row])


def rows(doctor: Doctor, post: Post, accounts: Sequence[SocialAccount]) -> list[Cells]:
    common, found = _common(doctor, post), list[tuple[Cells, list[str]]]()
    for publication in planning.live_publications(post):
        own, name = _own(publication), _name(publication.account, accounts)
        fitting = next((one for one in found if _agree(one[0], own)), None)
        if fitting is None:
            found.append((own, [name]))
        else:
            fitting[0].update(own)
            fitting[1].append(name)
    if not found and not post.publications:
        return [common]
    return [common | own | {"accounts": "; ".join(names)} for own, names in found]


def _common(doctor: Doctor, post: Post) -> Cells:
    on, _, _ = (post.wall_time or "").partition("T")
    said: dict[str, Any] = {"date": on, "time": _hour(post), "zone": post.timezone, "text": post.content}
    said |= {"link": post.link, "link_title": post.link_title, "footer": post.footer}
    said |= {"first_comment": post.first_comment, "paid": "yes" if post.is_sponsored else ""}
    said["media"] = "; ".join(import_media.name_of(doctor, place.file) for place in post.media)
    words = [" ".join((place.alt_text or "").split()) for place in post.media]
    said["alt_text"] = "\n".join(words) if any(words) else ""
    said["who_is_seen"] = _shared([place.shows for place in post.media])
    said["consent"] = _shared([" ".join((place.consent or "").split()) for place in post.media])
    return {name: value or "" for name, value in said.items()}


def _hour(post: Post) -> str:
    """What the clock shows then, and which of both where it shows that twice."""
    if not post.wall_time:
        return ""
    shown = zones.WallTime(datetime.fromisoformat(post.wall_time), post.timezone)
    which = f" {'second' if post.fold else 'first'}" if zones.comes_twice(shown) else ""
    return f"{shown.at:%H:%M}{which}"


def _shared(lines: list[str]) -> str:
    """One line for all files where the same is said of each, else a line for each."""
    if not any(lines):
        return ""
    return lines[0] if len(set(lines)) == 1 else "\n".join(lines)


def _own(publication: Publication) -> Cells:
    """What this account says for itself, an empty cell where it says nothing."""
    cells = {f"text_{publication.platform}": publication.content or ""}
    for asked in publication.account.asks:
        cells[asked.name] = options.shown(asked, publication.options.get(asked.name))
    return cells


def _agree(one: Cells, other: Cells) -> bool:
    return all(one[name] == said for name, said in other.items() if name in one)


def _name(account: SocialAccount, accounts: Sequence[SocialAccount]) -> str:
    """The shortest name by which an import finds this account and no other."""
    label, shown = account.network.label, account.display_name
    for name in (label, shown, f"{shown} ({label})", f"@{account.handle}"):
        try:
            if [one.id for one in import_rows.accounts_named(name, accounts)] == [account.id]:
                return name
        except Invalid:
            continue
    return f"{shown} ({label})"
