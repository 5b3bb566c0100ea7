"""A rule: what it says is data, how it looks is a function."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from portal.checks.reading import Reading, Span
from portal.checks.values import Author, Draft, Pack, Piece, Severity

DATA = Path(__file__).parent / "rules"


@dataclass(frozen=True)
class Hit:
    """Where a rule found something, in the folded text; None for the whole piece.

    `level` picks the severity among those that the rule's data lists; `suggestion` replaces its usual one.
    """

    span: Span | None = None
    level: str = "default"
    suggestion: str | None = None
    # The picture that is meant, where it is not the piece.
    where: str | None = None


@dataclass(frozen=True)
class Around:
    """What a rule may know beside the piece that it reads."""

    draft: Draft
    author: Author
    pack: Pack
    readings: Mapping[Piece, Reading] = field(repr=False)

    @cached_property
    def is_india(self) -> bool:
        return self.pack in ("IN", "IN-strict")

    @cached_property
    def is_clinical(self) -> bool:
        """Whether any piece of the post speaks of a patient."""
        return any(reading.is_clinical for reading in self.readings.values())


Looks = Callable[[Piece, Reading, Around], Iterable[Hit]]


@dataclass(frozen=True)
class Rule:
    """One check, by its id in the table of checks (P01 to E02)."""

    id: str
    title: str
    reason: str
    source: str
    suggestion: str | None
    # By level, then by country pack, "*" for all others; None means that the rule is silent there.
    severity: Mapping[str, Mapping[str, Severity | None]]
    examples: Mapping[str, list[dict[str, Any]]]
    looks: Looks
    # What the rule's own data rest on, where somebody has to compare them before relying on it.
    basis: str = ""
    # "piece": asked about each piece; "post": asked once, about the first piece.
    reads: str = "piece"

    def severity_of(self, hit: Hit, pack: Pack) -> Severity | None:
        by_pack = self.severity[hit.level]
        return by_pack[pack] if pack in by_pack else by_pack["*"]


RULES: dict[str, Rule] = {}


def rule(name: str, *, reads: str = "piece") -> Callable[[Looks], Looks]:
    """Bind the function that looks to the rule's data, `rules/NAME.json`."""

    def bind(looks: Looks) -> Looks:
        said = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
        severity = {
            level: value if isinstance(value, dict) else {"*": value}
            for level, value in said.pop("severity").items()
        }
        RULES[name] = Rule(id=name, severity=severity, looks=looks, reads=reads, **said)
        return looks

    return bind
