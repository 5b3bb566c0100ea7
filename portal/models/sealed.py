"""Every column that the vault seals, found by its name: one that begins with "sealed".

Its model says in `bound_to` what opens it: words that only this row has, first those that are used now, then
those of older rows. So a sealed text that was put into another row opens nothing, and a new sealed column is
sealed anew with the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, func
from sqlalchemy.orm import InstrumentedAttribute

from portal import vault
from portal.orm import Base

MARK = "sealed"


@dataclass(frozen=True)
class SealedColumn:
    """One column, of all rows of its model."""

    model: type[Any]
    key: str
    is_file: bool

    @property
    def name(self) -> str:
        return f"{self.model.__tablename__}.{self.key}"

    @property
    def attribute(self) -> InstrumentedAttribute[Any]:
        attribute: InstrumentedAttribute[Any] = getattr(self.model, self.key)
        return attribute

    @property
    def key_id(self) -> ColumnElement[str]:
        """Which key sealed it, read without opening it: "v1.KEY.…"."""
        if self.is_file:
            return func.convert_from(func.substring(self.attribute, 4, 8), "SQL_ASCII")
        return func.split_part(self.attribute, ".", 2)

    def seal_again(self, row: Any) -> None:
        """Open and seal with the newest key, bound as rows are today. Raises vault.CannotOpen."""
        sealed = getattr(row, self.key)
        if self.is_file:
            again: Any = vault.seal_bytes(vault.open_bytes(sealed, *row.bound_to), row.bound_to[0])
        else:
            again = vault.seal(vault.open_sealed(sealed, *row.bound_to), row.bound_to[0])
        setattr(row, self.key, again)


def sealed_columns() -> Iterator[SealedColumn]:
    """All there are, by name of table and column."""
    for mapper in sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__tablename__):
        for column in mapper.column_attrs:
            if column.key.startswith(MARK):
                yield SealedColumn(mapper.class_, column.key, isinstance(column.columns[0].type, LargeBinary))
