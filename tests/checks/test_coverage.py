"""Which checks there are: each id of the table, what software cannot do of it, and in which tongues."""

import json

import pytest
import regex

from portal import checks
from portal.checks.words import WORDS

# The table of checks, by its ids.
TABLE = [
    *(f"P{number:02}" for number in range(1, 20)),
    *(f"C{number:02}" for number in range(1, 14)),
    *(f"D{number:02}" for number in range(1, 7)),
    "E01",
    "E02",
]
# What the table asks for and no software here decides: the doctor is asked, or it is done at another door.
NOT_BY_SOFTWARE = {
    "P10": "that the rest of a post does not tell who it is: nobody but its author knows that",
    "P14": "who can be seen in a picture: each picture asks the doctor, and a patient needs a typed consent",
    "P15": "hidden facts are taken out when a file comes in; the rule only tells which they were",
    "P16": "names burned into a scan: no picture is read, only its name and description; DICOM is refused",
    "D03": "whether a profile at a network shows the registration: networks do not tell",
    "D06": "an interest that the post does not speak of",
    "C11": "whether a source that is named says what the post says",
}
# Claims that are made in Hindi, in its own letters and in Latin ones.
IN_HINDI = ("C01", "C02", "C03", "C06", "C08", "C09", "P01", "P07")
DEVANAGARI = regex.compile(r"\p{Devanagari}")
ROMANISED = regex.compile(
    r"\b(?:ka|ki|ke|ko|se|hai|hain|hua|hui|gaya|ilaa?j|pe?hle|sabse|karein|ladka|ladki|beta|mareez|dawa|roz"
    r"|din|liye|muft|pakka|hamara|hamare|hamari)\b",
    regex.IGNORECASE,
)
# The same word as Britain and India write it, and as America does.
SPELLINGS = (
    ("leukaemia", "leukemia"),
    ("caesarean", "cesarean"),
    ("tumour", "tumor"),
    ("paediatrician", "pediatrician"),
    ("orthopaedic", "orthopedic"),
    ("haemophilia", "hemophilia"),
    ("gynaecologist", "gynecologist"),
)


def found(name: str) -> list[str]:
    return [example.get("text", "") for example in checks.RULES[name].examples["found"]]


def test_every_id_of_the_table_is_a_rule_and_no_other_is() -> None:
    assert sorted(checks.RULES) == sorted(TABLE)


def test_what_software_cannot_do_is_named() -> None:
    assert set(NOT_BY_SOFTWARE) <= set(TABLE) and all(NOT_BY_SOFTWARE.values())


@pytest.mark.parametrize("name", IN_HINDI)
def test_a_claim_that_is_made_in_hindi_is_found_in_both_scripts(name: str) -> None:
    texts = found(name)
    assert any(DEVANAGARI.search(text) for text in texts), "no example in Hindi letters"
    assert any(ROMANISED.search(text) and not DEVANAGARI.search(text) for text in texts), "none in Latin ones"


@pytest.mark.parametrize("pair", SPELLINGS, ids="/".join)
def test_words_are_known_in_the_spellings_of_britain_and_of_america(pair: tuple[str, str]) -> None:
    known = " ".join(json.dumps(json.loads(WORDS.read_text(encoding="utf-8")), ensure_ascii=False).split())
    assert all(word in known for word in pair)


def test_what_rests_on_memory_says_so() -> None:
    assert "from memory" in checks.RULES["C03"].basis
