"""Whatever is typed, the rules answer: soon, without an error, and with offsets that lead to the words."""

import logging
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import checks
from portal.checks import Author, Draft, Piece
from portal.checks.reading import Reading
from portal.checks.rule import Around

AUTHOR = Author(
    full_name="Dr Kavita Deshmukh",
    clinic_name="Deshmukh Heart Clinic",
    clinic_address="14 FC Road, Shivajinagar, Pune 411004",
    emails=("care@deshmukhheart.example",),
    phones=("+91 98220 14567",),
    websites=("deshmukhheart.example",),
    registration_number="MMC/2004/05/1234",
    titles=("Cardiology",),
)
LONG = 50_000
# Seconds of processor time that one rule may take for a text of that length.
SOON = 1.0
# Words that rules look for, so that made-up texts reach deep into them.
TELLING = st.sampled_from(
    [
        "my patient",
        "Sunita Sharma",
        "93F",
        "admitted on",
        "3 May",
        "kal",
        "मरीज़ को",
        "guaranteed",
        "cure",
        "diabetes",
        "कैंसर",
        "का इलाज",
        "no",
        "never",
        "100%",
        "100 प्रतिशत",
        "SSN 536-90-4399",
        "5\u200b36-90-4399",
        "+91 98765 43210",
        "a.b@gmail.com",
        "https://x.y/?mrn=1",
        "@ravi",
        "UHID: 0048",
        "\u202eabc",
        "é",
        "ﬁ",
        "👩\u200d⚕️",
        "１２３",
        "Dr. Rao",
        "before and after",
        "#ad",
        "take",
        "500 mg",
        "twice a day",
        "İ",
        "ß",
        "ǆ",
        "ﷺ",
        "\n",
        ". ",
        ", ",
        "“",
        "”",
    ]
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
MIXED = st.lists(TELLING | st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=40)
HOSTILE = {
    "digits": "1",
    "groups of digits": "2345 ",
    "digits with spaces": "9 ",
    "spaces": " ",
    "capitals": "A",
    "short names": "Aa ",
    "letters": "a ",
    "at signs": "@",
    "addresses begun": "a.b@",
    "links begun": "http://",
    "links": "https://a.b/?patient=1 ",
    "labels": "mrn: ",
    "dots": ".",
    "lines": "\n",
    "quotes": "“best ",
    "denials": "no the of is a ",
    "claims": "no side effects guaranteed cure ",
    "a story without a full stop": "my patient Sunita Sharma on 3 May the cure of diabetes no 93 yrs ",
    "phones": "98765 43210, ",
    "sharing": "like share follow and comment ",
    "sellers": "people who ",
    "tags": "#a ",
    "hindi": "मधुमेह का इलाज ",
    "titles": "dr a ",
    "emoji": "👩‍⚕️",
    "accents": "e\u0301",
    "hidden characters": "\u200b",
    "right to left": "\u202eשלום ",
    "doses": "500 mg ",
    "cures": "cures a b c d e f ",
    "promises": "increase your a b ",
    "streets": "12 Abc Def Ghi ",
    "dashes": "-",
    "people in the news": "Mr Abc told a patient at https://bbc.com/a ",
    "somebody": "a patient, he was our old ",
    "hashtags": "#patientdoctorclinicAbCd ",
    "numbers in words": "nine double two ",
    "thanks": "a note “dr was so ",
    "offers": "free check-up half the usual two ",
    "sides": "first photo pehle left week 1 ",
    "brands unknown": "i tell Abc AbcDef gummies ",
    "boasts": "the best a of nobody in ",
    "signs": "gu@r0nt33d pain a b chest ",
    "answers": "you your treatment @a ",
}


def findings(text: str, **said: str) -> tuple[checks.Finding, ...]:
    return checks.look(Draft((Piece(text, **said),)), AUTHOR, "IN").findings  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXT | MIXED.map(" ".join) | MIXED.map("".join))
def test_offsets_lead_to_the_words_in_any_text(text: str) -> None:
    for finding in findings(text):
        assert text[finding.start : finding.end] == finding.words
        assert 0 <= finding.start <= finding.end <= len(text)


@settings(max_examples=60, deadline=None)
@given(
    text=TEXT | MIXED.map(" ".join),
    kind=st.sampled_from(["reply", "alt_text", "file_name", "link_title", "link"]),
)
def test_every_kind_of_piece_is_read(text: str, kind: str) -> None:
    for finding in findings(text, kind=kind):
        assert text[finding.start : finding.end] == finding.words


@pytest.mark.parametrize("pattern", HOSTILE.values(), ids=HOSTILE)
def test_no_rule_lingers_over_a_hostile_text(pattern: str) -> None:
    text = (pattern * (LONG // len(pattern) + 1))[:LONG]
    draft = Draft((Piece(text),))
    around = Around(draft, AUTHOR, "GB", {piece: Reading(piece.text) for piece in draft.pieces})

    slow = {}
    for name, rule in checks.RULES.items():
        begun = time.process_time()
        for piece in draft.pieces:
            list(rule.looks(piece, around.readings[piece], around))
        if (taken := time.process_time() - begun) > SOON:
            slow[name] = round(taken, 2)

    assert not slow, "seconds of processor time"


PLANTED = "Sunita Zimmerwald"


def test_findings_reach_no_log_and_no_text_of_an_object_with_their_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    text = f"My patient {PLANTED}, SSN 536-90-4399, was cured. Guaranteed cure for diabetes!"
    with caplog.at_level(logging.DEBUG):
        report = checks.look(Draft((Piece(text),)), AUTHOR, "IN")
        logging.getLogger("portal").warning("%s %r %s", report, report, [f.masked for f in report.findings])

    assert {"P01", "P04", "C01"} <= {finding.id for finding in report.findings}
    for planted in (*PLANTED.split(), "4399", "Guaranteed cure"):
        assert planted not in caplog.text
    assert PLANTED not in repr(Draft((Piece(text),)))
