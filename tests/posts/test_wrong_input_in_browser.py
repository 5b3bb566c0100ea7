"""One doctor makes every mistake there is, one after the other, in a browser with and without JavaScript.

Each time the sentence stands beside the field, and all that was typed is still there.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.extensions import db
from portal.models import Doctor, SocialAccount
from portal.posts import link_cards, places
from tests.browsing import Visit
from tests.days import last_sunday
from tests.factories import make_account, make_doctor
from tests.posts.test_media_in_posts import a_file
from tests.serving import Served
from tests.signing_in import sign_in

pytestmark = pytest.mark.browser

NETWORKS = ("twitter", "linkedin", "reddit", "youtube", "instagram")

# Every field with its answer, as the browser would send it; what belongs to the page itself left out.
TYPED = """() => {
    const form = document.getElementById("compose"), said = {};
    for (const [name, value] of new FormData(form)) {
        const own = ["csrf_token", "ticket", "version", "kept", "do"];
        if (typeof value === "string" && !own.includes(name)) (said[name] ??= []).push(value);
    }
    return said;
}"""
# Types as a person does: the page hears of it.
WRITE = """(typed) => {
    for (const [name, value] of Object.entries(typed)) {
        for (const one of document.querySelectorAll(`#compose [name="${name}"]`)) {
            const isBox = ["checkbox", "radio"].includes(one.type), isOn = [value].flat().includes(one.value);
            if (isBox ? one.checked === isOn : one.value === value) continue;
            if (isBox) one.checked = isOn;
            else one.value = value;
            one.dispatchEvent(new Event("input", { bubbles: true }));
            one.dispatchEvent(new Event("change", { bubbles: true }));
        }
    }
}"""
# Of a control: whether it says that it is wrong, all the words that describe it, and whether it can be seen.
SAID_AT = """(id) => {
    const place = document.getElementById(id);
    const control = place.matches("fieldset") ? place.querySelector("input") : place;
    const group = control.closest("fieldset");
    const words = [...new Set([place, control])]
        .flatMap((one) => (one.getAttribute("aria-describedby") ?? "").split(" "))
        .filter(Boolean).map((word) => document.getElementById(word));
    return {
        wrong: control.getAttribute("aria-invalid") ?? group?.getAttribute("aria-invalid"),
        words: words.map((one) => one?.textContent ?? "MISSING").join(" "),
        seen: control.checkVisibility(),
        links: [...document.querySelectorAll(".error-summary a")].map((one) => one.getAttribute("href")),
    };
}"""

# The previews still ask with the good mark: only the form that is sent has the old one.
OUTDATED = """(hasScript) => {
    const mark = document.querySelector("#compose [name=csrf_token]");
    const age = () => { mark.value = "old"; };
    if (hasScript) mark.form.addEventListener("submit", age);
    else age();
}"""


@dataclass
class Wrong:
    """Mistakes made at once: what is typed anew, and where each is told, with a part of its sentence."""

    told: dict[str, str]
    typed: dict[str, Any] = field(default_factory=dict)
    chosen: tuple[str, ...] = ("twitter", "linkedin")


TOMORROW = date.today() + timedelta(days=2)
NEXT_YEAR = TOMORROW.year + 1

WITHOUT_PICTURE = [
    Wrong({"chosen": "Choose at least one account."}, chosen=()),
    Wrong({"text": "Enter the text of your post."}, {"content": "", "own_twitter": ""}),
    Wrong({"files": "Instagram"}, chosen=("instagram",)),
]
WITH_PICTURE = [
    Wrong(
        {
            "text": "50,000",
            "link": "Enter a full web address that begins with https://.",
            "link_title": "200",
            "footer": "2,000",
            "first_comment": "10,000",
            "alt-FILE": "1,500",
            "consent-FILE": "1,000",
        },
        {
            "content": "w" * 50_001,
            "link": "nowhere",
            "link_title": "w" * 201,
            "footer": "w" * 2001,
            "first_comment": "w" * 10_001,
            "alt_FILE": "w" * 1501,
            "consent_FILE": "w" * 1001,
        },
        # Whose accounts take no comment: what is wrong is seen all the same.
        ("linkedin",),
    ),
    Wrong(
        {
            "own_twitter": "too long for X",
            "opt_twitter_thread": "Post 3 of the thread",
            "first_comment": "too long for X",
            "own_reddit": "too long for Reddit",
            "opt_reddit_subreddit": "Enter the name of one community",
            "opt_reddit_title": "title",
            "opt_youtube_title": "title",
            "opt_youtube_made_for_kids": "made for children",
            "opt_youtube_tags": "tags",
            "files": "YouTube",
        },
        {
            "own_twitter": "w" * 400,
            "opt_twitter_thread": "Two.\n\n" + "w" * 400,
            "first_comment": "w" * 400,
            "own_reddit": "w" * 40_001,
            "opt_reddit_subreddit": "no such name!",
            "opt_reddit_title": "w" * 301,
            "opt_youtube_title": "",
            "opt_youtube_made_for_kids": "",
            "opt_youtube_tags": "w" * 600,
        },
        ("twitter", "reddit", "youtube"),
    ),
    Wrong(
        {
            "text": "too long for X",
            "opt_reddit_subreddit": "Enter the community on Reddit",
            "opt_reddit_title": "title",
        },
        {"content": "w" * 400, "own_twitter": "", "opt_reddit_subreddit": "", "opt_reddit_title": ""},
        ("twitter", "reddit"),
    ),
    Wrong({"own_instagram": "takes up to 30"}, {"own_instagram": "Wash. " + "#tag " * 40}, ("instagram",)),
    Wrong({"on": "Choose a date.", "at": "Choose a time."}, {"on": "", "at": ""}),
    Wrong({"at": "Choose a time in the future."}, {"on": "2020-01-01"}),
    Wrong({"at": "within the next two years"}, {"on": f"{TOMORROW.year + 5}-01-01"}),
    Wrong({"at": "Choose 02:00 or later."}, {"on": f"{last_sunday(NEXT_YEAR, 3)}", "at": "01:30"}),
    Wrong({"which": "comes twice"}, {"on": f"{last_sunday(NEXT_YEAR, 10)}", "at": "01:30"}),
    Wrong(
        {
            "text": "must be changed",
            "reason-C02": "enter your reason",
            "consent-FILE": "Enter what the patient agreed to",
        },
        {"content": "A guaranteed cure for asthma, from the best clinic in Pune.", "consent_FILE": ""},
    ),
]


@pytest.fixture(autouse=True)
def fake_networks() -> None:
    """The real networks here, in the place of those of the other tests."""


@pytest.fixture(autouse=True)
def nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "look_up", lambda *_: None)
    monkeypatch.setattr(link_cards, "look_up", lambda *_: link_cards.Card())


@dataclass
class Story:
    """The composer of one doctor, and the names of the fields of each account."""

    page: Page
    names: dict[str, str]
    has_script: bool

    def name(self, words: str) -> str:
        return re.sub(r"(?<=[_-])[a-zA-Z]+(?=_|$)", lambda found: self.names.get(found[0], found[0]), words)

    def write(self, typed: dict[str, Any]) -> None:
        self.page.evaluate(WRITE, {self.name(name): value for name, value in typed.items()})

    def press(self, button: str) -> None:
        with self.page.expect_navigation(wait_until="load"):
            self.page.get_by_role("button", name=button, exact=True).click()

    def go_wrong(self, mistake: Wrong, right: dict[str, Any]) -> None:
        self.write(right | mistake.typed | {"chosen": [self.names[key] for key in mistake.chosen]})
        typed = self.typed()
        self.press("Plan it")
        if self.has_script:
            expect(self.page.locator(".error-summary")).to_be_focused()
        for place, words in mistake.told.items():
            self.stands(self.name(place), words)
        assert self.typed() == typed

    def typed(self) -> dict[str, list[str]]:
        """All that stands in the fields, but for those that come and go with what was found."""
        said = self.page.evaluate(TYPED)
        return {name: value for name, value in said.items() if not name.startswith(("reason-", "which"))}

    def stands(self, place: str, words: str) -> None:
        said = self.page.evaluate(SAID_AT, place)
        assert said["wrong"] == "true" and said["seen"], (place, said)
        assert words.lower() in said["words"].lower() and "MISSING" not in said["words"], (place, said)
        assert f"#{place}" in said["links"], (place, said)
        if self.has_script:
            self.page.locator(f'.error-summary a[href="#{place}"]').click()
            expect(self.page.locator(f"[id='{place}']:is(:focus, :focus-within)")).to_have_count(1)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def story(request: Any, served: Served, visit: Visit) -> Story:
    with served.app.app_context():
        doctor = make_doctor(timezone="Europe/London")
        names = {key: str(account_of(doctor, key).id) for key in NETWORKS}
        cookie = sign_in(served.app.test_client(), doctor).get_cookie("portal")
        db.session.remove()
    assert cookie is not None
    size = {"width": 1280 if request.param else 390, "height": 900}
    mark = {"name": "portal", "value": cookie.value, "url": served.address}
    page = visit("/posts/new", mark, viewport=size, java_script_enabled=request.param, may_fail=True)
    # What is drawn anew while somebody types is another story.
    page.route(re.compile("/posts/(preview|shapes|link-card)$"), lambda route: route.fulfill(status=204))
    return Story(page, names, request.param)


def account_of(doctor: Doctor, key: str) -> SocialAccount:
    return make_account(doctor, key, display_name=f"Asha on {key}")


def everything() -> dict[str, Any]:
    """All of it right."""
    return {
        "content": "Wash your hands.",
        "own_twitter": "Own words.",
        "own_linkedin": "",
        "own_reddit": "For the community.",
        "own_instagram": "With a picture.",
        "opt_twitter_thread": "Two.\n\nThree.",
        "opt_linkedin_visibility": "CONNECTIONS",
        "opt_reddit_subreddit": "health",
        "opt_reddit_title": "Clean hands",
        "opt_youtube_title": "Clean hands",
        "opt_youtube_made_for_kids": "false",
        "opt_youtube_privacy": "unlisted",
        "opt_youtube_tags": "heart, sleep",
        "opt_instagram_format": "feed",
        "footer": "Reg. 1",
        "first_comment": "More.",
        "link": "https://www.who.int/",
        "link_title": "Health",
        "on": f"{TOMORROW}",
        "at": "10:00",
    }


def test_no_mistake_costs_a_word(story: Story, tmp_path: Any) -> None:
    page = story.page
    right = everything()
    for mistake in WITHOUT_PICTURE:
        story.go_wrong(mistake, right)

    # Chosen along with another mistake, and kept all the same.
    story.write({"link": "nowhere"})
    picture = tmp_path / "hands.jpg"
    picture.write_bytes(a_file()[0].read())
    page.set_input_files("#files", picture)
    if story.has_script:
        expect(page.locator('[name="media"]')).to_have_count(1)
    story.press("Plan it")
    story.names["FILE"] = page.locator('[name="media"]').input_value()

    right |= {"alt_FILE": "Two hands.", "shows_FILE": "patient", "consent_FILE": "In writing, for all."}
    for mistake in WITH_PICTURE:
        # What the script adds is the way to each kind of control: the large groups have them all.
        if not story.has_script or len(mistake.told) > 1 or "which" in mistake.told:
            story.go_wrong(mistake, right)

    # A page that was open for too long.
    story.write(right | {"link": "nowhere"})
    page.evaluate(OUTDATED, story.has_script)
    typed = story.typed()
    story.press("Plan it")
    story.press("Send it again")
    story.stands("link", "Enter a full web address")
    assert story.typed() == typed

    story.write(right | {"chosen": [story.names["twitter"], story.names["linkedin"]]})
    story.press("Plan it")
    expect(page.get_by_text("Your post is planned.").first).to_be_visible()
