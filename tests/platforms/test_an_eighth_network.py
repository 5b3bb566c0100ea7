"""A new network is one file, one line in each registry, one icon, one folder of samples, one practice file.

Nothing else knows of Murmur: what is tested here is that the portal serves it all the same.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.serving import make_server

from config import Config
from portal import create_app, http, platforms
from portal.extensions import db
from portal.models import Doctor, Post, Publication, SocialAccount
from portal.platforms.base import Content
from portal.platforms.errors import TokenEnded
from portal.posts import figures
from portal.publishing import flows
from portal.publishing.publisher import Publisher
from portal.sandbox import SandboxSettings, create_sandbox, networks, pages
from portal.sandbox import app as practice_app
from tests.conftest import HeldJobs
from tests.databases import Databases
from tests.factories import make_doctor
from tests.page import Page
from tests.platforms.eighth.murmur import Murmur
from tests.platforms.eighth.practice import NETWORK
from tests.sandbox.client import Browser, Net
from tests.signing_in import sign_in

HERE = Path(__file__).resolve().parent
WORDS = "Wash your hands, and then once more."


@pytest.fixture
def murmur(monkeypatch: pytest.MonkeyPatch) -> Murmur:
    """The line in the registry. A lost post may be looked for at once here."""
    network = Murmur()
    monkeypatch.setattr(network, "look_after_seconds", (0, 0), raising=False)
    monkeypatch.setitem(platforms.PLATFORMS, network.key, network)
    return network


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Net]:
    """The practice network with the line in its registry, answering over HTTP."""
    all_of_them = (*networks.NETWORKS, NETWORK)
    for module in (networks, practice_app, pages):
        monkeypatch.setattr(module, "NETWORKS", all_of_them)
    monkeypatch.setitem(networks.BY_KEY, NETWORK.key, NETWORK)
    app = create_sandbox(SandboxSettings(folder=tmp_path / "practice"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(http, "_outside", http.Outside(url))
    yield Net(url)
    server.shutdown()
    thread.join(60)
    server.server_close()
    app.extensions["world"].close()


@pytest.fixture
def static(project_root: Path, tmp_path: Path) -> Path:
    """The static files, and the icon among them."""
    folder, icons = tmp_path / "static", Path("img/platforms")
    for path in (Path(), Path("img"), icons):
        (folder / path).mkdir()
        for entry in (project_root / "static" / path).iterdir():
            if entry.relative_to(project_root / "static") not in (Path("img"), icons):
                (folder / path / entry.name).symlink_to(entry)
    (folder / icons / "murmur.svg").symlink_to(HERE / "eighth" / "murmur.svg")
    return folder


@dataclass
class Portal:
    """The portal with its real engine, over a database where commits are real."""

    app: Flask
    web: FlaskClient
    doctor: Doctor
    publisher: Publisher
    net: Net

    def page(self, address: str) -> Page:
        return Page(self.web.get(address, follow_redirects=True))

    def connect(
        self, button: str = "Connect Murmur voice", there: Browser | None = None, answer: str = "allow"
    ) -> Page:
        """Through the consent page, as a person does; `there` is the person's browser as Murmur knows it."""
        form = self.page("/accounts").form(button)
        leads_to = form.submit(self.web, follow=False, check=False).response.headers["Location"]
        asked = leads_to.removeprefix(self.net.url)
        back = urlsplit((there or Browser(self.net)).press(asked, answer).headers["Location"])
        response = self.web.get(f"{back.path}?{back.query}", follow_redirects=True)
        return Page(response)

    def send(self, words: str) -> Page:
        """Write it, send it now, and let the engine work; the page of the post."""
        form = self.page("/posts/new").form("Send it now")
        boxes = [label for label in form.page.labels if "Murmur ·" in label]
        page = form.fill({"Text": words, "Mood": "Glad", boxes[0]: True}).submit(self.web)
        self.publisher.run()
        db.session.rollback()
        return self.page(urlsplit(page.response.request.url).path)

    @property
    def account(self) -> SocialAccount:
        db.session.rollback()
        return db.session.scalars(select(SocialAccount)).one()

    @property
    def publication(self) -> Publication:
        db.session.rollback()
        return db.session.scalars(select(Publication)).one()

    def arrived(self) -> list[str]:
        return [post["text"] for post in self.net.posts("murmur")]


@pytest.fixture
def portal(
    databases: Databases,
    settings: dict[str, str],
    murmur: Murmur,
    net: Net,
    static: Path,
    held_jobs: HeldJobs,
) -> Iterator[Portal]:
    """Asha is verified and signed in; nothing is connected."""
    where = {"DATABASE_URL": databases.copy("eighth"), "SANDBOX_URL": net.url}
    app = create_app(Config.from_env({**settings, **where}))
    app.config.update(TESTING=True)
    app.static_folder = str(static)
    with app.app_context():
        doctor = make_doctor(full_name="Dr. Asha Menon")
        publisher = Publisher(db.engine, needs_verification=True, threads=2)
        yield Portal(app, sign_in(app.test_client(), doctor), doctor, publisher, net)
        publisher.stop.set()
        publisher.close()
        db.session.remove()
        db.engine.dispose()


