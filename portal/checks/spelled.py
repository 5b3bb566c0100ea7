"""Numbers that are spelled out digit by digit: "nine eight double two", "nau aath do do", "नौ आठ"."""

from collections.abc import Iterator

import regex

from portal.checks.reading import Reading, Span

DIGITS = {
    "0": "zero|oh|nought|shunya|sifar|शून्य",
    "1": "one|ek|एक",
    "2": "two|do|दो",
    "3": "three|teen|तीन",
    "4": "four|char|chaar|चार",
    "5": "five|paanch|panch|पांच|पाँच",
    "6": "six|chhe|che|chhah|छह|छः",
    "7": "seven|saat|sat|सात",
    "8": "eight|aath|ath|आठ",
    "9": "nine|nau|no|नौ",
}
VALUES = {word: digit for digit, words in DIGITS.items() for word in words.split("|")}
TIMES = {"double": 2, "triple": 3, "treble": 3}
ONE = rf"(?:(?:double|triple|treble) )?(?:{'|'.join(VALUES)}|\d)"
# One for each digit, and no others between them; fewer than six are counts and scores.
RUN = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}\p{{N}}]){ONE}(?:[ ,.-]{{1,3}}{ONE}){{5,24}}+(?![\p{{L}}\p{{M}}\p{{N}}])"
)
PART = regex.compile(r"[\p{L}\p{M}ः]+|\d")


def numbers(reading: Reading) -> Iterator[tuple[Span, str]]:
    """Each run of digits in words, or of single digits far apart, with the digits that it says."""
    for run in reading.find(RUN):
        parts = PART.findall(run.group())
        if len(parts) > 1:
            yield Span(*run.span()), _digits(parts)


def _digits(parts: list[str]) -> str:
    said, times = "", 1
    for part in parts:
        if part in TIMES:
            times = TIMES[part]
        else:
            said, times = said + VALUES.get(part, part) * times, 1
    return said
