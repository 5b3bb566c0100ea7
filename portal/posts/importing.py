"""Posts from a table: what is wrong with each row, and what becomes of it once the doctor says so."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import IO, Any

from sqlalchemy import delete, select

from portal import clock
from portal.errors import Invalid, Refused
from portal.extensions import db
from portal.models import Doctor, ImportedRow, PostImport, SocialAccount
from portal.posts import import_rows, import_tables, planning, same_words, surroundings, writing
from portal.posts.import_cells import Trouble, trouble
from portal.posts.import_rows import Way
from portal.posts.import_tables import Row
from portal.posts.inputs import Acknowledged, NewPost
from portal.posts.surroundings import Surroundings
from portal.posts.writing import New
from portal.transaction import transaction

MOST_IMPORTS = 10
LONGEST_REASON = 1_000
# Long enough to correct a table and send it again.
STAY = timedelta(days=7)
# So many rows are written and committed together: the disk is waited for once.
AT_ONCE = 100


@dataclass(frozen=True)
class Judged:
    """One row, with what is wrong with it; `post` is what it would be, where it is right."""

    number: int
    row: Row
    wrong: tuple[Trouble, ...] = ()
    is_known: bool = False
    # What is good to know, and no reason against it.
    notes: tuple[str, ...] = ()
    post: NewPost | None = None
    accounts: tuple[SocialAccount, ...] = ()

    @property
    def is_good(self) -> bool:
        return not self.wrong and not self.is_known

    @cached_property
    def digest(self) -> str:
        return _digest(self.post) if self.post else ""


def take(doctor: Doctor, file: IO[bytes], name: str) -> PostImport:
    """Keep what a table says until the doctor decides; nothing of it is a post. Raises Invalid("file", …)."""
    rows = import_tables.read(file, name)
    with transaction():
        _take_turns(doctor)
        older = PostImport.owned_by(doctor).with_only_columns(PostImport.id).order_by(PostImport.id.desc())
        db.session.execute(delete(PostImport).where(PostImport.id.in_(older.offset(MOST_IMPORTS - 1))))
        kept = PostImport(doctor_id=doctor.id, name=_shown_name(name), rows=rows)
        db.session.add(kept)
        return kept


def look(doctor: Doctor, table: PostImport, way: Way) -> list[Judged]:
    """What would become of each row: the same checks as for any post, and everything undone again."""
    judged = _read(doctor, table, way)
    try:
        with transaction():
            around = surroundings.of(doctor)
            judged = _noted(doctor, [_tried(doctor, one, around)[0] for one in judged])
            raise _Undone
    except _Undone:
        return judged


def save(doctor: Doctor, table: PostImport, way: Way) -> list[Judged]:
    """Make posts of the rows that are right, each whole or not at all, and keep the others in the table.

    What became a post is not made again, whoever sends it and how often. Gives back all rows as they went.
    """
    number = table.id
    read, went = _read(doctor, table, way), list[Judged]()
    for start in range(0, len(read), AT_ONCE):
        with transaction():
            _take_turns(doctor)
            went += _saved(doctor, read[start : start + AT_ONCE])
    left = [one.row for one in went if one.wrong]
    with transaction():
        kept = db.session.get(PostImport, number)
        if kept is None:
            return went
        if left:
            kept.rows = left
        else:
            db.session.delete(kept)
    return went


def forget(table: PostImport) -> None:
    with transaction():
        db.session.delete(table)


def forget_old() -> None:
    """Forget tables that nobody came back to."""
    with transaction():
        db.session.execute(delete(PostImport).where(PostImport.created_at < clock.now() - STAY))


def _take_turns(doctor: Doctor) -> None:
    """Two windows of one doctor do not send in tables at the same time."""
    db.session.execute(select(Doctor.id).where(Doctor.id == doctor.id).with_for_update(key_share=True))


class _Undone(Exception):
    """Ends a rehearsal, so that nothing of it stays."""


def _tried(doctor: Doctor, one: Judged, around: Surroundings) -> tuple[Judged, New | None]:
    """What becomes of a row, and the post that it would be, which is not in the database yet."""
    if not one.is_good or one.post is None:
        return one, None
    # A row that is refused leaves nothing behind: what is said of a file is remembered with the file.
    with_files = db.session.begin_nested() if one.post.media else nullcontext()
    try:
        with with_files:
            return one, _with_reason(one, lambda wanted: writing.new(doctor, wanted, around))
    except Invalid as refused:
        return _refused(one, refused), None


def _noted(doctor: Doctor, judged: list[Judged]) -> list[Judged]:
    """Say where a network that refuses the same words twice has them already, or from a row above."""
    said = {one.number: _repeatable(one) for one in judged if one.is_good}
    known = same_words.already(
        doctor, {(account.id, words) for row in said.values() for account, words in row}
    )
    noted = []
    for one in judged:
        notes = []
        for account, words in said.get(one.number, ()):
            if at := known.get((account.id, words)):
                notes.append(same_words.sentence(account, at, doctor.timezone))
            elif one.post and one.post.scheduled_at:
                known[account.id, words] = one.post.scheduled_at
        noted.append(replace(one, notes=tuple(notes)))
    return noted


def _repeatable(one: Judged) -> list[tuple[SocialAccount, str]]:
    """What a row says to the networks that refuse the same words twice."""
    if one.post is None or one.post.status == "draft":
        return []
    pairs = zip(one.accounts, one.post.publications or (), strict=True)
    told = [(account, wanted.content or one.post.content) for account, wanted in pairs]
    return [(account, words) for account, words in told if account.network.refuses_same_words and words]


def _saved(doctor: Doctor, rows: list[Judged]) -> list[Judged]:
    """Make the posts of these rows, all in a few statements; call it when it is this doctor's turn."""
    around, here = surroundings.of(doctor), _known(doctor, [one.digest for one in rows if one.is_good])
    went = [_as_known(one) if one.digest in here else one for one in rows]
    for one in went:
        if one.is_good and one.post and one.post.status != "draft":
            # Goes on, also when the row has to wait for it.
            planning.begin_smaller(doctor, one.post)
    tried = [_tried(doctor, one, around) for one in went]
    made = [(one.digest, new) for one, new in tried if new]
    db.session.add_all([row for _, new in made for row in new.rows])
    db.session.flush()
    db.session.add_all(
        [ImportedRow(doctor_id=doctor.id, digest=digest, post_id=new.post.id) for digest, new in made]
    )
    return [one for one, _ in tried]


