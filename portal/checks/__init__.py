"""What a doctor's post should not say: plain text in, findings out.

Nothing is stored and nothing leaves the process. A report without findings is no promise: it says that no
pattern was found by so many checks, and the doctor remains responsible.
"""

from collections.abc import Iterator

from portal.checks import (
    advertising,
    boasts,
    brands,
    claims,
    contacts,
    doses,
    duties,
    emergencies,
    identifiers,
    names,
    people,
    pictures,
    recognisers,
    story,
    thanks,
    titles,
)
from portal.checks.reading import Reading, Span
from portal.checks.rule import RULES, Around, Hit, Rule
from portal.checks.values import (
    PACKS,
    SEVERITIES,
    Author,
    Draft,
    Finding,
    Pack,
    Picture,
    Piece,
    Report,
    Severity,
)

__all__ = [
    "PACKS",
    "RULES",
    "RULES_VERSION",
    "SEVERITIES",
    "Author",
    "Draft",
    "Finding",
    "Pack",
    "Picture",
    "Piece",
    "Report",
    "Severity",
    "advertising",
    "boasts",
    "brands",
    "claims",
    "contacts",
    "doses",
    "duties",
    "emergencies",
    "identifiers",
    "look",
    "names",
    "people",
    "pictures",
    "recognisers",
    "story",
    "thanks",
    "titles",
]

# Rises with every change of a rule, its words or its severities; kept with each result.
RULES_VERSION = "2026.11.23"


def look(draft: Draft, author: Author, pack: Pack) -> Report:
    """Ask every rule about every piece. Findings come gravest first, then in the order of the text."""
    readings = {piece: Reading(piece.text) for piece in draft.pieces}
    around = Around(draft, author, pack, readings)
    found = {finding for rule in RULES.values() for finding in _ask(rule, around)}
    ordered = sorted(found, key=lambda f: (SEVERITIES.index(f.severity), f.where, f.start, f.id))
    version = f"{RULES_VERSION}+{model}" if (model := recognisers.in_use()) else RULES_VERSION
    return Report(tuple(ordered), version, tuple(sorted(RULES)), pack)


def _ask(rule: Rule, around: Around) -> Iterator[Finding]:
    pieces = around.draft.pieces if rule.reads == "piece" else around.draft.pieces[:1]
    for piece in pieces:
        reading = around.readings[piece]
        for hit in rule.looks(piece, reading, around):
            severity = rule.severity_of(hit, around.pack)
            if severity is not None:
                yield _finding(rule, hit, severity, piece, reading)


def _finding(rule: Rule, hit: Hit, severity: Severity, piece: Piece, reading: Reading) -> Finding:
    start, end = reading.original(hit.span) if hit.span else Span(0, 0)
    return Finding(
        id=rule.id,
        severity=severity,
        words=piece.text[start:end],
        start=start,
        end=end,
        reason=rule.reason,
        source=rule.source,
        suggestion=hit.suggestion or rule.suggestion,
        where=hit.where or piece.where,
    )
