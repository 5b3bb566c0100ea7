"""What a post may say about itself."""

from typing import Any

import pytest
from pydantic import ValidationError

from portal.inputs import problems
from portal.posts.inputs import Confirmation, NewPost, PostChanges


def refused_fields(**fields: Any) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        NewPost(**fields)
    return [problem.field for problem in problems(refused.value)]


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"content": None}, "content"),
        ({"content": "x" * 50_001}, "content"),
        ({"content": "a\x00b"}, "content"),
        ({"content": "\ud800"}, "content"),
        ({"scheduled_at": "2026-11-23T09:00:00"}, "scheduled_at"),
        ({"scheduled_at": "tomorrow"}, "scheduled_at"),
        ({"scheduled_at": 1_800_000_000}, "scheduled_at"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"link": "example.org"}, "link"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://a b.example"}, "link"),
        ({"link": "https://[::1"}, "link"),
        ({"social_account_ids": [2**70]}, "social_account_ids.0"),
        ({"social_account_ids": [0]}, "social_account_ids.0"),
        ({"social_account_ids": [1] * 51}, "social_account_ids"),
        ({"social_account_id": 1, "publications": []}, ""),
        ({"publications": [{"content": "no account"}]}, "publications.0.social_account_id"),
        ({"publications": [{"social_account_id": 1, "options": {"a": {"b": 1}}}]}, "publications.0.options"),
        ({"publications": [{"social_account_id": 1, "options": {"a": "\x00"}}]}, "publications.0.options"),
        ({"publications": [{"social_account_id": 1, "options": {"a": "\ud800"}}]}, "publications.0.options"),
        ({"publications": [{"social_account_id": 1, "options": {"a": ["b", []]}}]}, "publications.0.options"),
        ({"status": "published"}, "status"),
        ({"patient": "no"}, "patient"),
    ],
)
def test_what_is_not_a_post_is_refused_by_name(fields: dict[str, Any], refused: str) -> None:
    assert refused_fields(**fields) == [refused]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"content": "x" * 50_001}, "This must be at most 50,000 characters long."),
        ({"social_account_ids": [1] * 51}, "Choose at most 50."),
    ],
)
def test_what_is_too_much_is_told_with_its_measure(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        NewPost(**fields)

    assert [problem.words for problem in problems(refused.value)] == [words]


def test_accounts_may_be_named_in_three_ways() -> None:
    one = NewPost(social_account_id=7).accounts
    several = NewPost(social_account_ids=[7]).accounts
    written_out = NewPost(publications=[{"social_account_id": 7}]).accounts
    assert one == several == written_out
    assert NewPost().accounts is None


def test_a_change_knows_what_was_sent() -> None:
    assert PostChanges(link=None).says("link")
    assert not PostChanges(content="new").says("link")


@pytest.mark.parametrize("answer", [{}, {"absent": True, "permalink": "https://x.com/a/status/1"}])
def test_a_confirmation_is_one_answer(answer: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Confirmation(**answer)
