"""Each rule is asked about its own examples."""

from typing import Any

import pytest

from portal import checks
from portal.checks import Author, Draft, Piece
from tests.checks.asking import look

AT_LEAST = 5
ALL = [(rule.id, example) for rule in checks.RULES.values() for example in rule.examples["found"]]
NONE = [(rule.id, example) for rule in checks.RULES.values() for example in rule.examples["passed"]]


def named(case: tuple[str, dict[str, Any]]) -> str:
    return f"{case[0]}: {case[1].get('text', '')[:50]}"


@pytest.mark.parametrize("case", ALL, ids=named)
def test_an_example_is_found(case: tuple[str, dict[str, Any]]) -> None:
    name, example = case

    found = [finding for finding in look(example).findings if finding.id == name]

    assert found, "nothing was found"
    if "words" in example:
        assert example["words"] in [finding.words for finding in found]
    if "severity" in example:
        assert example["severity"] in [finding.severity for finding in found]


@pytest.mark.parametrize("case", NONE, ids=named)
def test_an_example_passes(case: tuple[str, dict[str, Any]]) -> None:
    name, example = case
    assert [f.words or f.severity for f in look(example).findings if f.id == name] == []


@pytest.mark.parametrize("name", sorted(checks.RULES))
def test_a_rule_is_whole(name: str) -> None:
    rule = checks.RULES[name]

    assert len(rule.examples["found"]) >= AT_LEAST and len(rule.examples["passed"]) >= AT_LEAST
    assert rule.reason and rule.source and rule.title
    for by_pack in rule.severity.values():
        assert "*" in by_pack or set(by_pack) == set(checks.PACKS)


PROMISES = {"safe", "safer", "safely", "compliant", "compliance", "guaranteed", "de-identified", "anonymous"}
WORDS_AT_MOST = 18


@pytest.mark.parametrize("name", sorted(checks.RULES))
def test_a_rule_speaks_in_short_sentences_and_promises_nothing(name: str) -> None:
    rule = checks.RULES[name]

    for words in filter(None, (rule.title, rule.reason, rule.suggestion)):
        assert not PROMISES & set(words.lower().strip(".").split())
        sentences = [part for part in words.replace(":", ".").split(".") if part.strip()]
        assert max(len(sentence.split()) for sentence in sentences) <= WORDS_AT_MOST


def test_offsets_lead_back_to_the_words_as_they_were_typed() -> None:
    text = "Zero\u200b width: 5\u200b36-90-4399 ﬁrst."
    (finding,) = [f for f in checks.look(Draft((Piece(text),)), Author(), "US").findings if f.id == "P04"]
    assert text[finding.start : finding.end] == "5\u200b36-90-4399" == finding.words


def test_a_finding_shown_in_a_log_tells_nothing_of_the_words() -> None:
    report = checks.look(Draft((Piece("536-90-4399"),)), Author(), "US")
    (finding,) = [f for f in report.findings if f.id == "P04"]
    assert "4399" not in finding.masked and "4399" not in repr(finding)
