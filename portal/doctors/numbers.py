"""The shape of registration numbers: a wrong one is told at once, a right one proves nothing.

India: letters, digits, "/" and "-", no check digit; councils began in 1933. GMC: seven digits. GDC: six
digits, often written with CD. NPI (United States): ten digits, first 1 or 2, Luhn over 80840 and the number.
"""

import re

from stdnum import luhn

from portal import clock

MOST = 15
FIRST_YEAR = 1933
# What Luhn is counted over: the prefix of United States health identifiers.
NPI_PREFIX = "80840"
# Registers that number everybody in a country once: the same number is the same person, whatever a doctor
# calls the register, and whether it is the first number or the second.
NATIONAL = {
    "gmc": ("GB", "generalmedicalcounciluk"),
    "gdc": ("GB", "generaldentalcounciluk"),
    "npi": ("US", "npi"),
    "nmr": ("IN", "nationalmedicalregister"),
}
# What is written into a number for the eye; dentists in the United Kingdom write CD before theirs.
FOR_THE_EYE = "[^a-z0-9]+|^cd"

_ANY_NUMBER = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9 ./-]*", re.IGNORECASE)
_NPI = re.compile(r"\b(?:npi|nppes)\b|national provider", re.IGNORECASE)
_INDIAN_NUMBER = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9/ -]*", re.IGNORECASE)

ANY_NUMBER = f"Registration number must be {MOST} letters, digits, / or - at most, with a digit in it."
GMC_NUMBER = "A GMC number has 7 digits, such as 1234567."
GDC_NUMBER = "A GDC number has 5 or 6 digits, such as 123456."
NPI_NUMBER = "An NPI has 10 digits and begins with 1 or 2. Check it for a slip: its last digit does not fit."
NMR_NUMBER = "A National Medical Register id has 4 to 20 letters or digits."
YEAR_NEEDED = "Enter the year of registration: in India two doctors may have the same number, from two years."


def number_problem(country: str, council: str | None, number: str) -> str | None:
    """What is wrong with the shape of a registration number; nothing when it could be one."""
    kind = national_kind(country, council)
    if kind == "gdc":
        return None if re.fullmatch(r"(CD)?\d{5,6}", number, re.IGNORECASE | re.ASCII) else GDC_NUMBER
    if kind is not None:
        return gmc_problem(number) if kind == "gmc" else npi_problem(number)
    shape = _INDIAN_NUMBER if country == "IN" else _ANY_NUMBER
    return None if len(number) <= MOST and number.isascii() and shape.fullmatch(number) else ANY_NUMBER


def year_problem(country: str, year: int | None) -> str | None:
    """What is wrong with the year of registration."""
    this_year = clock.now().year
    if year is None:
        return YEAR_NEEDED if country == "IN" else None
    is_possible = FIRST_YEAR <= year <= this_year
    return None if is_possible else f"Year of registration must be from {FIRST_YEAR} to {this_year}."


def second_problem(kind: str | None, number: str | None) -> str | None:
    """What is wrong with the second number."""
    if not number:
        return None
    if kind == "npi":
        return npi_problem(number)
    if kind == "gmc":
        return gmc_problem(number)
    if kind == "gdc":
        return number_problem("GB", "dental", number)
    if kind == "nmr":
        return None if re.fullmatch(r"[A-Za-z0-9/-]{4,20}", number) else NMR_NUMBER
    return None if number.isascii() and _ANY_NUMBER.fullmatch(number) else ANY_NUMBER


def gmc_problem(number: str) -> str | None:
    return None if re.fullmatch(r"\d{7}", number, re.ASCII) else GMC_NUMBER


def npi_problem(number: str) -> str | None:
    digits = number.replace(" ", "").replace("-", "")
    is_shaped = re.fullmatch(r"[12]\d{9}", digits, re.ASCII) and len(set(digits)) > 1
    return None if is_shaped and luhn.is_valid(NPI_PREFIX + digits) else NPI_NUMBER


def claim_key(country: str, council: str | None, number: str | None, year: int | None) -> str | None:
    """The same words for the same registration, however it was typed; nothing while it is not whole."""
    named, numbered = _plain(council), _plain(number)
    if not named or not number or not numbered or (country == "IN" and year is None):
        return None
    if kind := national_kind(country, council):
        return national_key(kind, number)
    return f"{country}|{named}|{numbered}|{year if country in ('IN', 'other') else ''}"


def national_kind(country: str, council: str | None) -> str | None:
    """Which of the national registers a council is; none for one of several in its country."""
    if country == "GB":
        return "gdc" if "dental" in (council or "").lower() else "gmc"
    return "npi" if country == "US" and _NPI.search(council or "") else None


def national_key(kind: str, number: str) -> str:
    """As `claim_key`, of a number in a national register."""
    country, register = NATIONAL[kind]
    return f"{country}|{register}|{bare(number)}|"


def bare(number: str) -> str:
    """A number without what is only for the eye."""
    return re.sub(FOR_THE_EYE, "", number.lower())


def _plain(words: str | None) -> str:
    return "".join(letter for letter in (words or "").casefold() if letter.isalnum())
