"""Every sentence can be read by somebody at grade 8 of school, measured by Flesch and Kincaid's formula."""

from pathlib import Path

import pytest
import textstat

from tests.pages import reading

GRADE = 8.0
# With fewer words the formula measures one long word, not a sentence: then long words alone are looked for.
ENOUGH_WORDS = 8
LONG = 5  # syllables

# Words that every doctor reads daily, or names that nobody can put more simply; each counts as an easy one.
KNOWN = frozenset(
    [
        *("administrator", "administrators", "authenticator", "registration", "verification", "speciality"),
        *("specialities", "sub-speciality", "sub-specialities", "national", "medical"),
        *("facebook", "instagram", "linkedin", "youtube", "reddit", "quora"),
    ]
)

# Sentences that stay as they are, each with the reason.
EXCEPTIONS: dict[str, str] = {}


def hard(sentences: list[str]) -> list[str]:
    """Those that are too hard, each with what is hard about it."""
    found = []
    for sentence in sentences:
        words = reading.words_of(sentence)
        easy = [word if word.lower() not in KNOWN else "it" for word in words]
        if len(words) >= ENOUGH_WORDS:
            grade = textstat.flesch_kincaid_grade(" ".join(easy) + ".")
            if grade > GRADE and sentence not in EXCEPTIONS:
                found.append(f"grade {grade:.1f}: {sentence}")
        elif long := [word for word in easy if textstat.syllable_count(word) >= LONG]:
            found.append(f"{', '.join(long)}: {sentence}")
    return found


@pytest.fixture(scope="module", autouse=True)
def english() -> None:
    textstat.set_lang("en_US")


def test_the_templates_say_it_simply(project_root: Path) -> None:
    templates = project_root / "templates"
    found = {}
    for path in reading.files(templates, "*.*", but=("api", "design.html", "design_letter.html")):
        if trouble := hard(reading.of_template(path.read_text())):
            found[str(path.relative_to(templates))] = trouble
    assert not found, "\n".join(f"{name}\n    " + "\n    ".join(each) for name, each in found.items())


def test_the_code_says_it_simply(project_root: Path) -> None:
    code = project_root / "portal"
    found = {}
    for path in reading.files(code, "*.py", but=("sandbox", "api", "local", "embedded")):
        if trouble := hard(reading.of_code(path.read_text())):
            found[str(path.relative_to(code))] = trouble
    assert not found, "\n".join(f"{name}\n    " + "\n    ".join(each) for name, each in found.items())


def test_a_hard_sentence_is_found() -> None:
    said = "Subsequent authentication necessitates reauthorisation of all interconnected accounts."
    assert hard(reading.of_template(f"<p>{said}</p>"))
    assert hard(reading.of_code(f'WORDS = "{said}"'))
    assert not hard(reading.of_template("<p>Choose the accounts on which this post should go out.</p>"))
