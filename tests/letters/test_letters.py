"""Each letter as its reader gets it: compared with the one in samples/."""

import re
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask import Flask

from portal import mail
from tests.markup import text_of

SAMPLES = Path(__file__).parent / "samples"
ASHA = {"full_name": "Dr. Asha Menon"}
ABOUT = {**ASHA, "network": "X", "account": "Dr. Asha Menon", "post_id": 7, "permalink": None}
TASK = {**ASHA, "network": "Quora", "account": "Asha Menon", "post_id": 7, "publication_id": 9}


def _posts(number: int) -> list[dict[str, Any]]:
    when = {"at": "Monday 23 November, 9:00 am", "zone": "Asia/Kolkata"}
    return [{"post_id": 1 + place, "account": "Dr. Asha Menon", **when} for place in range(number)]


NEWS: dict[str, Any] = {
    **ASHA,
    "is_good": False,
    "items": [{"post_id": number} for number in range(1, 14)],
    "groups": [
        {"kind": "failed", "network": "X", "platform": "twitter", "count": 12, "why": "X was away."}
        | {"posts": _posts(9)},
        {"kind": "asked", "network": "Reddit", "platform": "reddit", "count": 1, "why": "No clear answer."}
        | {"posts": [{"post_id": 13, "account": "asha_o'menon", "at": None}]},
    ],
}
GOOD = [
    {"kind": "published", "network": "X", "platform": "twitter", "count": 3, "why": None, "posts": _posts(3)}
]
OF_ONE = [{**group, "count": 1, "posts": _posts(1)} for group in NEWS["groups"]]
LETTERS: dict[str, tuple[str, dict[str, Any]]] = {
    "code_registration": ("code", {"full_name": None, "purpose": "registration", "digits": "012345"}),
    "code_login": ("code", {**ASHA, "purpose": "login", "digits": "012345"}),
    "code_reset": ("code", {**ASHA, "purpose": "reset", "digits": "012345"}),
    "code_administrator": ("code", {"full_name": None, "purpose": "login", "digits": "012345"}),
    "account_exists": ("account_exists", {}),
    "no_account": ("no_account", {}),
    "password_changed": ("password_changed", ASHA),
    "new_device": ("new_device", {**ASHA, "device": "Chrome on Windows", "address": "192.0.2.7"}),
    "password_changed_undo": ("password_changed", {**ASHA, "word": "a-secret-word"}),
    "email_changed": ("email_changed", {**ASHA, "word": "a-secret-word", "new_email": "new@example.org"}),
    "code_email": ("code", {"full_name": None, "purpose": "email", "digits": "012345"}),
    **{
        action.replace(" ", "_"): ("account_changed", {**ASHA, "action": action, **more})
        for action, more in (
            ("authenticator set up", {}),
            ("authenticator removed", {}),
            ("app reported lost", {}),
            ("new recovery codes", {}),
            ("recovery code used", {"left": 1}),
            ("passkey added", {"name": "Phone"}),
            ("passkey removed", {"name": "Phone"}),
            ("copy taken", {}),
            ("stayed", {}),
        )
    },
    "verified": ("verified", {**ASHA, "waiting": 0}),
    "verified_and_goes_on": ("verified", {**ASHA, "waiting": 2}),
    "post_published": ("about_post", {**ABOUT, "kind": "published", "why": None}),
    "post_failed": ("about_post", {**ABOUT, "kind": "failed", "why": "X says that this was there before."}),
    "post_held": ("about_post", {**ABOUT, "kind": "held", "why": "It is <late>."}),
    "post_repeat": ("about_post", {**ABOUT, "kind": "repeat", "why": "The text must be shorter for X."}),
    "post_asked": ("about_post", {**ABOUT, "kind": "asked", "why": "We got no clear answer."}),
    "posts_need_you": ("about_posts", NEWS),
    "posts_failed": ("about_posts", NEWS | {"items": NEWS["items"][:12], "groups": NEWS["groups"][:1]}),
    "posts_published": ("about_posts", {**ASHA, "is_good": True, "items": NEWS["items"][:3], "groups": GOOD}),
    "post_twice": ("about_posts", NEWS | {"items": [{"post_id": 1}] * 2, "groups": OF_ONE}),
    "assist_due": ("assist_due", TASK),
    "assist_reminder": ("assist_reminder", {**TASK, "is_last": False}),
    "assist_last_reminder": ("assist_reminder", {**TASK, "is_last": True}),
    "more_needed": ("more_needed", {**ASHA, "reason": "Which <year> was it?"}),
    "licence_ending": ("licence_ending", {**ASHA, "ends": "22 November 2027", "days": 30}),
    "leaving": ("leaving", {**ASHA, "until": "6 December 2026"}),
    "left": ("left", {"full_name": None}),
    "licence_lapsed": ("licence_lapsed", ASHA),
    "verification_suspended": ("verification_stopped", {**ASHA, "reason": "A warning.", "is_for_now": True}),
    "verification_revoked": ("verification_stopped", {**ASHA, "reason": "Struck off.", "is_for_now": False}),
    "administrator_made": ("administrator_made", {"full_name": None}),
    "registration_twice": ("registration_twice", {"full_name": None, "doctor_id": 7}),
    "clocks_changed": (
        "clocks_changed",
        {
            **ASHA,
            "number": 12,
            "posts": [{"id": 7, "at": "Monday 23 November 2026, 9:00 am", "zone": "Asia/Kolkata"}],
        },
    ),
    "rejected": ("rejected", {**ASHA, "reason": "There is no <such> number.\nWhich year was it?"}),
}


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_reads_as_it_should(database: None, name: str) -> None:
    letter, context = LETTERS[name]
    drawn = mail.draw(letter, "asha@example.org", **context)
    assert f"Subject: {drawn.subject}\n\n{drawn.body}" == (SAMPLES / f"{name}.txt").read_text()


@pytest.mark.parametrize("name", LETTERS)
def test_its_html_is_sound_and_says_the_same(database: None, name: str) -> None:
    letter, context = LETTERS[name]
    drawn = mail.draw(letter, "asha@example.org", **context)
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(drawn.html)
    assert parser.errors == []
    read = text_of(root.find("body"))
    for sentence in ("ten minutes", "need not do anything", "Dr. Asha Menon", "012345"):
        assert (sentence in read) == (sentence in words(drawn.body)), sentence
    assert set(re.findall(r"http\S+", drawn.body)) <= set(re.findall(r'href="([^"]+)"', drawn.html))
    assert set(re.findall(r"\b\d{6}\b", drawn.html)) <= {"012345"}
    assert "<img" not in drawn.html and "<script" not in drawn.html
    assert "None" not in read


def test_every_letter_has_its_three_parts(app: Flask) -> None:
    folders = [
        folder for folder in (Path(app.root_path).parent / "templates/letters").iterdir() if folder.is_dir()
    ]
    for folder in folders:
        assert {part.name for part in folder.iterdir()} == {"subject.txt", "body.txt", "body.html"}, folder
