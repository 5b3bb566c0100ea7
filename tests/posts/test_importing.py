"""Posts from a table: looked at first, saved when asked, the same file twice adds nothing."""

import csv
import io
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from portal import zones
from portal.errors import Invalid
from portal.extensions import db
from portal.models import Doctor, ImportedRow, MediaFile, Post, PostImport, SocialAccount
from portal.posts import export_table, flows, import_tables, importing, moving_views
from portal.posts.inputs import NewPost
from tests.conftest import Clock
from tests.days import last_sunday, next_year
from tests.factories import make_account
from tests.page import Page
from tests.signing_in import sign_in


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, clock: Clock) -> FlaskClient:
    return sign_in(client, asha)


def on(clock: Clock, days: int) -> str:
    return (zones.wall(clock.at, "Asia/Kolkata").at + timedelta(days=days)).date().isoformat()


def row(clock: Clock, **changes: str) -> dict[str, str]:
    return {"date": on(clock, 1), "time": "09:30", "accounts": "X", "text": "Wash."} | changes


def as_csv(*rows: dict[str, str], separator: str = ",") -> bytes:
    names = list(dict.fromkeys(name for each in rows for name in each))
    written = io.StringIO()
    writer = csv.DictWriter(written, names, delimiter=separator, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def send(browser: FlaskClient, content: bytes, name: str = "november.csv") -> Page:
    answer = browser.post("/posts/import", data={"file": (io.BytesIO(content), name)}, follow_redirects=True)
    return Page(answer)


def count(kind: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


def kept_table(doctor: Doctor, content: bytes) -> PostImport:
    return importing.take(doctor, FileStorage(io.BytesIO(content)).stream, "november.csv")


def test_a_table_is_looked_at_and_nothing_is_saved(
    browser: FlaskClient, x: SocialAccount, clock: Clock
) -> None:
    page = send(browser, as_csv(row(clock), row(clock, text="Far too long for X.", date="2020-01-01")))

    assert page.heading == "What is in your table"
    assert "It is planned." in page.text
    assert "Choose a time in the future." in page.text
    assert count(Post) == 0


def test_a_long_table_shows_what_to_correct_first_and_the_rest_when_asked(
    browser: FlaskClient, x: SocialAccount, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving_views, "MOST_SHOWN", 2)
    rows = [row(clock, text=f"Wash {n}.") for n in range(3)]
    page = send(browser, as_csv(*rows, row(clock, text="Far too long for X.")))

    assert [words in page.text for words in ("Far too long", "Wash 0.", "Wash 1.")] == [True, True, False]
    assert "Plan 3 posts" in page.buttons
    assert "Wash 2." in page.follow(browser, "Show the other 2 rows").text


def test_right_rows_are_planned_and_wrong_ones_wait_to_be_corrected(
    browser: FlaskClient, x: SocialAccount, clock: Clock
) -> None:
    page = send(browser, as_csv(row(clock), row(clock, text="Far too long for X.")))
    page = page.form("Plan one post").submit(browser)

    assert "One post is planned." in page.text
    assert "at most 10 characters for X" in page.text
    post = db.session.scalars(select(Post)).one()
    assert (post.content, post.status, post.wall_time) == ("Wash.", "scheduled", f"{on(clock, 1)}T09:30:00")
    corrected = browser.get(page.links["Download the rows to correct"])
    [wrong] = csv.DictReader(io.StringIO(corrected.data.decode("utf-8-sig")))
    assert wrong["text"] == "Far too long for X." and "10 characters" in wrong["problem"]
    wrong["text"] = "Rest."
    page = send(browser, as_csv(wrong)).form("Plan one post").submit(browser)
    assert page.heading == "Posts" and count(Post) == 2


def test_the_same_file_twice_adds_nothing(browser: FlaskClient, x: SocialAccount, clock: Clock) -> None:
    content = as_csv(row(clock), row(clock), row(clock, text="Rest."))
    send(browser, content).form("Plan 2 posts").submit(browser)

    page = send(browser, content)

    assert "It is here already." in page.text and "Plan 2 posts" not in page.buttons
    assert (count(Post), count(ImportedRow)) == (2, 2)


def test_two_who_save_the_same_table_make_each_post_once(
    asha: Doctor, x: SocialAccount, clock: Clock, held_jobs: Any
) -> None:
    first, second = (kept_table(asha, as_csv(row(clock))) for _ in range(2))

    importing.save(asha, first, "scheduled")
    [again] = importing.save(asha, second, "scheduled")

    assert again.is_known and count(Post) == 1


def test_rows_may_become_drafts_without_a_time(browser: FlaskClient, x: SocialAccount, clock: Clock) -> None:
    page = send(browser, as_csv(row(clock, date="", time="")))
    assert "Write the date as 2026-11-30" in page.text

    page = page.follow(browser, "To be drafts").form("Keep one post as a draft").submit(browser)

    assert "One post is kept as a draft." in page.text
    assert db.session.scalars(select(Post)).one().status == "draft"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"accounts": "Nobody"}, "You have no connected account “Nobody”. Check its name."),
        ({"accounts": ""}, "Name at least one account or network under “accounts”."),
        ({"time": "half past"}, "Write the time as 09:30 or 9:30 am."),
        ({"date": "soon"}, "Write the date as 2026-11-30, or with the day first: 30/11/2026."),
        ({"zone": "Kolkata"}, "We know no time zone “Kolkata”. Write it as Asia/Kolkata."),
        ({"link": "nowhere"}, "link: Enter a full web address that begins with https://."),
        (
            {"media": "hands.jpg"},
            "There is no file “hands.jpg” in your library. Upload it, or check its name.",
        ),
        ({"alt_text": "A hand."}, "There are more lines under “alt_text” than files under “media”."),
        ({"paid": "perhaps"}, "paid: Write yes or no."),
        ({"subreddit": "health"}, "subreddit: This fits none of the accounts of this row."),
        ({"text": "Call me: dr@mail.example"}, "The text must be at most 10 characters for X."),
        (
            {"date": "2027-03-28", "time": "01:30", "zone": "Europe/London"},
            "That time does not exist on 28 March in Europe/London",
        ),
        (
            {"date": "2027-10-31", "time": "01:30", "zone": "Europe/London"},
            "comes twice on 2027-10-31 in Europe/London, because the clock is set back. Write “01:30 first”",
        ),
        ({"media": "x.jpg", "who_is_seen": "somebody"}, "who_is_seen: Write nobody, staff or patient."),
    ],
)
def test_a_wrong_row_is_told_in_a_sentence(
    asha: Doctor, x: SocialAccount, clock: Clock, held_jobs: Any, changes: dict[str, str], words: str
) -> None:
    [judged] = importing.look(asha, kept_table(asha, as_csv(row(clock, **changes))), "scheduled")
    assert words in " ".join(map(str, judged.wrong))


