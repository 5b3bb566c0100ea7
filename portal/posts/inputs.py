"""What a doctor, or a doctor's program, says about a post."""

import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, model_validator

from portal import zones
from portal.fitting import STEPS, Fit, Way
from portal.inputs import ONE_LINE, Blank, Input, Text
from portal.platforms import PLATFORMS

CONTENT_AT_MOST = 50_000
ACCOUNTS_AT_MOST = 50
FOOTER_AT_MOST = 2000
COMMENT_AT_MOST = 10_000
MEDIA_AT_MOST = 20
OPTIONS_AT_MOST = 100_000
WRITTEN_OUT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?([Zz]|[+-]\d\d:?\d\d)?", re.ASCII)


def _known_zone(name: str) -> str:
    if name not in zones.names():
        raise ValueError("Choose a time zone such as Asia/Kolkata.")
    return name


def _read_instant(value: Any) -> Any:
    # Bare digits would pass as seconds since 1970, and nobody plans a post that way on purpose.
    if value is None or isinstance(value, datetime):
        return value
    try:
        if not WRITTEN_OUT.fullmatch(str(value)):
            raise ValueError
        # RFC 3339 allows a small t and z.
        return datetime.fromisoformat(str(value).upper())
    except ValueError:
        raise ValueError("Enter a date and time such as 2026-11-23T09:00:00+05:30.") from None


def _in_our_time(at: datetime) -> datetime:
    if not 2000 <= at.year <= 2100:
        raise ValueError("Enter a year from 2000 to 2100.")
    # RFC 3339 allows offsets to 23:59, PostgreSQL only to 15:59.
    return at.astimezone(UTC)


def _web_address(address: str) -> str:
    try:
        parts = urlsplit(address)
        is_right = parts.scheme in ("http", "https") and bool(parts.hostname) and address.isprintable()
    except ValueError:
        is_right = False
    if not is_right or " " in address:
        raise ValueError("Enter a full web address that begins with https://.")
    return address


def _storable(options: dict[str, Any]) -> dict[str, Any]:
    """A flat record of words, numbers, yes and no, and lists of words."""
    for name, value in options.items():
        parts = value if isinstance(value, list) else [value]
        if not all(part is None or isinstance(part, str | int | float | bool) for part in parts):
            raise ValueError(f"{name} must be text, a number, true or false, or a list of texts.")
        if any("\x00" in str(part) for part in (name, *parts)):
            raise ValueError("must not contain the NUL character")
    try:
        written = json.dumps(options, ensure_ascii=False, allow_nan=False).encode()
    except (UnicodeEncodeError, ValueError):
        raise ValueError("must hold plain text and numbers") from None
    if b"\\u0000" in written:
        raise ValueError("must not contain the NUL character")
    if len(written) > OPTIONS_AT_MOST:
        raise ValueError("must be shorter")
    return options


RowId = Annotated[int, Field(ge=1, le=2**63 - 1)]
Zone = Annotated[Text, AfterValidator(_known_zone)]
Instant = Annotated[AwareDatetime, BeforeValidator(_read_instant), AfterValidator(_in_our_time)]
LinkTitle = Annotated[Text, Field(max_length=200), ONE_LINE]
Link = Annotated[Text, Field(max_length=2000), AfterValidator(_web_address)]
PostText = Annotated[Text, Field(max_length=CONTENT_AT_MOST)]
FirstComment = Annotated[Text, Field(max_length=COMMENT_AT_MOST)]
Footer = Annotated[Text, Field(max_length=FOOTER_AT_MOST)]


class FitOf(Input):
    """How a picture that is too tall or too wide for a network is brought into its shape: cut, or given
    white edges. `x` and `y` say which part stays: 0 is the left or the top, 1 the right or the bottom."""

    way: Way = "crop"
    x: Annotated[float, Field(ge=0, le=1)] = 0.5
    y: Annotated[float, Field(ge=0, le=1)] = 0.5

    def to_record(self) -> dict[str, Any]:
        return Fit(self.way, round(self.x, STEPS), round(self.y, STEPS)).to_record()


def _known_networks(fits: dict[str, FitOf]) -> dict[str, FitOf]:
    if unknown := [key for key in fits if key not in PLATFORMS]:
        raise ValueError(f"We know no network {unknown[0]!r}. Name one of {', '.join(PLATFORMS)}.")
    return fits


