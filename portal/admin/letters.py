"""A sample of every letter, for the backoffice to show: its folder, when it is sent, what it says of whom."""

from dataclasses import dataclass, field
from typing import Any

ASHA = {"full_name": "Dr. Asha Menon"}
POST = {**ASHA, "network": "LinkedIn", "account": "Dr. Asha Menon", "post_id": 7, "permalink": None}
TASK = {**ASHA, "network": "Quora", "account": "Asha Menon", "post_id": 7, "publication_id": 9}


def _listed(number: int) -> dict[str, Any]:
    planned = {"at": "Monday 23 November, 9:30 am", "zone": "Asia/Kolkata"}
    return {"post_id": number, "account": "Dr. Asha Menon", **planned}


NEWS = {
    **ASHA,
    "is_good": False,
    "items": [{"post_id": number} for number in (7, 8, 9)],
    "groups": [
        {
            "kind": "failed",
            "network": "X",
            "platform": "twitter",
            "count": 2,
            "why": "X was away for too long.",
        }
        | {"posts": [_listed(7), _listed(8)]},
        {"kind": "held", "network": "Reddit", "platform": "reddit", "count": 1, "why": "It is too late."}
        | {"posts": [_listed(9)]},
    ],
}


@dataclass(frozen=True)
class Sample:
    """One letter with invented people; `letter` is its folder."""

    letter: str
    when: str
    about: dict[str, Any] = field(default_factory=dict)


def _code(purpose: str, when: str) -> Sample:
    return Sample("code", when, {**ASHA, "purpose": purpose, "digits": "012345"})


LETTERS = {
    "code-registration": _code("registration", "Somebody registers."),
    "code-login": _code("login", "Somebody signs in with a new browser."),
    "code-reset": _code("reset", "Somebody has forgotten the password."),
    "account-exists": Sample("account_exists", "Somebody registers with an address that has an account."),
    "no-account": Sample("no_account", "A new password is asked for, and there is no account."),
    "password-changed": Sample("password_changed", "A password was changed.", ASHA),
    "email-changed": Sample(
        "email_changed",
        "The address was changed; the old one gets this.",
        {**ASHA, "word": "sample", "new_email": "asha.new@clinic.example"},
    ),
    "account-changed": Sample(
        "account_changed",
        "A second step of signing in was changed.",
        {**ASHA, "action": "passkey added", "name": "My phone", "left": None},
    ),
    "api-key-made": Sample(
        "api_key_made",
        "A key for programs was made.",
        {**ASHA, "name": "Clinic software", "rights": ["Read posts"]},
    ),
    "leaving": Sample("leaving", "A doctor leaves the portal.", {**ASHA, "until": "6 December 2026"}),
    "left": Sample("left", "The account of somebody who left was erased."),
    "new-device": Sample(
        "new_device",
        "Somebody signs in with a new browser or from a new place.",
        {**ASHA, "device": "Firefox on Linux", "address": "192.0.2.7"},
    ),
    "webhook-off": Sample(
        "webhook_off",
        "A program that should hear of posts does not answer.",
        {**ASHA, "why": "silent", "url": "https://clinic.example/hook", "webhook_id": 7},
    ),
    "administrator-made": Sample("administrator_made", "Somebody becomes an administrator."),
    "verified": Sample("verified", "A doctor is verified.", {**ASHA, "waiting": 2}),
    "more-needed": Sample(
        "more_needed",
        "The desk asks a doctor for more.",
        {**ASHA, "reason": "We need the year of your registration."},
    ),
    "rejected": Sample(
        "rejected",
        "A claim is turned down.",
        {**ASHA, "reason": "We did not find this number in the register."},
    ),
    "suspended": Sample(
        "verification_stopped",
        "A verification is suspended.",
        {**ASHA, "reason": "We look at a warning in the register.", "is_for_now": True},
    ),
    "revoked": Sample(
        "verification_stopped",
        "A verification is taken back.",
        {**ASHA, "reason": "The register does not show that you may practise now.", "is_for_now": False},
    ),
    "licence-ending": Sample(
        "licence_ending",
        "60, 30 and 7 days before a verification ends.",
        {**ASHA, "ends": "22 November 2027", "days": 30},
    ),
    "licence-lapsed": Sample("licence_lapsed", "A verification has ended.", ASHA),
    "registration-twice": Sample(
        "registration_twice",
        "Two accounts claim one registration; administrators get this.",
        {"full_name": None, "doctor_id": 7},
    ),
    "about-post": Sample(
        "about_post",
        "A post went out, did not, or waits.",
        {**POST, "kind": "failed", "why": "LinkedIn says that it was there before."},
    ),
    "about-posts": Sample("about_posts", "The same of several posts.", NEWS),
    "assist-due": Sample("assist_due", "It is time to post by hand.", TASK),
    "assist-reminder": Sample(
        "assist_reminder", "A post by hand has not been made.", {**TASK, "is_last": False}
    ),
    "reconnect-account": Sample(
        "reconnect_account",
        "A network wants an account to be connected again.",
        {**ASHA, "network": "X", "account": "Dr. Asha Menon", "waiting": 2},
    ),
    "account-ending": Sample(
        "account_ending",
        "A permission at a network ends soon.",
        {
            **ASHA,
            "network": "LinkedIn",
            "account": "Dr. Asha Menon",
            "ends": "Monday 23 November, 9:30 am",
            "zone": "Asia/Kolkata",
            "number": 1,
            "posts": [{"id": 7, "at": "Tuesday 24 November, 9:00 am"}],
        },
    ),
    "clocks-changed": Sample(
        "clocks_changed",
        "A country has new rules for its clocks.",
        {
            **ASHA,
            "number": 1,
            "posts": [{"id": 7, "at": "Tuesday 24 November, 9:00 am", "zone": "Asia/Kolkata"}],
        },
    ),
}
