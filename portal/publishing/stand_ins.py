"""Rows that are read by the thousand, as plain values.

A model's bookkeeping costs several times what reading its columns does. A stand-in has none: it is an object
of the columns that were read, with the model's own properties and methods over them. So the rules are the
model's, word for word, and there is no second copy that could say something else. It is only looked at: what
is to be changed is loaded as a model.
"""

from collections.abc import Iterator, Sequence
from types import FunctionType
from typing import Any, Generic, TypeVar, cast

from sqlalchemy.orm import InstrumentedAttribute

Model = TypeVar("Model")


class Columns(Generic[Model]):
    """Some columns of a model: what to read, and how a stand-in is made of what was read."""

    def __init__(self, model: type[Model], *names: str) -> None:
        self.names = names
        self.read: Sequence[InstrumentedAttribute[Any]] = [getattr(model, name) for name in names]
        self._kind = _stand_in(model)

    def stand_in(self, values: Sequence[Any], **related: Any) -> Model:
        """The object of these values, in the order of the names, and of what it is related to."""
        made = object.__new__(self._kind)
        made.__dict__.update(zip(self.names, values, strict=True), **related)
        return made


def split(row: Sequence[Any], parts: Sequence[Columns[Any]]) -> Iterator[Sequence[Any]]:
    """What belongs to each part, of a row that begins with the columns of all of them."""
    begins = 0
    for part in parts:
        ends = begins + len(part.names)
        yield row[begins:ends]
        begins = ends


def _stand_in(model: type[Model]) -> type[Model]:
    """A class with what the model's author wrote, and nothing of what maps it."""
    own = {
        name: thing
        for name, thing in vars(model).items()
        if isinstance(thing, property | FunctionType) and not name.startswith("__")
    }
    return cast(type[Model], type(model.__name__, (), own))
