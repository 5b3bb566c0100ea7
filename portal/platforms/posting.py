"""What is posted and what becomes of it, as plain values."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from portal.platforms.accounts import Author

#: Stores what a network holds by now, while an upload goes on: called with all of `staged`, after each step.
Keep = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Media:
    """One picture or video: its public address, what it is, and where its bytes lie on this machine."""

    id: int
    url: str
    mime_type: str
    bytes: int
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    alt_text: str | None = None
    path: str | None = None


@dataclass(frozen=True)
class Content:
    """What one publication would say, on one account."""

    text: str
    author: Author
    link: str | None = None
    link_title: str | None = None
    media: tuple[Media, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    client_ref: str = ""


@dataclass(frozen=True)
class Problem:
    """Why a network would refuse it. `field`: "content", "link", "media", "options.title"."""

    field: str
    words: str


@dataclass(frozen=True)
class Preview:
    """A post about as its readers would see it. `visible` stands before "… more", `rest` after it.

    `title` stands above the text, `thread` follows it; `link_picture` is the picture on the link's card.
    """

    author_name: str
    author_handle: str | None
    visible: str
    rest: str
    length: int
    limit: int
    link: str | None = None
    link_title: str | None = None
    media: tuple[Media, ...] = ()
    note: str | None = None
    link_picture: str | None = None
    title: str | None = None
    thread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Published:
    """It is out: the id by which the network's API knows it, and the address at which people read it.

    `note` says what the doctor should know all the same: that the end of a thread is missing.
    """

    remote_id: str
    permalink: str | None
    note: str | None = None
    # Of a look that may create: whether the post was not there and this look brought it out.
    was_created: bool = False


@dataclass(frozen=True)
class AwaitingDoctor:
    """The network has no publishing API for us: the doctor posts it by hand; `how` says what to do."""

    how: str


@dataclass(frozen=True)
class ByHand:
    """How a doctor posts it without us: where to paste it, what to do there, what to copy, what to look at.

    `texts` are copied one after the other; several stand for the parts of a thread.
    """

    address: str
    how: str
    texts: tuple[str, ...]
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lost:
    """A call whose outcome is unknown: what was sent and when, how often it was looked for before, and which
    ids are known to be other posts of this account (published by us, or deleted by us).

    `now` is the database's clock, where its age matters: this machine's may be wrong.
    """

    sent: Mapping[str, Any]
    sent_at: datetime
    looks: int = 0
    known_ids: frozenset[str] = frozenset()
    now: datetime | None = None


@dataclass(frozen=True)
class Daily:
    """So many of what it names ("videos") in a day of this time zone, for all accounts of an app together."""

    most: int
    what: str
    zone: ZoneInfo

    def day(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def next_day(self, now: datetime) -> datetime:
        """When the network's next day begins, a little later: its clock may be behind."""
        tomorrow = self.day(now) + timedelta(days=1)
        return datetime.combine(tomorrow, time(0, 0, 30), self.zone)


@dataclass(frozen=True)
class Afterwards:
    """What a network says of a post some time after it went out, each in a sentence.

    `news` belongs to the post's story; of `trouble` the doctor is told. `is_over`: nothing more will change.
    """

    news: str | None = None
    trouble: str | None = None
    is_over: bool = False


@dataclass(frozen=True)
class Found:
    """One thing that a network tells while a post is written: `value` for an option, the rest to be read."""

    value: str
    label: str
    words: str = ""


@dataclass(frozen=True)
class Told:
    """What a network tells of the place that a post would go to, as JSON can hold it.

    `trouble`: why nothing can be posted there; `others` may have been meant. `rules` are read;
    `choices` are the values of an option, each with its words; `demands` is what `misfits` judges by.
    `is_personal`: it was told to this account, and others may be told something else.
    """

    trouble: str | None = None
    others: tuple[str, ...] = ()
    rules: tuple[Found, ...] = ()
    choices: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    demands: Mapping[str, Any] = field(default_factory=dict)
    is_personal: bool = False

    def to_record(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        return cls(
            trouble=record["trouble"],
            others=tuple(record["others"]),
            rules=tuple(Found(**rule) for rule in record["rules"]),
            choices={name: tuple((v, w) for v, w in listed) for name, listed in record["choices"].items()},
            demands=record["demands"],
            is_personal=record["is_personal"],
        )


@dataclass(frozen=True)
class Figures:
    """What a network counts of one post; None where it gives no such figure."""

    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    views: int | None = None


@dataclass(frozen=True)
class Asked:
    """One thing that the composer asks when this network is chosen; its answer is the option `name`.

    `kind`: "line", "list" (words with commas between them), "texts" (with an empty line between them),
    "choice", "yes_no", or "told" (a choice of what the network tells of the place that was named; its words
    are kept as the option `words_in`). `choices` are (value, words); an empty value leaves the option out.
    """

    name: str
    label: str
    kind: str = "line"
    hint: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    is_needed: bool = False
    words_in: str | None = None
