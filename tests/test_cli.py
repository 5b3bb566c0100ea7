"""The operator's commands."""

import json
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from config import Config
from portal import demo, pictures, practice
from portal.auth import passwords
from portal.auth.password_rules import check_common, check_length
from portal.doctors import portrait, specialities
from portal.extensions import db
from portal.models import Doctor, MedicalSpeciality, MedicalSubSpeciality, User
from tests.factories import make_doctor, make_user

Command = Callable[..., Result]


@pytest.fixture
def command(app: Flask, database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """Runs a command with some settings changed, in a folder of its own."""

    def run(*words: str, **changes: Any) -> Result:
        settings: Config = replace(config, instance_dir=tmp_path, media_url=str(tmp_path), **changes)
        monkeypatch.setitem(app.config, "PORTAL", settings)
        return app.test_cli_runner().invoke(args=words)

    config = app.config["PORTAL"]
    # Nothing listens where these tests look for the practice network.
    monkeypatch.setattr(demo, "WAIT_SECONDS", 0.0)
    yield run


def sign_ins(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "demo.json").read_text())


def user(email: str) -> User:
    return db.session.scalars(User.by_email(email)).one()


def test_the_list_of_specialities_is_whole(command: Command) -> None:
    result = command("specialities")

    assert (result.exit_code, result.output) == (0, "Specialities: 273 added, 0 changed.\n")
    assert db.session.query(MedicalSpeciality).count() == 48
    assert db.session.query(MedicalSubSpeciality).count() == 225


def test_loading_again_keeps_every_row(command: Command) -> None:
    command("specialities")
    before = {(row.id, row.name) for row in db.session.query(MedicalSpeciality)}

    assert command("specialities").output == "Specialities: 0 added, 0 changed.\n"
    assert {(row.id, row.name) for row in db.session.query(MedicalSpeciality)} == before


def test_loading_heals_what_was_changed_and_deletes_nothing(command: Command, asha: Doctor) -> None:
    own = MedicalSpeciality(name="Ayurveda", aliases=[])
    other = MedicalSpeciality(name="PEDIATRICS", aliases=[])
    db.session.add_all([own, other])
    asha.speciality = own
    db.session.commit()
    id_before = other.id

    command("specialities")

    assert asha.speciality == own
    assert (other.id, other.name, other.aliases) == (id_before, "Pediatrics", ["Paediatrics"])


def test_every_speciality_tells_where_it_comes_from() -> None:
    entries = specialities.catalogue()
    names = [entry["name"].lower() for entry in entries]
    assert len(set(names)) == len(names)
    for entry in entries:
        narrower = [name.lower() for name in entry["sub_specialities"]]
        assert entry["source"] and len(set(narrower)) == len(narrower)


def test_the_administrator_is_made_as_the_settings_say(command: Command) -> None:
    asked = {"admin_email": "Head@Clinic.example", "admin_password": "a long enough password"}

    first, second = command("admin", **asked), command("admin", **asked)

    assert first.output == "Administrator Head@Clinic.example is made.\n"
    assert second.output == "Administrator Head@Clinic.example is there already.\n"
    made = user("head@clinic.example")
    assert made.is_administrator and made.is_active
    assert passwords.is_right("a long enough password", made.password_digest)


def test_an_administrator_who_is_there_keeps_the_password(command: Command) -> None:
    there = make_user(email="head@clinic.example", role="administrator", password_digest="theirs")
    command("admin", admin_email="head@clinic.example", admin_password="another long password")
    assert there.password_digest == "theirs"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("head", "a long enough password"), "ADMIN_EMAIL must be an e-mail address"),
        (("head@clinic.example", "short"), "ADMIN_PASSWORD must be from 12 to 128"),
        (("head@clinic.example", "x" * 129), "ADMIN_PASSWORD must be from 12 to 128"),
        (("asha@example.org", "a long enough password"), "ADMIN_EMAIL cannot be used. This address belongs"),
    ],
)
def test_settings_that_make_no_administrator_end_with_a_sentence(
    command: Command, asha: Doctor, asked: tuple[str, str], words: str
) -> None:
    result = command("admin", admin_email=asked[0], admin_password=asked[1])

    assert result.exit_code == 2
    assert result.stderr.startswith(words) and result.stderr.count("\n") == 1


def test_somebody_who_only_typed_the_address_does_not_keep_it_from_the_administrator(
    command: Command,
) -> None:
    squatter = make_doctor(email="head@clinic.example", verified=False)
    squatter.user.confirmed_at = None
    db.session.commit()

    command("admin", admin_email="head@clinic.example", admin_password="a long enough password")

    assert user("head@clinic.example").is_administrator
    assert db.session.query(Doctor).count() == 0


def test_without_settings_there_is_no_administrator_outside_practice(command: Command) -> None:
    result = command("admin", sandbox_url=None)
    assert "set ADMIN_EMAIL and ADMIN_PASSWORD" in result.output
    assert db.session.query(User).count() == 0


def test_practice_mode_has_an_administrator_whose_sign_in_is_written_down(
    command: Command, tmp_path: Path
) -> None:
    command("admin")
    first = sign_ins(tmp_path)["administrator"]
    command("admin")

    assert sign_ins(tmp_path) == {"administrator": first}
    assert stat.S_IMODE((tmp_path / "demo.json").stat().st_mode) == 0o600
    assert check_common(check_length(first["password"]))
    made = user(first["email"])
    assert made.is_administrator and passwords.is_right(first["password"], made.password_digest)


def test_a_sign_in_that_is_printed_works_after_the_file_or_the_password_was_lost(
    command: Command, tmp_path: Path
) -> None:
    command("admin")
    (tmp_path / "demo.json").write_text("{ broken")
    command("admin")
    printed = sign_ins(tmp_path)["administrator"]
    assert passwords.is_right(printed["password"], user(printed["email"]).password_digest)


def test_an_administrator_of_the_operators_own_is_not_printed(command: Command, tmp_path: Path) -> None:
    command("admin")
    command("admin", admin_email="head@clinic.example", admin_password="a long enough password")
    assert "administrator" not in sign_ins(tmp_path)


def test_the_demo_doctor_is_verified_and_complete(command: Command, tmp_path: Path) -> None:
    result = command("demo", demo_data=True)

    assert result.exit_code == 0
    printed = sign_ins(tmp_path)["doctor"]
    doctor = user(printed["email"]).doctor
    assert doctor is not None and doctor.is_verified and doctor.user.is_active
    assert (doctor.completeness_percentage, doctor.completeness_tips) == (100, [])
    assert passwords.is_right(printed["password"], doctor.user.password_digest)


def test_a_second_run_keeps_what_somebody_changed_about_the_demo_doctor(command: Command) -> None:
    command("demo", demo_data=True)
    doctor = user(practice.DOCTOR).doctor
    assert doctor is not None
    doctor.clinic_name = "My own clinic"
    db.session.commit()

    command("demo", demo_data=True)

    assert doctor.clinic_name == "My own clinic"
    assert db.session.query(Doctor).count() == 1


@pytest.mark.parametrize("changes", [{"demo_data": False}, {"demo_data": False, "sandbox_url": None}])
def test_there_are_no_demo_data_where_nobody_wants_them(command: Command, changes: dict[str, Any]) -> None:
    result = command("demo", **changes)
    assert result.exit_code == 0 and "nothing was done" in result.output
    assert db.session.query(User).count() == 0


def test_the_drawn_portrait_is_a_photo_like_any_other() -> None:
    assert pictures.portrait(portrait.drawn(), "portrait.png").width == 480
