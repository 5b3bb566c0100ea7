"""The living style page at /design: every component in every state, for those who build and test pages."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, abort, current_app, flash, make_response, render_template
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    EmailField,
    FileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

LONG_NAME = "Dr Venkatanarasimharajuvaripeta Subrahmanyam-Ramachandran Iyer"
NAMES = [LONG_NAME, "डॉ. आशा कुलकर्णी", "د. ليلى عبد الرحمن", "Dr Asha Rao"]
NETWORKS = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "linkedin": "LinkedIn",
    "twitter": "X (Twitter)",
    "youtube": "YouTube",
    "reddit": "Reddit",
    "quora": "Quora",
}
ACCOUNTS = [SelectChoice("1", "LinkedIn"), SelectChoice("2", "X (Twitter)"), SelectChoice("3", "Facebook")]
FILLED = {"audience": "all", "accounts": ["1"], "full_name": LONG_NAME}
SPECIALITIES = [SelectChoice("", "Choose a speciality"), SelectChoice("1", "Cardiology")]
AUDIENCES = [SelectChoice("all", "Everybody"), SelectChoice("own", "My connections")]


class SampleForm(FlaskForm):
    """One field of each kind."""

    full_name = StringField("Full name")
    email = EmailField("Email")
    password = PasswordField("Password")
    code = StringField("Code")
    bio = TextAreaField("About you")
    speciality = SelectField("Speciality", choices=SPECIALITIES)
    at = DateTimeLocalField("Date and time")
    photo = FileField("Photo")
    news = BooleanField("Write to me when a post could not go out")
    audience = RadioField("Who may see it", choices=AUDIENCES)
    accounts = SelectMultipleField("Accounts", choices=ACCOUNTS)


def init_app(app: Flask) -> None:
    app.add_url_rule("/design", "design", show)
    app.add_url_rule("/design/letter", "design_letter", show_letter)


def show() -> str:
    _only_for_builders()
    flash("Your profile is saved.", "good")
    flash({"words": "Moved to Tuesday 24 November, 9:30 am.", "undo": "/design"}, "info")  # type: ignore[arg-type]
    return render_template("design.html", **samples())


def show_letter() -> Response:
    """A letter carries its style on its elements, which pages may not: this one address allows it."""
    _only_for_builders()
    response = make_response(render_template("design_letter.html"))
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


def samples() -> dict[str, Any]:
    """What the page's components show."""
    now = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    networks = {key: SimpleNamespace(key=key, label=label) for key, label in NETWORKS.items()}
    return {
        "form": SampleForm(formdata=None, data=FILLED),
        "refused": refused_form(),
        "names": NAMES,
        "networks": networks,
        "now": now,
        "zone": "Asia/Kolkata",
        "weeks": sample_month(networks),
        "events": sample_events(now),
        "viewer": sample_viewer(),
    }


def sample_viewer() -> dict[str, Any]:
    return {
        "name": LONG_NAME,
        "email": "venkat.subrahmanyam@clinic.example",
        "picture": None,
        "verification": "verified",
        "is_administrator": False,
    }


def refused_form() -> SampleForm:
    form = SampleForm(formdata=None, prefix="refused")
    problems = {
        "full_name": "Enter your full name.",
        "email": "Enter an email address such as asha@clinic.example.",
        "password": "Enter a password of at least 12 characters.",
        "bio": "About you must be 500 characters or fewer.",
        "speciality": "Choose a speciality.",
        "audience": "Choose who may see it.",
        "news": "Choose whether we may write to you.",
    }
    for name, words in problems.items():
        form[name].errors = [words]
    return form


def sample_month(networks: dict[str, Any]) -> list[list[Any]]:
    """November 2026 with a few posts in it."""
    first = date(2026, 10, 26)
    days = [sample_day(first + timedelta(days=n), networks) for n in range(42)]
    return [days[n : n + 7] for n in range(0, 42, 7)]


def sample_day(day: date, networks: dict[str, Any]) -> Any:
    entries = {
        3: [("published", "9:30 am", "World Diabetes Month: know your numbers", ["linkedin", "twitter"])],
        12: [("failed", "6:00 pm", "Walk for your heart", ["facebook"])],
        23: [
            ("scheduled", "8:00 am", "Why a fever is a friend, and when it is not", ["linkedin"]),
            ("awaiting_doctor", "1:15 pm", "How long does a cold last?", ["quora"]),
            ("draft", "5:00 pm", "नींद और दिल का रिश्ता", ["facebook", "instagram", "twitter"]),
        ],
        26: [("held", "7:45 am", "متى تزور الطبيب؟", ["reddit"])],
    }
    found = entries.get(day.day, []) if day.month == 11 else []
    return SimpleNamespace(
        date=day,
        name=f"{day:%A} {day.day} {day:%B}",
        is_today=day == date(2026, 11, 23),
        is_outside=day.month != 11,
        href=f"/calendar?day={day}",
        new_href=f"/posts/new?on={day}",
        entries=[(status, time, words, [networks[k] for k in keys]) for status, time, words, keys in found],
    )


def sample_events(now: datetime) -> list[dict[str, Any]]:
    earlier = now - timedelta(days=1)
    return [
        {"at": earlier, "words": "You wrote this post.", "icon": "pencil"},
        {"at": earlier, "words": "You planned it for Monday, 9:30 am.", "tone": "calm", "icon": "clock"},
        {"at": now, "words": "LinkedIn took it.", "tone": "good", "icon": "check-lg",
         "link": {"href": "https://www.linkedin.com/feed/", "label": "Open the post on LinkedIn"}},
        {"at": now, "words": "X gave no answer. We are looking whether it is there.", "tone": "attention",
         "icon": "question-lg", "detail": "We never send it again before we know."},
        {"at": now, "words": "Facebook did not take it.", "tone": "danger", "icon": "x-lg",
         "detail": "Your account has to be connected again."},
    ]  # fmt: skip


def _only_for_builders() -> None:
    if not (current_app.debug or current_app.testing):
        abort(404)
