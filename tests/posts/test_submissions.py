"""A form that is sent twice makes one post; one that was changed makes another."""

from concurrent.futures import ThreadPoolExecutor

from flask.testing import FlaskClient

from config import Config
from portal import create_app
from portal.extensions import db
from portal.models import Doctor, Post, Publication, SocialAccount
from tests.conftest import Clock
from tests.databases import Databases
from tests.factories import make_account, make_doctor
from tests.page import Page
from tests.posts.test_pages import write
from tests.signing_in import sign_in


def sent_twice(client: FlaskClient, button: str, text: str, again: str) -> int:
    page = Page(client.get("/posts/new"))
    page.form(button).fill({"Text": text}).submit(client)
    page.form(button).fill({"Text": again}).submit(client)
    return db.session.query(Post).count()


def test_the_same_form_makes_one_post(client: FlaskClient, asha) -> None:
    assert sent_twice(sign_in(client, asha), "Keep as draft", "Hello", "Hello") == 1


def planned_from_a_new_page(client: FlaskClient, account: SocialAccount) -> str:
    return write(client, "Plan it", {"Text": "Hello", "Date": "2027-02-02", "Time": "09:00"}, account).address


def test_going_back_and_sending_the_same_again_makes_no_second_post(
    client: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    sign_in(client, asha)
    first = planned_from_a_new_page(client, x)

    assert planned_from_a_new_page(client, x) == first
    db.session.query(Publication).update({"status": "cancelled"})
    second = planned_from_a_new_page(client, x)
    assert second != first and planned_from_a_new_page(client, x) == second
    clock.advance(minutes=11)

    assert planned_from_a_new_page(client, x) not in (first, second)


def test_a_form_that_was_changed_after_going_back_makes_another(client: FlaskClient, asha) -> None:
    assert sent_twice(sign_in(client, asha), "Keep as draft", "Hello", "Good morning") == 2


def test_a_refused_form_can_be_sent_again(client: FlaskClient, asha, x: SocialAccount) -> None:
    sign_in(client, asha)
    page = Page(client.get("/posts/new"))
    page = page.form("Send it now").fill({"Text": "Far too long for it"}).submit(client)
    assert page.status == 422
    page = page.form("Keep as draft").submit(client)
    assert db.session.query(Post).one().status == "draft"


def test_many_at_once_make_one_post(settings: dict[str, str], databases: Databases) -> None:
    app = create_app(Config.from_env({**settings, "DATABASE_URL": databases.copy("twice")}))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        doctor = make_doctor()
        account = make_account(doctor)
        clients = [sign_in(app.test_client(), doctor) for _ in range(6)]
        said = {"ticket": "one", "text": "x", "content": "Hello", "chosen": str(account.id), "do": "now"}
        db.session.remove()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda client: client.post("/posts/new", data=said), clients))
    with app.app_context():
        assert db.session.query(Post).count() == 1
        db.session.remove()
        db.engine.dispose()
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1


def test_an_account_that_was_disconnected_meanwhile_is_not_left_out_in_silence(
    client: FlaskClient, asha, x: SocialAccount
) -> None:
    sign_in(client, asha)
    data = {
        "content": "Hello",
        "chosen": [str(x.id), "999999"],
        "do": "plan",
        "on": "2027-01-01",
        "at": "09:00",
    }

    page = Page(client.post("/posts/new", data=data))

    assert page.status == 422 and "no longer connected" in page.text
    assert db.session.query(Post).count() == 0