class PlacedMedia(Input):
    """A picture or video that was uploaded before, in its place in the post."""

    id: RowId
    alt_text: Annotated[Text, Field(max_length=1500)] | None = None
    fits: Annotated[dict[str, FitOf], AfterValidator(_known_networks)] = {}
    # Who can be seen; a patient needs the words of their consent.
    shows: Literal["", "nobody", "staff", "patient"] = ""
    consent: Annotated[Annotated[Text, Field(max_length=1000)] | None, Blank] = None

    def says(self, name: str) -> bool:
        """Whether this was sent; what the file's own words stand for otherwise."""
        return name in self.model_fields_set


def _said(reason: str) -> str:
    if not reason:
        raise ValueError("Enter your reason.")
    return reason


class Acknowledged(Input):
    """The doctor's reason for keeping what a check found."""

    id: Annotated[Text, Field(max_length=200)]
    reason: Annotated[Text, Field(max_length=1000, json_schema_extra={"minLength": 1}), AfterValidator(_said)]


class WantedPublication(Input):
    """One account that the post goes to, with its own text where it has one."""

    social_account_id: RowId
    content: Annotated[PostText | None, Blank] = None
    options: Annotated[dict[str, Any], AfterValidator(_storable)] = {}


class _Wanted(Input):
    """What a new post and a change have in common: where it goes, in one of three spellings."""

    publications: Annotated[list[WantedPublication], Field(max_length=ACCOUNTS_AT_MOST)] | None = None
    social_account_id: RowId | None = None
    social_account_ids: Annotated[list[RowId], Field(max_length=ACCOUNTS_AT_MOST)] | None = None
    timezone: Zone | None = None
    link: Annotated[Link | None, Blank] = None
    # Of the link's card, for networks that do not read the page themselves.
    link_title: Annotated[LinkTitle | None, Blank] = None
    # Written below the post once it is out, where the network has comments.
    first_comment: Annotated[FirstComment | None, Blank] = None
    # Stands below the text on every account, below an account's own text too.
    footer: Annotated[Footer | None, Blank] = None
    media_url: Annotated[Text | None, Blank] = None
    is_sponsored: bool | None = None
    acknowledged: Annotated[list[Acknowledged], Field(max_length=200)] = []

    @model_validator(mode="after")
    def _one_spelling(self) -> Self:
        said = (self.publications, self.social_account_id, self.social_account_ids)
        if sum(value is not None for value in said) > 1:
            raise ValueError("Name the accounts once: in publications, or by social_account_id(s).")
        return self

    @property
    def accounts(self) -> list[WantedPublication] | None:
        """Where it goes; None when nothing was said about it."""
        if self.social_account_id is not None:
            return [WantedPublication(social_account_id=self.social_account_id)]
        if self.social_account_ids is not None:
            return [WantedPublication(social_account_id=number) for number in self.social_account_ids]
        return self.publications


class NewPost(_Wanted):
    """A post to be planned, or kept as a draft; a draft may leave anything out."""

    content: PostText = ""
    scheduled_at: Instant | None = None
    media: Annotated[list[PlacedMedia], Field(max_length=MEDIA_AT_MOST)] = []
    status: Literal["draft", "scheduled"] = "scheduled"


class PostChanges(_Wanted):
    """The fields that change; what is not sent stays. `status` plans a draft or makes a draft of a plan.

    `version`, where it is sent, is the one that the changes were made from.
    """

    content: PostText | None = None
    scheduled_at: Instant | None = None
    media: Annotated[list[PlacedMedia], Field(max_length=MEDIA_AT_MOST)] | None = None
    status: Literal["draft", "scheduled"] | None = None
    version: RowId | None = None

    def says(self, name: str) -> bool:
        """Whether the field was sent, be it as null."""
        return name in self.model_fields_set


class Confirmation(Input):
    """What the doctor saw at the network: the post at this address, or that it is not there."""

    permalink: Annotated[Link | None, Blank] = None
    absent: bool = False

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        if self.absent == (self.permalink is not None):
            raise ValueError("Enter the address of the post, or say that it is not there.")
        return self