def test_the_checks_are_asked_as_for_any_post(
    asha: Doctor, linkedin: SocialAccount, clock: Clock, held_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(linkedin.network), "problems", lambda *_: [])
    table = kept_table(
        asha, as_csv(row(clock, accounts="LinkedIn", text="We cure diabetes, guaranteed 100%."))
    )
    [judged] = importing.look(asha, table, "scheduled")
    assert judged.wrong and count(Post) == 0


def test_accounts_are_known_by_name_handle_and_network(
    asha: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock, held_jobs: Any
) -> None:
    for words in ("Asha on X, linkedin", f"@{x.handle}; LinkedIn", "twitter, Asha on LinkedIn"):
        [judged] = importing.look(asha, kept_table(asha, as_csv(row(clock, accounts=words))), "scheduled")
        assert {account.id for account in judged.accounts} == {x.id, linkedin.id}


def in_library(doctor: Doctor, name: str) -> MediaFile:
    facts = {"purpose": "post", "mime_type": "image/jpeg", "bytes": 1, "digest": "x", "width": 8, "height": 6}
    file = MediaFile(doctor_id=doctor.id, name=f"{uuid4().hex}.jpg", file_name=name, **facts)
    db.session.add(file)
    db.session.commit()
    return file


def test_pictures_come_from_the_doctors_own_library_by_name(
    asha: Doctor, ben: Doctor, x: SocialAccount, clock: Clock, held_jobs: Any
) -> None:
    hands, feet = in_library(asha, "Hands.jpg"), in_library(asha, "feet.jpg")
    in_library(ben, "eyes.jpg")

    [right, stranger] = importing.look(
        asha,
        kept_table(
            asha,
            as_csv(row(clock, media="feet.jpg, hands.JPG", alt_text="A foot."), row(clock, media="eyes.jpg")),
        ),
        "scheduled",
    )

    assert right.post and [item.id for item in right.post.media] == [feet.id, hands.id]
    assert [item.alt_text for item in right.post.media] == ["A foot.", None]
    [told] = stranger.wrong
    words = "There is no file “eyes.jpg” in your library. Upload it, or check its name."
    assert (told.column, told.words) == ("media", words)


