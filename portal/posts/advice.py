"""What the checks say of a post, as its doctor reads it: found words marked, reasons, safer wordings."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from portal.checks import RULES, SEVERITIES, Finding, Report, Severity
from portal.models import Doctor, Post
from portal.posts.checking import NOTHING_FOUND
from portal.publishing import checking

GROUPS: dict[Severity, str] = {
    "block": "Must be changed",
    "confirm": "Needs your reason",
    "warn": "Think again",
    "info": "Good to know",
}
QUOTED = re.compile(r"“([^”]+)”")
REASON = "reason-"


@dataclass(frozen=True)
class Place:
    """Where something was found: in words, and the field that holds it, if it can be changed by hand."""

    label: str
    field: str | None = None


@dataclass(frozen=True)
class Wording:
    """A safer wording that one tap puts in the place of the found words, or before the text."""

    words: str
    label: str
    is_first: bool = False


@dataclass(frozen=True)
class Spot:
    """Found words in their place."""

    words: str
    start: int
    place: Place
    wording: Wording | None


@dataclass(frozen=True)
class Said:
    """What one rule says, with all the places that it found."""

    rule: str
    title: str
    reason: str
    source: str
    suggestion: str | None
    spots: Sequence[Spot]
    asks_reason: bool


@dataclass(frozen=True)
class Group:
    severity: Severity
    title: str
    said: Sequence[Said]


@dataclass(frozen=True)
class Marked:
    """A text cut into parts, each with how grave the finding in it is."""

    label: str
    parts: Sequence[tuple[str, Severity | None]]


@dataclass(frozen=True)
class Advice:
    groups: Sequence[Group]
    marked: Sequence[Marked]
    nothing: str

    @property
    def summary(self) -> str:
        """One sentence, read aloud when it changes."""
        if not self.groups:
            return self.nothing
        return " ".join(f"{group.title}: {len(group.said)}." for group in self.groups)

    @property
    def can_be_explained(self) -> bool:
        """Whether reasons are all that is missing."""
        return not any(group.severity == "block" for group in self.groups)


def advise(post: Post, doctor: Doctor, place_of: Callable[[str], Place]) -> Advice:
    """Ask the checks about a post; `place_of` knows where on the page each of its parts stands."""
    report = checking.look(post, doctor).report
    texts = {piece.where: piece.text for piece in checking.draft_of(post).pieces}
    return Advice(
        groups=_groups(report, place_of),
        marked=[
            Marked(place_of(where).label, parts)
            for where, text in texts.items()
            if (parts := _parts(text, [one for one in report.findings if one.where == where]))
        ],
        nothing=NOTHING_FOUND.format(checks=len(report.checks_run)),
    )


def reasons_in(sent: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The doctor's reasons by rule, as the page sends them."""
    return {
        name.removeprefix(REASON): words.strip()
        for name, words in sent
        if name.startswith(REASON) and name.removeprefix(REASON) in RULES
    }


def acknowledged(reasons: dict[str, str]) -> list[dict[str, str]]:
    """The same, as inputs want it."""
    return [{"id": rule, "reason": words} for rule, words in reasons.items() if words]


def _groups(report: Report, place_of: Callable[[str], Place]) -> list[Group]:
    asked: set[str] = set()
    by_severity: dict[Severity, list[Finding]] = {severity: [] for severity in SEVERITIES}
    for found in report.findings:
        by_severity[_group_of(found)].append(found)
    groups = []
    for severity, findings in by_severity.items():
        alike: dict[tuple[str, str | None], list[Finding]] = {}
        for found in findings:
            alike.setdefault((found.id, found.suggestion), []).append(found)
        said = []
        for (rule, _), several in alike.items():
            said.append(_said(several, place_of, severity == "confirm" and rule not in asked))
            asked.add(rule)
        if said:
            groups.append(Group(severity, GROUPS[severity], said))
    return groups


def _group_of(found: Finding) -> Severity:
    # Where the consent is written down, nothing more is asked.
    return "info" if found.id == checking.CONSENT_RULE and found.severity == "confirm" else found.severity


def _said(findings: Sequence[Finding], place_of: Callable[[str], Place], asks_reason: bool) -> Said:
    first = findings[0]
    spots = [Spot(one.words, one.start, place_of(one.where), _wording(one)) for one in findings]
    return Said(
        first.id, RULES[first.id].title, first.reason, first.source, first.suggestion, spots, asks_reason
    )


def _wording(found: Finding) -> Wording | None:
    """The wording that a suggestion holds, where it is one and not a piece of advice."""
    said = found.suggestion or ""
    quoted = QUOTED.search(said)
    if found.words and said.startswith("Take "):
        return Wording("", "Take it out")
    if quoted and found.words and said.startswith(("Write", "Leave the name out")):
        return Wording(quoted[1], f"Use “{quoted[1]}”")
    if quoted and said.startswith(("Begin ", "Put ")):
        return Wording(f"{quoted[1]} ", f"Put “{quoted[1]}” first", is_first=True)
    return None


def _parts(text: str, findings: Sequence[Finding]) -> list[tuple[str, Severity | None]]:
    """The text in parts; where findings overlap, the gravest one marks. Empty when nothing is marked."""
    spans = [one for one in findings if one.end > one.start]
    if not spans:
        return []
    cuts = sorted({0, len(text)} | {edge for one in spans for edge in (one.start, one.end)})
    parts: list[tuple[str, Severity | None]] = []
    for start, end in pairwise(cuts):
        within = {one.severity for one in spans if one.start <= start and one.end >= end}
        worst = next((severity for severity in SEVERITIES if severity in within), None)
        if parts and parts[-1][1] == worst:
            parts[-1] = (parts[-1][0] + text[start:end], worst)
        else:
            parts.append((text[start:end], worst))
    return parts
