"""A language model that an operator installed finds names that no list has; rules stand without it."""

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from portal import checks
from portal.checks import Author, Draft, Piece, Reading, recognisers
from portal.checks.reading import Span

# No list knows this name.
STORY = "She was admitted with fits, and two days later Zephyrine-Quux smiled again."
CALM = "Zephyrine-Quux wrote a fine book on hand washing."
NAME = "Zephyrine-Quux"


@pytest.fixture
def stand_in() -> Iterator[None]:
    """Finds one name, as a model would, wherever it stands."""

    def people(text: str) -> list[Span]:
        return [Span(text.index(NAME), text.index(NAME) + len(NAME))] if NAME in text else []

    recognisers.use(people, "stand-in")
    yield
    recognisers.use(None)


def names_found(text: str) -> list[str]:
    report = checks.look(Draft((Piece(text),)), Author(), "IN")
    return [found.words for found in report.findings if found.id == "P01"]


def test_it_is_off_unless_asked_for() -> None:
    assert recognisers.in_use() is None and recognisers.people_in(STORY) == []
    assert names_found(STORY) == []
    assert checks.look(Draft((Piece(CALM),)), Author(), "IN").rules_version == checks.RULES_VERSION


def test_what_it_finds_beside_a_patients_story_is_a_finding(stand_in: None) -> None:
    assert names_found(STORY) == [NAME]
    report = checks.look(Draft((Piece(STORY),)), Author(), "IN")
    assert report.rules_version == f"{checks.RULES_VERSION}+stand-in"


def test_the_rules_exceptions_hold_for_it_too(stand_in: None) -> None:
    assert names_found(CALM) == []
    assert names_found(f"Dr. {NAME} operated on a patient with me.") == []


def test_a_model_that_breaks_leaves_the_rules_alone() -> None:
    def broken(text: str) -> list[Span]:
        raise RuntimeError(text)

    recognisers.use(broken, "broken")
    try:
        assert names_found("Our patient Sunita Sharma was admitted.") == ["Sunita Sharma"]
    finally:
        recognisers.use(None)


def test_presidio_is_asked_for_people_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """With stand-ins under the names of the real modules: nothing is installed or downloaded for this."""
    asked: dict[str, Any] = {}

    class Found:
        start, end = STORY.index(NAME), STORY.index(NAME) + len(NAME)

    class AnalyzerEngine:
        def __init__(self, **facts: Any) -> None: ...

        def analyze(self, **facts: Any) -> list[Found]:
            asked.update(facts)
            return [Found()]

    class NlpEngineProvider:
        def __init__(self, nlp_configuration: dict[str, Any]) -> None:
            asked["model"] = nlp_configuration["models"][0]["model_name"]

        def create_engine(self) -> None: ...

    for name, parts in {
        "presidio_analyzer": {"AnalyzerEngine": AnalyzerEngine},
        "presidio_analyzer.nlp_engine": {"NlpEngineProvider": NlpEngineProvider},
        "spacy": {"load": lambda model: asked.update(loaded=model)},
    }.items():
        module = ModuleType(name)
        vars(module).update(parts)
        monkeypatch.setitem(sys.modules, name, module)

    found = recognisers.presidio("a_model")(Reading(STORY).text)
    assert [STORY[span.start : span.end] for span in found] == [NAME]
    assert asked["entities"] == ["PERSON"] and asked["model"] == asked["loaded"] == "a_model"


def test_a_model_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(recognisers.NotInstalled):
        recognisers.presidio("no_such_model")