def test_a_row_that_is_refused_says_nothing_of_its_picture_either(
    asha: Doctor, x: SocialAccount, clock: Clock, held_jobs: Any
) -> None:
    hands = in_library(asha, "hands.jpg")
    rows = [
        row(clock, media="hands.jpg", alt_text="Two hands."),
        row(clock, media="hands.jpg", text="Rest."),
        row(clock, media="hands.jpg", alt_text="A foot.", text="Far too long for X."),
    ]

    went = importing.save(asha, kept_table(asha, as_csv(*rows)), "scheduled")

    assert [one.is_good for one in went] == [True, True, False]
    assert hands.alt_text == "Two hands."
    places = [place for post in db.session.scalars(select(Post).order_by(Post.id)) for place in post.media]
    assert [(place.file, place.alt_text) for place in places] == [(hands, "Two hands.")] * 2
    assert count(ImportedRow) == 2


def test_who_is_seen_and_what_they_agreed_to_comes_from_the_row(
    asha: Doctor, x: SocialAccount, clock: Clock, held_jobs: Any
) -> None:
    for name in ("a.jpg", "b.jpg"):
        in_library(asha, name)
    said = row(clock, media="a.jpg, b.jpg", who_is_seen="A patient\nnobody", consent="X, signed in May")
    [judged] = importing.look(asha, kept_table(asha, as_csv(said)), "draft")
    assert judged.post
    assert [(place.shows, place.consent) for place in judged.post.media] == [
        ("patient", "X, signed in May"),
        ("nobody", None),
    ]


def test_a_doubled_hour_says_which_and_is_taken_along(
    asha: Doctor, x: SocialAccount, clock: Clock, held_jobs: Any
) -> None:
    day = f"{last_sunday(next_year(), 10)}"
    said = row(clock, date=day, time="1:30 second", zone="Europe/London")
    importing.save(asha, kept_table(asha, as_csv(said)), "scheduled")
    post = db.session.scalars(select(Post)).one()
    assert (post.wall_time, post.fold) == (f"{day}T01:30:00", 1)
    [again] = export_table.rows(asha, post, [x])
    assert again["time"] == "01:30 second"


def test_a_reason_answers_what_the_checks_ask_and_not_what_they_forbid(
    asha: Doctor, linkedin: SocialAccount, clock: Clock, held_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(linkedin.network), "problems", lambda *_: [])
    asks, forbids = "We are the best clinic in Pune.", "We cure diabetes, guaranteed 100%."
    rows = [row(clock, accounts="LinkedIn", text=text, reason="My own rooms.") for text in (asks, forbids)]
    fine, blocked = importing.save(asha, kept_table(asha, as_csv(*rows)), "scheduled")
    assert fine.is_good, fine.wrong
    assert blocked.wrong and count(Post) == 1


def test_the_same_words_for_a_network_that_refuses_them_are_told_before(
    asha: Doctor, x: SocialAccount, clock: Clock, held_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(x.network), "refuses_same_words", True)
    importing.save(asha, kept_table(asha, as_csv(row(clock, text="Rest."))), "scheduled")
    rows = [row(clock, date=on(clock, 3), text=text) for text in ("Rest.", "Wash.", "Drink.")]
    rows.append(row(clock, date=on(clock, 4), text="Wash."))
    judged = importing.look(asha, kept_table(asha, as_csv(*rows)), "scheduled")
    assert [bool(one.notes) for one in judged] == [True, False, False, True]
    day = date.fromisoformat(on(clock, 1))
    said = f"X may refuse this: your post of {day.day} {day:%B %Y} says the same"
    assert judged[0].notes[0].startswith(said)


def test_two_files_of_one_name_are_told(asha: Doctor, x: SocialAccount, clock: Clock, held_jobs: Any) -> None:
    for _ in range(2):
        in_library(asha, "hands.jpg")
    [judged] = importing.look(asha, kept_table(asha, as_csv(row(clock, media="hands.jpg"))), "scheduled")
    assert [one.words for one in judged.wrong] == [
        "Two files in your library are called “hands.jpg”. Rename one of them there."
    ]


