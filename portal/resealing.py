"""Keys of the vault: which are in use, whether one is lost, and sealing everything with the newest one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import undefer

from config import BadSetting
from portal import vault
from portal.extensions import db
from portal.models.sealed import SealedColumn, sealed_columns
from portal.transaction import let_go, transaction

BATCH = 100
# A file is held in memory while it is sealed.
FILES_AT_ONCE = 4

LOST = (
    "TOKEN_KEYS must hold every key that something is sealed with: the key {keys} is missing, with which "
    "{count} values are sealed. Put it back at the end of the list; `flask --app wsgi reseal` makes it "
    "needless."
)


@dataclass
class Resealed:
    """What became of one column: sealed anew, and left as it was because no key opens it."""

    done: int = 0
    unreadable: int = 0


def reseal(column: SealedColumn, everything: bool = False) -> Resealed:
    """Seal with the newest key what an older one sealed, or everything; may be ended and begun again.

    The portal may run meanwhile. A row is read and written under its lock: whoever renews a token waits for
    a moment or is waited for, and what was written last stays.
    """
    result = Resealed()
    for batch in (FILES_AT_ONCE if column.is_file else BATCH, 1):
        last = 0
        # First the rows that nobody holds; then the others one by one, so that nobody waits in a ring.
        while ids := _seal_batch(column, everything, last, batch, result):
            last = ids[-1]
        if everything:
            return result
    return result


def _seal_batch(
    column: SealedColumn, everything: bool, last: int, most: int, result: Resealed
) -> Sequence[int]:
    with transaction():
        rows = db.session.scalars(
            _waiting(column, everything)
            .where(column.model.id > last)
            .order_by(column.model.id)
            .limit(most)
            .options(undefer(column.attribute))
            # Not against those who only point at the row; the doctor goes on writing posts.
            .with_for_update(key_share=True, skip_locked=most > 1, of=column.model)
            .execution_options(populate_existing=True)
        ).all()
        ids = [row.id for row in rows]
        for row in rows:
            _seal(column, row, result, is_last_word=most == 1)
    return ids


def _seal(column: SealedColumn, row: Any, result: Resealed, is_last_word: bool) -> None:
    try:
        column.seal_again(row)
    except vault.CannotOpen:
        result.unreadable += is_last_word
    else:
        result.done += 1


def _waiting(column: SealedColumn, everything: bool) -> Select[Any]:
    newest = vault.key_ids()[0]
    query = select(column.model).where(column.attribute.is_not(None))
    return query if everything else query.where(column.key_id != newest)


def keys_in_use() -> Counter[str]:
    """How many values each key has sealed, by the keys' names."""
    counts: Counter[str] = Counter()
    for column in sealed_columns():
        query = (
            select(column.key_id, func.count()).where(column.attribute.is_not(None)).group_by(column.key_id)
        )
        for key_id, count in db.session.execute(query):
            counts[key_id] += count
    return counts


def refuse_lost_keys() -> None:
    """Raise BadSetting when something is sealed with a key that TOKEN_KEYS does not hold.

    Going on would do harm: an account whose permission cannot be read counts as one to connect again. A
    database that is away, or has no tables yet, says nothing about keys; the portal heals when it is back.
    """
    try:
        counts = keys_in_use()
    except DBAPIError:
        db.session.rollback()
        return
    let_go()
    lost = counts.keys() - set(vault.key_ids())
    if lost:
        count = sum(counts[key] for key in lost)
        raise BadSetting(LOST.format(keys=" and ".join(sorted(lost)), count=f"{count:,}"))
