"""The doctor's files, found and used again."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from portal import clock as portal_clock
from portal import files, jobs
from portal.errors import Refused
from portal.extensions import db
from portal.media import flows, library
from portal.media.inputs import Described, Upload
from portal.models import Doctor, MediaFile, Post, PostMedia
from portal.posts import flows as posts
from portal.posts.inputs import NewPost
from tests.conftest import Clock
from tests.factories import make_account, make_post
from tests.media import samples
from tests.page import Page
from tests.signing_in import sign_in


def kept(doctor: Doctor, name: str = "wave.jpg", alt_text: str | None = None) -> MediaFile:
    return flows.keep(doctor, io.BytesIO(samples.picture()), name, Upload(alt_text=alt_text))


def soup(text: str) -> Any:
    return BeautifulSoup(text, "html.parser")


def names(client: FlaskClient, **query: str) -> list[str]:
    page = soup(Page(client.get("/library", query_string=query)).response.text)
    return [link.get_text() for link in page.select("a.library-name")]


@pytest.fixture
def signed_in(client: FlaskClient, asha: Doctor) -> FlaskClient:
    return sign_in(client, asha)


def test_a_file_is_found_by_its_name_its_description_and_the_post_that_uses_it(
    signed_in: FlaskClient, asha: Doctor
) -> None:
    hand, soap, cup = kept(asha, "hand.jpg"), kept(asha, "b.jpg", "A bar of soap"), kept(asha, "c.jpg")
    make_post(asha, content="Drink 100% water.", media=[PostMedia(file=cup, position=0, alt_text="A cup")])
    assert names(signed_in) == ["c.jpg", "b.jpg", "hand.jpg"]
    assert names(signed_in, q="HAND") == [hand.file_name]
    assert names(signed_in, q="soap bar") == [soap.file_name]
    assert names(signed_in, q="100%") == names(signed_in, q="cup") == [cup.file_name]
    assert names(signed_in, q="_") == []
    assert names(signed_in, use="used") == [cup.file_name]
    assert names(signed_in, use="unused", kind="picture") == ["b.jpg", "hand.jpg"]
    assert names(signed_in, kind="video") == []


def test_nobody_else_sees_or_touches_it(client: FlaskClient, asha: Doctor, ben: Doctor) -> None:
    number = kept(asha).id
    sign_in(client, ben)
    assert names(client) == []
    for path in ("", "/look", "/remove"):
        assert client.get(f"/library/{number}{path}").status_code == 404
    assert client.post(f"/library/{number}/remove").status_code == 404
    assert b"attachment" not in client.get(f"/library/chosen?pick={number}").data


def test_five_hundred_files_cost_as_many_statements_as_a_few(
    signed_in: FlaskClient, asha: Doctor, statements: Callable[[], int]
) -> None:
    make_post(asha, media=[PostMedia(file=kept(asha), position=0)])
    statements()
    names(signed_in)
    few = statements()
    facts = {"doctor_id": asha.id, "purpose": "post", "mime_type": "image/jpeg", "bytes": 1, "digest": "x"}
    more = [MediaFile(**facts, name=f"{number}.jpg", file_name=f"{number}") for number in range(500)]
    db.session.add_all(more)
    for one in more[::20]:
        make_post(asha, media=[PostMedia(file=one, position=0)])
    db.session.expire_all()
    statements()
    assert len(names(signed_in)) == 24
    assert statements() == few
    page = soup(signed_in.get("/library").text)
    following = page.select_one('a[rel="next"]')
    assert following and len(soup(signed_in.get(str(following["href"])).text).select("a.library-name")) == 24
    assert all(image["loading"] == "lazy" for image in page.select(".library-look img"))


def test_a_small_picture_is_made_when_it_is_looked_at(signed_in: FlaskClient, asha: Doctor) -> None:
    wide = flows.keep(asha, io.BytesIO(samples.picture(size=(1200, 600))), "wide.jpg", Upload())
    answer = signed_in.get(f"/library/{wide.id}/look")
    assert answer.status_code == 302
    [small] = wide.renditions
    assert (small.width, small.height) == (480, 240) and answer.location.endswith(small.name)
    assert signed_in.get(f"/library/{wide.id}/look").location == answer.location


def test_the_next_post_begins_with_what_was_said_of_it(signed_in: FlaskClient, asha: Doctor) -> None:
    file = kept(asha)
    said: dict[str, Any] = {"id": file.id, "alt_text": "A wave", "shows": "patient", "consent": "Yes, X."}
    posts.save_draft(asha, NewPost.model_validate({"content": "One.", "media": [said]}))
    page = soup(signed_in.get(f"/posts/new?file={file.id}").text)
    assert page.select_one(f"#alt-{file.id}")["value"] == "A wave"
    assert page.select_one(f"#shows-{file.id}-patient").has_attr("checked")
    # What a patient agreed to was said of other networks, on another day.
    assert page.select_one(f"#consent-{file.id}").get_text() == ""


def test_other_words_for_the_next_post_do_not_change_an_earlier_one(asha: Doctor) -> None:
    file, account = kept(asha, alt_text="A wave"), make_account(asha)
    post = posts.save_draft(
        asha,
        NewPost.model_validate(
            {"content": "One.", "media": [{"id": file.id}], "social_account_id": account.id}
        ),
    )
    library.describe(file, Described(file_name="sea.jpg", alt_text="The sea", shows="nobody"))
    assert (file.file_name, file.alt_text, file.shows) == ("sea.jpg", "The sea", "nobody")
    assert post.publications[0].to_content().media[0].alt_text == "A wave"


def test_a_description_that_was_taken_out_stays_out(asha: Doctor) -> None:
    file, account = kept(asha, alt_text="A wave"), make_account(asha)
    said = {"content": "One.", "media": [{"id": file.id, "alt_text": None}], "social_account_id": account.id}
    post = posts.save_draft(asha, NewPost.model_validate(said))
    assert post.publications[0].to_content().media[0].alt_text is None


def test_a_file_that_a_post_needs_stays_and_the_post_is_named(signed_in: FlaskClient, asha: Doctor) -> None:
    file = kept(asha)
    make_post(asha, make_account(asha), content="Wash your hands.", media=[PostMedia(file=file, position=0)])
    assert b"Wash your hands." in signed_in.get(f"/library/{file.id}/remove").data
    signed_in.post(f"/library/{file.id}/remove")
    assert names(signed_in) == [file.file_name] and file.hidden_at is None


def test_what_went_out_keeps_its_copy_when_the_file_is_removed(signed_in: FlaskClient, asha: Doctor) -> None:
    file = kept(asha)
    at = {"published_at": portal_clock.now(), "platform_post_id": "1"}
    media = [PostMedia(file=file, position=0)]
    post = make_post(asha, make_account(asha), status="published", publication=at, media=media)
    signed_in.post(f"/library/{file.id}/remove")
    assert names(signed_in) == [] and files.open_stored(file.name) is not None
    assert signed_in.get(f"/library/{file.id}").status_code == 404
    jobs.clean_up()
    assert files.open_stored(post.media[0].file.name) is not None


def test_an_unused_file_is_gone_at_once(signed_in: FlaskClient, asha: Doctor) -> None:
    file = kept(asha)
    signed_in.get(f"/library/{file.id}/look")
    name = file.name
    assert signed_in.post(f"/library/{file.id}/remove").status_code == 303
    assert files.open_stored(name) is None and db.session.query(MediaFile).count() == 0


def test_the_page_says_when_an_unused_file_goes(signed_in: FlaskClient, asha: Doctor, clock: Clock) -> None:
    kept(asha)
    jobs.clean_up()
    day = (clock.at + timedelta(days=90)).astimezone()
    assert re.search(rf"Goes away on \d+ {day:%B %Y}", signed_in.get("/library").text)


def test_without_javascript_everything_typed_comes_back_with_the_choice(
    signed_in: FlaskClient, asha: Doctor
) -> None:
    first, second = kept(asha, "one.jpg", "One"), kept(asha, "two.jpg", "Two")
    typed = [
        ("content", "Wash your hands."),
        ("media", str(first.id)),
        (f"alt_{first.id}", "Changed"),
        ("on", "2027-01-05"),
    ]
    page = soup(signed_in.post("/library/pick", data=MultiDict(typed)).text)
    carried = [
        (str(field["name"]), str(field["value"])) for field in page.select('form input[type="hidden"]')
    ]
    assert set(typed) <= set(carried)
    assert page.select_one(f"#pick-{second.id}")
    back = signed_in.post("/posts/attach", data=MultiDict([*typed, ("pick", str(second.id))]))
    shown = soup(back.text)
    assert [field["value"] for field in shown.select('[name="media"]')] == [str(first.id), str(second.id)]
    assert shown.select_one("#text").get_text().strip() == "Wash your hands."
    assert shown.select_one(f"#alt-{first.id}")["value"] == "Changed"
    assert shown.select_one(f"#alt-{second.id}")["value"] == "Two"


def test_a_file_that_came_along_to_the_page_of_choices_is_kept(signed_in: FlaskClient, asha: Doctor) -> None:
    sent = {"content": "Hello", "files": (io.BytesIO(samples.picture()), "new.jpg")}
    page = soup(signed_in.post("/library/pick", data=sent).text)
    [row] = db.session.query(MediaFile).all()
    assert page.select_one(f'input[name="media"][value="{row.id}"]')


def test_a_patients_name_in_a_files_name_is_told_and_stops_the_plan(
    signed_in: FlaskClient, asha: Doctor
) -> None:
    file, account = kept(asha, "sunita-before.jpg"), make_account(asha)
    told = signed_in.post("/posts/preview", data={"content": "Knees.", "media": str(file.id)}).text
    assert "Rename the file in your library" in told and "Name of picture 1" in told
    said: dict[str, Any] = {
        "content": "Knees.",
        "media": [{"id": file.id, "shows": "nobody"}],
        "social_account_id": account.id,
        "scheduled_at": portal_clock.now() + timedelta(days=1),
    }
    with pytest.raises(Refused) as stopped:
        posts.schedule(asha, NewPost.model_validate(said))
    assert [(where, entry["id"]) for where, _, entry in stopped.value.found] == [("media.0.file_name", "P17")]
    library.describe(file, Described(file_name="knee.jpg"))
    assert isinstance(posts.schedule(asha, NewPost.model_validate(said)), Post)
    assert "sunita" not in file.name


@pytest.mark.parametrize(
    ("sent", "shown"),
    [("C:\\pictures\\a.jpg", "a.jpg"), ("../../b.jpg", "b.jpg"), ("c\n\x00.jpg", "c.jpg")],
)
def test_a_name_is_kept_without_its_folders(asha: Doctor, sent: str, shown: str) -> None:
    assert kept(asha, sent).file_name == shown