def test_what_was_taken_along_comes_in_again_as_it_was(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    other = make_account(asha, platform="linkedin", display_name="Clinic, ward 2")
    hands = in_library(asha, "hands.jpg")
    for _ in range(2):
        in_library(asha, "twice.jpg")
    twice = in_library(asha, "twice.jpg")
    said = NewPost(
        content="Wash.",
        scheduled_at=clock.at + timedelta(days=2),
        timezone="Europe/London",
        link="https://www.who.int/",
        first_comment="=More",
        footer="Reg. 1",
        is_sponsored=True,
        media=[
            {"id": hands.id, "alt_text": "Two hands.", "shows": "patient", "consent": "All networks, May."},
            {"id": twice.id, "shows": "nobody"},
        ],
        publications=[
            {"social_account_id": x.id, "content": "-Own."},
            {"social_account_id": linkedin.id, "content": "For LinkedIn."},
            {"social_account_id": other.id, "content": "For the ward."},
        ],
        status="draft",
    )
    post = flows.save_draft(asha, said)

    table = browser.get("/posts/export-table.csv").data
    one, ward = importing.save(asha, kept_table(asha, table), "draft")

    assert not one.wrong and not ward.wrong
    first, second = db.session.scalars(select(Post).where(Post.id > post.id).order_by(Post.id))
    for made in (first, second):
        for name in (*("content", "link", "first_comment", "footer", "timezone"), "is_sponsored"):
            assert getattr(made, name) == getattr(post, name), name
        assert made.wall_time and made.wall_time[:16] == (post.wall_time or "")[:16]
        facts = ("media_file_id", "alt_text", "shows", "consent")
        for place, was in zip(made.media, post.media, strict=True):
            assert [getattr(place, name) for name in facts] == [
                getattr(was, name) or None if name == "consent" else getattr(was, name) for name in facts
            ]
    own = {p.social_account_id: p.content for p in (*first.publications, *second.publications)}
    assert own == {x.id: "-Own.", linkedin.id: "For LinkedIn.", other.id: "For the ward."}


def test_a_spreadsheet_is_read_with_its_own_dates_and_hours(
    browser: FlaskClient, x: SocialAccount, clock: Clock
) -> None:
    book = Workbook()
    day = zones.wall(clock.at, "Asia/Kolkata").at + timedelta(days=1)
    book.worksheets[0].append(["Date", "Time", "Accounts", "Text", "Text twitter"])
    book.worksheets[0].append([day.date(), day.replace(hour=8, minute=15).time(), "x", 42, "Own."])
    written = io.BytesIO()
    book.save(written)

    send(browser, written.getvalue(), "november.xlsx").form("Plan one post").submit(browser)

    post = db.session.scalars(select(Post)).one()
    assert (post.content, post.publications[0].content) == ("42", "Own.")
    assert post.wall_time == f"{day.date()}T08:15:00"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", import_tables.EMPTY),
        (b"date,time,accounts,text\n", import_tables.EMPTY),
        (b"a,b\n1,2\n", "We know no column “a”."),
        (b"date,text\n1,2\n", import_tables.NO_COLUMNS),
        (b"date,date,time,accounts\n1,2,3,4\n", "The column “date” is there twice."),
        (b"PK\x03\x04broken", import_tables.NOT_READABLE),
        (b"date,time,accounts,text\n1,2,3,\xff\n", import_tables.NOT_UTF8),
        (b"date,time,accounts,text\n" + b"1,2,3,4\n" * 1_001, import_tables.TOO_MANY),
        (b"x" * (import_tables.MOST_BYTES + 1), import_tables.TOO_LARGE),
    ],
    ids=range(9),
)
def test_a_file_that_is_no_such_table_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        import_tables.read(io.BytesIO(content), "x.csv")
    assert refused.value.words.startswith(words)


def test_a_table_with_semicolons_or_in_utf_16_is_read(clock: Clock) -> None:
    written = as_csv(row(clock, text="Ä, b"), separator=";")
    for content in (written, b"\xef\xbb\xbf" + written, written.decode().encode("utf-16")):
        assert import_tables.read(io.BytesIO(content), "x.csv")[0]["text"] == "Ä, b"


def test_the_templates_can_be_filled_in_and_sent(browser: FlaskClient, clock: Clock) -> None:
    for ending in ("csv", "xlsx"):
        content = browser.get(f"/posts/import/template.{ending}").data
        [found] = import_tables.read(io.BytesIO(content), f"x.{ending}")
        assert found["accounts"] == "LinkedIn, X"
    book = load_workbook(io.BytesIO(content))
    assert [str(cell.value) for cell in book["What goes where"]["A"]] == import_tables.columns()


def test_a_stranger_cannot_see_a_table(
    browser: FlaskClient, ben: Doctor, x: SocialAccount, clock: Clock
) -> None:
    table = kept_table(ben, as_csv(row(clock)))
    for address in ("", "/wrong.csv"):
        assert browser.get(f"/posts/import/{table.id}{address}").status_code == 404
    for address in ("/save", "/forget"):
        assert browser.post(f"/posts/import/{table.id}{address}").status_code == 404


def test_a_table_can_be_forgotten(browser: FlaskClient, x: SocialAccount, clock: Clock) -> None:
    page = send(browser, as_csv(row(clock))).form("Forget this table").submit(browser)
    assert page.heading == "Posts from a table" and count(PostImport) == 0


def test_old_tables_go_by_themselves(asha: Doctor, clock: Clock) -> None:
    kept_table(asha, as_csv(row(clock)))
    clock.advance(days=8)
    importing.forget_old()
    assert count(PostImport) == 0
