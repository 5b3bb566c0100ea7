"""What a new password must be: long enough, not among the first that anybody would try."""

import re
import unicodedata
from collections.abc import Iterable

from zxcvbn import zxcvbn

from portal.models import User

SHORTEST = 12
LONGEST = 128
# An attacker who tries likely passwords first reaches a common one within this many guesses.
TOO_FEW_GUESSES = 100_000
# The estimate takes time that grows with the length, and no list of common passwords reaches farther.
LONGEST_COMMON = 24
# Beyond this the estimate of strength would only cost time.
MOST_ESTIMATED = 72
# Besides what is their own, this much has to be there.
LEAST_OF_THEIR_OWN = 6

COMMON = (
    "Choose another password: this one is easy to guess. Several words that do not belong together are good."
)
PERSONAL = (
    "Choose another password: this one is made of your name or email address, or of your clinic’s name."
)


def check_length(password: str) -> str:
    """Counted as people count: one letter is one, in every script."""
    length = len(unicodedata.normalize("NFC", password))
    if length < SHORTEST:
        raise ValueError(f"Enter a password of at least {SHORTEST} characters.")
    if length > LONGEST:
        raise ValueError(f"Enter a password of at most {LONGEST} characters.")
    return password


def check_common(password: str) -> str:
    """Known lists, keyboard rows, repeated and counted letters, dates."""
    if len(password) <= LONGEST_COMMON and zxcvbn(password)["guesses"] < TOO_FEW_GUESSES:
        raise ValueError(COMMON)
    return password


def check_personal(password: str, own: Iterable[str]) -> str:
    """Little may be left when the words are taken out that anybody who knows the person would try."""
    rest = _plain(password)
    words = {_plain(part) for text in [*own, "doctors portal"] for part in (text, *re.split(r"[\W_]+", text))}
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= 3:
            rest = rest.replace(word, "")
    if len(rest) < LEAST_OF_THEIR_OWN and rest != _plain(password):
        raise ValueError(PERSONAL)
    return password


def strength(password: str) -> int:
    """From 0, guessed at once, to 4; only an estimate, and no rule."""
    return int(zxcvbn(password[:MOST_ESTIMATED])["score"]) if password else 0


def words_of(user: User) -> list[str]:
    """What anybody who knows this person would try."""
    doctor = user.doctor
    return [user.email, doctor.full_name, doctor.clinic_name or ""] if doctor else [user.email]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())
