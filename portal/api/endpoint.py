"""Declares an endpoint: who may call it, what it takes and gives. Routes and description read one table."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from portal.api.questions import Question
from portal.inputs import Input

Who = Literal["anyone", "user", "doctor", "administrator"]
View = Callable[..., Any]

LIMIT = "600 per minute"

# What rights call a topic of the API, where its address has another word; and where a POST changes nothing.
AREAS = {"doctor": "profile", "social": "accounts", "checks": "posts"}
ONLY_ASKS = ("checks",)

# The id of a row in an address, and of a publication within a post.
BY_ID = "<id:id>"
PUBLICATION_BY_ID = "<id:publication_id>"


class Output(BaseModel):
    """What an endpoint gives: made from keywords, or from a row by `Answer.model_validate(row)`."""

    # What has a default is written all the same, so the description may promise it.
    model_config = ConfigDict(
        from_attributes=True, frozen=True, json_schema_serialization_defaults_required=True
    )
    # Whether it shows what is shown once, and is kept sealed where it is kept.
    is_secret: ClassVar[bool] = False


class Listed(Output):
    """A page of a list; a subclass names its rows."""

    next_cursor: str | None


@dataclass(frozen=True)
class Endpoint:
    """One line of the API's table."""

    method: str
    rule: str
    view: View = field(repr=False)
    summary: str
    who: Who
    takes: type[Input] | None
    query: type[Input] | None
    gives: type[BaseModel] | None
    status: int
    limit: str
    may_be_empty: bool
    guards: tuple[Callable[[View], View], ...]
    takes_file: bool = False
    # Further answers: a status, and the record it gives or None.
    also: Mapping[int, type[BaseModel] | None] = field(default_factory=dict, hash=False)
    # Statuses of refusals that the rest of the line does not tell.
    refuses: frozenset[int] = frozenset()
    once: bool = False
    first: Callable[[Any], Any] | None = field(default=None, repr=False)
    tagged: bool = False
    finds: View | None = field(default=None, repr=False)
    asks: Question | None = field(default=None, repr=False)
    passes_query: bool = False

    @property
    def is_reading(self) -> bool:
        return self.method == "GET"

    @property
    def is_posting(self) -> bool:
        return self.method == "POST"

    @property
    def is_changing(self) -> bool:
        """Whether it changes the fields that are sent, and no others."""
        return self.method in ("PUT", "PATCH")

    @property
    def is_one_transaction(self) -> bool:
        """Whether what is done once is done while a transaction is held; a file takes too long for that."""
        return self.once and not self.takes_file

    @property
    def right(self) -> str | None:
        """What a key has to be allowed to call this: "posts:write"; None for what no key is needed for, or
        good for."""
        if self.who not in ("doctor", "user"):
            return None
        changes = not self.is_reading and self.topic not in ONLY_ASKS
        return f"{AREAS.get(self.topic, self.topic)}:{'write' if changes else 'read'}"

    @property
    def topic(self) -> str:
        return self.rule.split("/")[1]

    @property
    def name(self) -> str:
        """Unique among endpoints: `posts.create` for the function `create` in `portal/api/posts.py`."""
        return f"{self.view.__module__.rpartition('.')[2]}-{self.view.__name__}"

    @property
    def path(self) -> str:
        """The rule as OpenAPI writes it: /posts/{id}."""
        return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", self.rule)


ENDPOINTS: list[Endpoint] = []


def endpoint(
    method: str,
    rule: str,
    *,
    summary: str,
    who: Who = "doctor",
    takes: type[Input] | None = None,
    query: type[Input] | None = None,
    gives: type[BaseModel] | None = None,
    status: int | None = None,
    limit: str = LIMIT,
    may_be_empty: bool = False,
    guards: tuple[Callable[[View], View], ...] = (),
    takes_file: bool = False,
    also: Mapping[int, type[BaseModel] | None] | None = None,
    refuses: Iterable[int] = (),
    once: bool = False,
    first: Callable[[Any], Any] | None = None,
    tagged: bool = False,
    finds: View | None = None,
    asks: Question | None = None,
    passes_query: bool = False,
) -> Callable[[View], View]:
    """Make a function an endpoint under /api/v1.

    It is called with the rule's parts, `body=` (an instance of `takes`) and `query=` (one of `query`), and
    returns an instance of `gives`, or something whose attributes make one; None answers 204. A pair
    `(result, status)` overrides `status`; a Response passes through. With `may_be_empty` a request without a
    body counts as {}. With `takes_file` the body is multipart/form-data: `file=` is its part of that name,
    `body=` the other parts. `guards` are further rate limits, as decorators. `also` and `refuses` name what
    else it may answer, for the description. With `once` the header Idempotency-Key makes a repeated request
    give the same answer (with `takes_file` the function itself sees to it); `first` is called with the body
    before the work, while no transaction is open, and may give another body. With `tagged` its answers carry
    an ETag, which If-None-Match is held against.
    `finds` is called with the rule's parts before what was sent is refused, and aborts with 404 when they
    name nothing of the caller's: nobody learns by a wrong body what there is. With `asks` it is quick: it is
    called with `found=`, the row that this question found together with the caller, or None where `values`
    gave none; it may return its answer as the JSON itself. Without `query` no parameter is taken, but where
    `passes_query`: those belong to somebody else. Without `takes` a POST comes without a body, or with {}.
    """

    def declare(view: View) -> View:
        answer = status or (200 if gives else 204)
        ENDPOINTS.append(
            Endpoint(
                method,
                rule,
                view,
                summary,
                who,
                takes,
                query,
                gives,
                answer,
                limit,
                may_be_empty,
                guards,
                takes_file,
                also or {},
                frozenset(refuses),
                once,
                first,
                tagged,
                finds,
                asks,
                passes_query,
            )
        )
        return view

    return declare


get = partial(endpoint, "GET")
post = partial(endpoint, "POST")
put = partial(endpoint, "PUT")
patch = partial(endpoint, "PATCH")
delete = partial(endpoint, "DELETE")
