"""Draws how late posts left, as a picture: for each moment the share of posts that had left by then."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 400, 60, 30, 30, 60
FIRST, LAST = 0.01, 30.0  # seconds, on a scale of powers of ten
MARKS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
COLOURS = ("#0b6e6e", "#b4540a", "#5b3fa0")
POINTS = 200


def draw(lateness: Mapping[str, Sequence[float]], path: Path) -> None:
    """Write the picture; each crowd's lateness in seconds, sorted."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="18">Share of posts that had left, by seconds after their time</text>',
        *_axes(),
    ]
    for place, (name, values) in enumerate(lateness.items()):
        colour = COLOURS[place % len(COLOURS)]
        points = " ".join(f"{_x(late):.1f},{_y(share):.1f}" for late, share in _steps(values))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        y = HEIGHT - 12
        parts.append(f'<text x="{LEFT + 200 * place}" y="{y}" fill="{colour}">— {name}</text>')
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([*parts, "</svg>", ""]))


def _axes() -> list[str]:
    lines = []
    for seconds in MARKS:
        x = _x(seconds)
        lines.append(f'<line x1="{x:.1f}" y1="{_y(1)}" x2="{x:.1f}" y2="{_y(0)}" stroke="#ddd"/>')
        lines.append(f'<text x="{x:.1f}" y="{_y(0) + 18}" text-anchor="middle">{seconds:g} s</text>')
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _y(share)
        lines.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#ddd"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{share:.0%}</text>')
    return lines


def _steps(values: Sequence[float]) -> list[tuple[float, float]]:
    count = len(values)
    places = sorted({round(n * (count - 1) / POINTS) for n in range(POINTS + 1)})
    return [(values[place], (place + 1) / count) for place in places]


def _x(seconds: float) -> float:
    along = math.log(min(max(seconds, FIRST), LAST) / FIRST) / math.log(LAST / FIRST)
    return LEFT + along * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
