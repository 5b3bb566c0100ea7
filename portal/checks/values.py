"""What a check is given, and what it says: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["block", "confirm", "warn", "info"]
SEVERITIES: tuple[Severity, ...] = ("block", "confirm", "warn", "info")

Pack = Literal["IN", "IN-strict", "GB", "US"]
PACKS: Mapping[Pack, str] = {
    "IN": "India: the law",
    "IN-strict": "India: the law and the stricter house rules",
    "GB": "United Kingdom",
    "US": "United States",
}

Kind = Literal["text", "first_comment", "reply", "alt_text", "link", "link_title", "file_name"]


@dataclass(frozen=True)
class Piece:
    """One text that people would read, or that tells something: a version, an alt text, a file's name.

    `where` names it for the caller ("content", "publications.0.content", "media.1.alt_text") and comes back
    with each finding. `platform` is the network that shows it, None when all of them do.
    """

    text: str = field(repr=False)
    where: str = "content"
    kind: Kind = "text"
    platform: str | None = None


@dataclass(frozen=True)
class Picture:
    """A picture or video of the post: what the doctor said of it, and what was found in the file.

    `shows` is "" while the doctor has not said who can be seen; `is_withdrawn` when a patient who agreed once
    does so no more, whatever is said of the picture since; `removed` names what was taken out of the
    file when it came in, such as "place" or "device".
    """

    where: str = "media.0"
    kind: Literal["image", "video"] = "image"
    shows: Literal["", "nobody", "staff", "patient"] = ""
    has_consent: bool = False
    is_withdrawn: bool = False
    looks_like_scan: bool = False
    removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Author:
    """The doctor as the portal knows them: what is their own is no finding.

    `titles` are the specialities and degrees that were verified; `licence` the state of their registration
    now. Empty values mean that nothing is known.
    """

    full_name: str = ""
    clinic_name: str = ""
    clinic_address: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    websites: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    qualification: str = ""
    registration_number: str = ""
    titles: tuple[str, ...] = ()
    licence: Literal["verified", "unverified", "lapsed", "suspended"] = "verified"


@dataclass(frozen=True)
class Draft:
    """All that one post would say, everywhere it goes."""

    pieces: tuple[Piece, ...]
    pictures: tuple[Picture, ...] = ()
    is_sponsored: bool = False
    # At sending, what waits for the doctor's licence is refused; before, it is only told.
    is_leaving: bool = False


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found. `start` and `end` count code points in the piece as it was given.

    `words` are those found, for the doctor's eyes only: `masked` is what a log may hold. A finding about a
    whole piece or post has no words and start and end 0.
    """

    id: str
    severity: Severity
    words: str = field(repr=False)
    start: int
    end: int
    reason: str
    source: str
    suggestion: str | None
    where: str = "content"

    @property
    def masked(self) -> str:
        """The rule, the place and how long the words are: nothing of what they say."""
        return f"{self.id} {self.severity} {self.where}[{self.start}:{self.end}]"


@dataclass(frozen=True)
class Report:
    """What all rules said. `checks_run` lists the rules' ids, whether or not they found anything."""

    findings: tuple[Finding, ...]
    rules_version: str
    checks_run: tuple[str, ...]
    pack: Pack

    @property
    def worst(self) -> Severity | None:
        found = {finding.severity for finding in self.findings}
        return next((severity for severity in SEVERITIES if severity in found), None)
