"""The fields of medicine by JSON."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from portal.doctors import specialities
from portal.extensions import db
from portal.models import Doctor, MedicalSpeciality, MedicalSubSpeciality, User
from tests.factories import save
from tests.signing_in import bearer

WIDE, NARROW = "/api/v1/master/specialities", "/api/v1/master/sub-specialities"


@pytest.fixture
def cardiology(database: None) -> MedicalSpeciality:
    subs = [MedicalSubSpeciality(name=name) for name in ("heart Failure", "Electrophysiology")]
    return save(MedicalSpeciality(name="Cardiology", aliases=["Heart"], sub_specialities=subs))


@pytest.fixture
def anatomy(database: None) -> MedicalSpeciality:
    return save(MedicalSpeciality(name="anatomy", aliases=[]))


def test_anybody_may_read_the_specialities(client: FlaskClient, cardiology: Any, anatomy: Any) -> None:
    answer = client.get(WIDE)

    assert answer.status_code == 200
    assert [row["name"] for row in answer.json["specialities"]] == ["anatomy", "Cardiology"]
    assert (answer.json["total"], answer.json["next_cursor"]) == (2, None)
    assert set(answer.json["specialities"][0]) == {"id", "name", "created_at", "updated_at"}


def test_the_narrower_ones_of_one_speciality(client: FlaskClient, cardiology: Any, anatomy: Any) -> None:
    answer = client.get(NARROW, query_string={"speciality_id": cardiology.id})

    rows = answer.json["sub_specialities"]
    assert [row["name"] for row in rows] == ["Electrophysiology", "heart Failure"]
    assert {row["speciality_name"] for row in rows} == {"Cardiology"}
    assert set(rows[0]) == {"id", "name", "speciality_id", "speciality_name", "created_at", "updated_at"}
    assert answer.json["total"] == 2
    none = client.get(NARROW, query_string={"speciality_id": anatomy.id}).json
    assert (none["sub_specialities"], none["total"], none["next_cursor"]) == ([], 0, None)


def test_every_row_comes_exactly_once_page_by_page(client: FlaskClient) -> None:
    specialities.load(specialities.catalogue())
    seen: list[int] = []
    query: dict[str, Any] = {"limit": 100}
    while True:
        answer = client.get(NARROW, query_string=query).json
        assert answer["total"] == 225
        seen += [row["id"] for row in answer["sub_specialities"]]
        if answer["next_cursor"] is None:
            break
        query["cursor"] = answer["next_cursor"]
    assert len(seen) == len(set(seen)) == 225


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0}, {"limit": 101}, {"limit": "many"}, {"cursor": "made-up"}, {"speciality_id": "heart"},
        {"speciality_id": 2**63}, {"speciality_id": -1}, {"q": "heart"}, {"cursor": "\x00"},
    ],
)  # fmt: skip
def test_an_odd_question_is_refused(client: FlaskClient, query: dict[str, Any]) -> None:
    answer = client.get(NARROW, query_string=query)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == f"/{next(iter(query))}"


def test_a_program_may_keep_the_list_and_ask_whether_it_changed(client: FlaskClient, cardiology: Any) -> None:
    answer = client.get(WIDE)
    mark = {"If-None-Match": answer.headers["ETag"]}

    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert client.get(WIDE, headers=mark).status_code == 304
    cardiology.name = "Heart Medicine"
    db.session.commit()
    assert client.get(WIDE, headers=mark).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE medical_sub_speciality SET name = 'Valves' WHERE name = 'Electrophysiology'",
        "DELETE FROM medical_sub_speciality WHERE name = 'Electrophysiology'",
        "UPDATE medical_speciality SET name = 'Heart Medicine'",
    ],
)
def test_an_answer_that_was_kept_ends_with_any_change(
    client: FlaskClient, cardiology: Any, change: str
) -> None:
    before = client.get(NARROW).json
    assert client.get(NARROW).json == before

    db.session.execute(text(change))
    db.session.commit()

    assert client.get(NARROW).json != before


CHANGES = [
    ("post", WIDE, {"name": "New"}),
    ("put", f"{WIDE}/1", {"name": "New"}),
    ("delete", f"{WIDE}/1", None),
    ("post", NARROW, {"name": "New", "speciality_id": 1}),
    ("put", f"{NARROW}/1", {"name": "New"}),
    ("delete", f"{NARROW}/1", None),
]


@pytest.mark.parametrize(("method", "address", "body"), CHANGES)
def test_only_an_administrator_changes_the_list(
    client: FlaskClient, asha: Doctor, method: str, address: str, body: Any
) -> None:
    call = getattr(client, method)
    assert call(address, json=body).status_code == 401
    assert call(address, json=body, headers=bearer(asha)).status_code == 403


@pytest.mark.parametrize("number", ["999999999", "9223372036854775808", "9" * 30, "heart"])
@pytest.mark.parametrize("place", [WIDE, NARROW])
def test_what_does_not_exist_is_not_found(client: FlaskClient, carla: User, place: str, number: str) -> None:
    head = bearer(carla)
    assert client.put(f"{place}/{number}", json={"name": "New"}, headers=head).status_code == 404
    assert client.delete(f"{place}/{number}", headers=head).status_code in (404, 405)


def test_a_speciality_is_added_renamed_and_removed(client: FlaskClient, carla: User) -> None:
    head = bearer(carla)
    made = client.post(WIDE, json={"name": "  Ayurveda "}, headers=head)
    assert (made.status_code, made.json["name"]) == (201, "Ayurveda")

    renamed = client.put(f"{WIDE}/{made.json['id']}", json={"name": "AYUSH"}, headers=head)
    assert (renamed.status_code, renamed.json["name"]) == (200, "AYUSH")

    assert client.delete(f"{WIDE}/{made.json['id']}", headers=head).status_code == 204
    assert client.get(WIDE).json["total"] == 0


def test_a_narrower_one_is_added_moved_and_removed(
    client: FlaskClient, carla: User, cardiology: Any, anatomy: Any
) -> None:
    head = bearer(carla)
    made = client.post(NARROW, json={"name": "Valves", "speciality_id": cardiology.id}, headers=head)
    assert (made.status_code, made.json["speciality_name"]) == (201, "Cardiology")

    moved = client.put(f"{NARROW}/{made.json['id']}", json={"speciality_id": anatomy.id}, headers=head)
    assert (moved.json["name"], moved.json["speciality_name"]) == ("Valves", "anatomy")

    assert client.delete(f"{NARROW}/{made.json['id']}", headers=head).status_code == 204


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "🫀", "a\u0000b", None, 5])
def test_a_name_that_is_none_is_refused(client: FlaskClient, carla: User, name: Any) -> None:
    answer = client.post(WIDE, json={"name": name}, headers=bearer(carla))
    assert answer.status_code == 422 and answer.json["errors"][0]["pointer"] == "/name"


def test_a_name_is_nobody_elses(client: FlaskClient, carla: User, cardiology: Any, anatomy: Any) -> None:
    head = bearer(carla)
    twin = {"name": "HEART failure", "speciality_id": cardiology.id}

    assert client.post(WIDE, json={"name": "CARDIOLOGY"}, headers=head).status_code == 422
    assert client.put(f"{WIDE}/{anatomy.id}", json={"name": "cardiology"}, headers=head).status_code == 422
    assert client.put(f"{WIDE}/{anatomy.id}", json={"name": "Anatomy"}, headers=head).status_code == 200
    assert client.post(NARROW, json=twin, headers=head).status_code == 422
    # The same name under another speciality is right: boards share certificates.
    assert client.post(NARROW, json=twin | {"speciality_id": anatomy.id}, headers=head).status_code == 201


def test_a_parent_that_does_not_exist_is_refused(client: FlaskClient, carla: User) -> None:
    answer = client.post(NARROW, json={"name": "Valves", "speciality_id": 77}, headers=bearer(carla))
    assert answer.status_code == 422 and answer.json["errors"][0]["pointer"] == "/speciality_id"


def test_what_a_doctor_has_chosen_stays(
    client: FlaskClient, carla: User, asha: Doctor, cardiology: Any, anatomy: Any
) -> None:
    narrower = cardiology.sub_specialities[0]
    asha.speciality_id, asha.sub_speciality_id = cardiology.id, narrower.id
    db.session.commit()
    head = bearer(carla)

    for place, row in ((WIDE, cardiology), (NARROW, narrower)):
        answer = client.delete(f"{place}/{row.id}", headers=head)
        assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
        assert answer.json["detail"].startswith("A doctor has chosen this.")
    moved = client.put(f"{NARROW}/{narrower.id}", json={"speciality_id": anatomy.id}, headers=head)
    assert moved.status_code == 409
    renamed = client.put(f"{NARROW}/{narrower.id}", json={"name": "Failing Heart"}, headers=head)
    assert renamed.status_code == 200
    assert asha.sub_speciality is not None and asha.sub_speciality.name == "Failing Heart"


def test_a_speciality_with_narrower_ones_stays(client: FlaskClient, carla: User, cardiology: Any) -> None:
    answer = client.delete(f"{WIDE}/{cardiology.id}", headers=bearer(carla))
    assert answer.status_code == 409 and "sub-specialities" in answer.json["detail"]
