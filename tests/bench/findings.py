"""What was measured, each beside a limit or a reference of the same run; the table, and its JSON."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One figure. `against` is a limit (then `is_limit`) or what the same machine did beside it."""

    section: str
    what: str
    value: float
    unit: str
    against: float | None = None
    words: str = ""  # what `against` is
    is_limit: bool = False

    @property
    def ratio(self) -> float | None:
        return self.value / self.against if self.against else None

    @property
    def holds(self) -> bool | None:
        """Whether the limit is kept; None where there is none."""
        return self.value <= self.against if self.is_limit and self.against is not None else None

    def as_json(self) -> dict[str, Any]:
        found = {"section": self.section, "what": self.what, "value": round(self.value, 4), "unit": self.unit}
        if self.ratio is not None:
            found |= {"against": round(self.against or 0, 4), "words": self.words}
            found |= {"ratio": round(self.ratio, 3), "holds": self.holds}
        return found


def table(findings: Sequence[Finding]) -> str:
    """For people: one line a figure, in the order of measuring."""
    lines = []
    for section, group in groupby(findings, key=lambda each: each.section):
        lines += ["", section]
        for one in group:
            line = f"  {one.what:<44}{_number(one.value):>10} {one.unit:<9}"
            if one.ratio is not None:
                mark = {True: "", False: "  TOO MUCH", None: ""}[one.holds]
                line += f"{one.ratio:>7.2f} of {_number(one.against or 0)} ({one.words}){mark}"
            lines.append(line.rstrip())
    return "\n".join(lines[1:])


def write(findings: Sequence[Finding], path: Path) -> None:
    """The same as JSON, for comparing it later."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps([one.as_json() for one in findings], indent=2) + "\n")


def quantile(values: Sequence[float], hundredths: int) -> float:
    """The value below which so many of a hundred lie."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return statistics.quantiles(values, n=100, method="inclusive")[hundredths - 1]


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"