def _with_reason(one: Judged, make: Callable[[NewPost], New]) -> New:
    """Where the checks ask why, the reason in the row is the answer; what they block stays blocked."""
    wanted, reason = one.post, one.row.get("reason")
    if wanted is None:
        raise ValueError("a row that is wrong makes no post")
    try:
        return make(wanted)
    except Refused as asked:
        if not reason:
            raise
        rules = dict.fromkeys(entry["id"] for _, _, entry in asked.found if entry["severity"] == "confirm")
        said = [Acknowledged(id=rule, reason=reason[:LONGEST_REASON]) for rule in rules]
        return make(wanted.model_copy(update={"acknowledged": said}))


def _refused(one: Judged, refused: Invalid) -> Judged:
    found = (trouble(field, said, one.row, one.accounts) for field, said in refused.problems)
    return Judged(one.number, one.row, wrong=tuple(dict.fromkeys(found)))


def _read(doctor: Doctor, table: PostImport, way: Way) -> list[Judged]:
    rows = db.session.scalars(SocialAccount.owned_by(doctor).order_by(SocialAccount.id))
    accounts = [account for account in rows if account.status != "disconnected"]
    judged = list[Judged]()
    for row in table.rows:
        number = row["number"]
        try:
            post, chosen = import_rows.post_of(doctor, row, accounts, way)
        except import_rows.Wrong as refused:
            judged.append(Judged(number, row, wrong=refused.troubles))
            continue
        judged.append(Judged(number, row, post=post, accounts=chosen))
    known = _known(doctor, [one.digest for one in judged if one.is_good])
    for place, one in enumerate(judged):
        if one.digest in known:
            judged[place] = _as_known(one)
        elif one.is_good:
            known.add(one.digest)
    return judged


def _known(doctor: Doctor, digests: Collection[str]) -> set[str]:
    """Which of these rows became a post before."""
    mine = (ImportedRow.doctor_id == doctor.id, ImportedRow.digest.in_(digests))
    return set(db.session.scalars(select(ImportedRow.digest).where(*mine)))


def _as_known(one: Judged) -> Judged:
    return Judged(one.number, one.row, is_known=True)


def _digest(post: NewPost) -> str:
    said: Mapping[str, Any] = post.model_dump(mode="json", exclude={"status", "timezone"})
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _shown_name(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[-120:] or "table"


def owned(doctor: Doctor, number: int) -> PostImport | None:
    return db.session.scalar(PostImport.owned_by(doctor).where(PostImport.id == number))
