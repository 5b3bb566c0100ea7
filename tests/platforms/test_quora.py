"""What is Quora's own: addresses by their form, questions, and the task that a doctor gets."""

from dataclasses import replace

import pytest

from portal.platforms.base import Author, Content, Media
from portal.platforms.quora import Quora

quora = Quora()
ASHA = Author("Asha-Menon-12", "profile", "Asha Menon", "Asha-Menon-12")
PLAIN = Content("Because we must.", ASHA)
QUESTION = "https://www.quora.com/How-does-dehydration-affect-blood-pressure"
ANSWER = f"{QUESTION}/answer/Ana-Example-12"
TRACKED = "?ch=10&oid=123&share=abc&srid=xyz&target_type=answer"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        (ANSWER, ANSWER),
        (ANSWER + TRACKED, ANSWER),
        (ANSWER + "#top", ANSWER),
        (ANSWER + "/", ANSWER),
        (ANSWER.replace("https:", "http:"), ANSWER),
        (ANSWER.replace("www.", ""), ANSWER),
        (ANSWER.replace("www.quora.com", "WWW.Quora.COM"), ANSWER),
        ("https://qr.ae/pAbCdE", "https://qr.ae/pAbCdE"),
        (
            "https://heartspace.quora.com/Three-signs-of-dehydration",
            "https://heartspace.quora.com/Three-signs-of-dehydration",
        ),
        (
            "https://es.quora.com/Como-afecta/answer/Ana-Example-12",
            "https://es.quora.com/Como-afecta/answer/Ana-Example-12",
        ),
        (
            "https://www.quora.com/profile/Ana-Example-12/Three-signs",
            "https://www.quora.com/profile/Ana-Example-12/Three-signs",
        ),
    ],
)
def test_the_address_of_a_post_is_known_and_tidied(address: str, kept: str) -> None:
    remote_id = quora.remote_id_from_permalink(address)

    assert remote_id is not None
    assert quora.permalink(remote_id, ASHA) == kept


@pytest.mark.parametrize(
    "address",
    [
        QUESTION,  # the question, not the answer
        "https://es.quora.com/Como-afecta",
        "https://www.quora.com/",
        "https://www.quora.com/profile/Ana-Example-12",
        "https://heartspace.quora.com/",
        "https://qr.ae/",
        "https://www.quora.com.evil.example/x/answer/y",
        "https://evilquora.com/x/answer/y",
        "https://www.quora.com@evil.example/x/answer/y",
        "https://asha:secret@www.quora.com/x/answer/y",
        "https://www.quora.com:8443/x/answer/y",
        "https://www.quora.com:x/x/answer/y",
        "https://[www.quora.com/x/answer/y",
        "ftp://www.quora.com/x/answer/y",
        "javascript:alert(1)",
        "www.quora.com/x/answer/y",
        "",
    ],
)
def test_every_other_address_is_refused(address: str) -> None:
    assert quora.remote_id_from_permalink(address) is None


@pytest.mark.parametrize(
    ("address", "slug", "name"),
    [
        ("https://www.quora.com/profile/Asha-Menon", "Asha-Menon", "Asha Menon"),
        ("https://www.quora.com/profile/Asha-Menon-12?ref=x", "Asha-Menon-12", "Asha Menon"),
        ("http://quora.com/profile/Asha-Menon/", "Asha-Menon", "Asha Menon"),
        ("https://www.quora.com/profile/Jos%C3%A9-Ramos", "José-Ramos", "José Ramos"),
    ],
)
def test_a_profile_is_known_by_its_address(address: str, slug: str, name: str) -> None:
    identity = quora.identity_at(address)

    assert identity is not None
    assert (identity.remote_id, identity.display_name, identity.handle) == (slug, name, slug)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "Asha Menon",
        "https://www.quora.com/",
        "https://www.quora.com/profile/",
        "https://www.quora.com/profile/-12",
        "https://www.quora.com/profile/Asha%00Menon",
        "https://www.quora.com/profile/Asha-Menon/A-post",
        "https://heartspace.quora.com/profile/Asha-Menon",
        "https://qr.ae/profile/Asha-Menon",
        "https://evilquora.com/profile/Asha-Menon",
        ANSWER,
    ],
)
def test_what_is_no_profile_connects_nobody(address: str) -> None:
    assert quora.identity_at(address) is None


@pytest.mark.parametrize(
    "question",
    [QUESTION, QUESTION.replace("com/", "com/unanswered/"), "https://es.quora.com/Como-afecta", None, ""],
)
def test_a_question_may_be_named(question: str | None) -> None:
    content = replace(PLAIN, options={"question_url": question})
    assert quora.problems(content) == []


@pytest.mark.parametrize(
    "question",
    [
        "Why do we sleep?",
        ANSWER,
        "https://www.quora.com/",
        "https://www.quora.com/answer",
        "https://heartspace.quora.com/A-post",
        "https://elsewhere.example/Why",
        f"https://www.quora.com/{'a' * 300}",
        5,
        True,
        ["https://www.quora.com/Why"],
    ],
)
def test_what_is_no_question_is_refused(question: object) -> None:
    problems = quora.problems(replace(PLAIN, options={"question_url": question}))

    assert [problem.field for problem in problems] == ["options.question_url"]
    assert quora.by_hand(replace(PLAIN, options={"question_url": question})).address == quora.home


def test_pictures_are_taken_and_videos_are_not() -> None:
    picture = Media(1, "https://portal.example/a", "image/png", 10)
    video = Media(2, "https://portal.example/b", "video/mp4", 10)

    assert quora.problems(replace(PLAIN, media=(picture,))) == []
    (problem,) = quora.problems(replace(PLAIN, media=(picture, video)))
    assert (problem.field, problem.words) == (
        "media",
        "Quora takes pictures as JPEG, PNG or GIF. Take the other files out.",
    )


def test_nothing_is_ever_sent_there() -> None:
    assert quora.is_by_hand("profile")


def test_an_answer_is_pasted_below_its_question() -> None:
    content = replace(PLAIN, link="https://clinic.example/a", options={"question_url": f"{QUESTION}?ch=1"})

    task = quora.by_hand(content)

    assert task.address == QUESTION
    assert task.texts == ("Because we must.\n\nhttps://clinic.example/a",)
    assert "Answer" in task.how and "Asha Menon" in task.how
    assert any("already" in words or "before" in words for words in task.checks)
    assert any("your own site" in words for words in task.checks)


def test_what_answers_nothing_begins_on_the_front_page() -> None:
    task = quora.by_hand(PLAIN)

    assert task.address == "https://www.quora.com/"
    assert "Create post" in task.how
    assert not any("link leads" in words for words in task.checks)
