"""Answers that are given again while all that they tell of is as it was.

The database is asked for its state every time, so that a change counts at once and in every process; only
putting the same words together again is spared.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any

from flask import current_app
from pydantic import BaseModel

from portal.api.conditional import Said

KEPT = "api.kept"
# In each process; a page of a list takes some thirty thousand bytes.
MOST_KEPT = 300


def said(asked: Hashable, state: Hashable, make: Callable[[], BaseModel]) -> Said:
    """The answer to this question in the present state: the one given before, or a new one.

    Ask for the state before you make the answer: what changes in between is at worst kept under a state that
    is over.
    """
    kept: OrderedDict[Any, tuple[Any, Said]] = current_app.extensions.setdefault(KEPT, OrderedDict())
    before = kept.get(asked)
    if before is not None and before[0] == state:
        return before[1]
    made = Said.of(make())
    kept.pop(asked, None)
    kept[asked] = (state, made)
    with suppress(KeyError):  # another thread may have made room
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)
    return made