def test_it_is_asked_the_same_questions_as_every_network(project_root: Path, tmp_path: Path) -> None:
    asked = ["-p", "tests.platforms.eighth.registered", "tests/platforms/test_every_platform.py"]
    # A place of its own: a pytest that shares ours closes the folder's doors to the servers in it.
    own_place = f"--basetemp={tmp_path / 'asked'}"
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *asked, "-k", "murmur", "-q", "-p", "no:cacheprovider", own_place],
        cwd=project_root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout
    assert int(ran.stdout.rpartition(" passed")[0].rpartition("\n")[2]) > 25


def test_it_is_explained_connected_and_shown_with_its_icon(portal: Portal) -> None:
    before = portal.page("/accounts")
    after = portal.connect()

    assert "A Murmur voice of your own." in before.text
    assert f"{portal.account.display_name} is connected." in after.text
    icons = [part.get("src", "") for part in after.root.iter("img") if "murmur.svg" in part.get("src", "")]
    assert icons and portal.web.get(icons[0]).mimetype == "image/svg+xml"


def test_a_no_connects_nothing(portal: Portal) -> None:
    page = portal.connect(answer="deny")

    assert "You did not allow the portal to use your Murmur voice." in page.text


def test_the_composer_counts_shows_and_asks_in_its_way(portal: Portal) -> None:
    portal.connect()
    page = portal.page("/posts/new")
    boxes = [label for label in page.labels if "Murmur ·" in label]

    filled = page.form("Show preview").fill({"Text": WORDS, "Mood": "Calm", boxes[0]: True})
    shown = filled.submit(portal.web)
    too_long = page.form("Send it now").fill({"Text": "a" * 161, boxes[0]: True}).submit(portal.web)

    assert WORDS in shown.text and "Mood: Calm" in shown.text
    assert f"{160 - len(WORDS)} left of 160 characters" in shown.text
    assert "This text is 1 character too long for Murmur (161 of 160)." in too_long.text


def test_a_post_is_planned_and_goes_out(portal: Portal) -> None:
    portal.connect()

    page = portal.send(WORDS)

    publication = portal.publication
    assert (publication.status, publication.options) == ("published", {"mood": "glad"})
    assert portal.arrived() == [WORDS]
    there = page.links["Open the post on Murmur"].removeprefix(portal.net.url)
    assert WORDS in portal.net.call("GET", there).data.decode()


@pytest.mark.parametrize("kind", ["drop_after", "server_error_but_posted"])
def test_a_lost_answer_is_looked_up_and_nothing_is_doubled(portal: Portal, kind: str) -> None:
    portal.connect()
    portal.net.fault("murmur", kind)

    portal.send(WORDS)
    assert portal.publication.status == "unconfirmed"
    flows.look_for_lost()

    assert portal.publication.status == "published" and portal.arrived() == [WORDS]


def test_its_refusal_is_told_in_its_words(portal: Portal) -> None:
    portal.connect()
    portal.net.fault("murmur", "bad_content")

    page = portal.send(WORDS)

    assert portal.publication.status == "failed"
    assert "Murmur did not take this text. Change it and try again." in page.text


def test_a_permission_that_ended_is_given_again_in_place_and_the_post_goes_out(portal: Portal) -> None:
    there = Browser(portal.net)
    portal.connect(there=there)
    portal.net.fault("murmur", "token_revoked")
    portal.send(WORDS)
    assert (portal.publication.status, portal.account.status) == ("held", "reconnect")

    portal.connect("Connect again", there)
    portal.publisher.run()

    assert portal.account.status == "connected"
    assert portal.publication.status == "published" and portal.arrived() == [WORDS]


def test_figures_are_read_and_the_post_is_taken_away(portal: Portal) -> None:
    portal.connect()
    portal.send(WORDS)
    post = db.session.scalars(select(Post)).one()

    figures.want(post)
    figures.read_due()
    page = portal.page(f"/posts/{post.id}")
    assert portal.publication.figures and portal.publication.figures.likes
    page = page.follow(portal.web, "Delete it on Murmur")
    page = page.form("Delete it on Murmur").submit(portal.web)

    assert "Your post is deleted on Murmur." in page.text and portal.arrived() == []


def test_disconnecting_ends_the_permission_there(portal: Portal, murmur: Murmur) -> None:
    portal.connect()
    account = portal.account
    token, author, number = account.token, account.author, account.id
    assert token is not None

    page = portal.page(f"/accounts/{number}/disconnect").form("Disconnect").submit(portal.web)

    assert "is disconnected" in page.text
    with pytest.raises(TokenEnded):
        murmur.publish(murmur.compose(Content("Too late", author), {}), author, token)


def test_nothing_of_it_stands_anywhere_else(project_root: Path) -> None:
    places = ("portal", "templates", "static/css", "static/js", "migrations", "config.py")
    files = [
        path
        for place in places
        for path in ([project_root / place] if place.endswith(".py") else (project_root / place).rglob("*"))
        if path.suffix in (".py", ".html", ".css", ".js", ".txt")
    ]

    assert len(files) > 300
    assert [path for path in files if "murmur" in path.read_text().lower()] == []
