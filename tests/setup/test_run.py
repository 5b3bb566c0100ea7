"""What `python -m portal.local run` says when it cannot start."""

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT, BadSetting
from portal.local import procfile, settings


def run(folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """A run that is expected to end by itself."""
    surroundings = {name: value for name, value in os.environ.items() if name != "MAKELEVEL"}
    return subprocess.run(
        [sys.executable, "-m", "portal.local", "run"],
        cwd=ROOT,
        env={**surroundings, "INSTANCE_DIR": str(folder), **environ},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_a_second_run_in_the_same_folder_is_told_so_in_one_sentence(folder):
    with (folder / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        second = run(folder)

    assert second.returncode == 2
    assert second.stderr == (
        f"The portal runs already in {folder}. End it, or set INSTANCE_DIR to another folder.\n"
    )


@pytest.mark.parametrize("name", ["PORT", "SANDBOX_PORT", "SANDBOX_SMTP_PORT"])
def test_a_port_in_use_is_one_sentence_that_names_the_setting(folder, name):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        others = [each for each in ("PORT", "SANDBOX_PORT", "SANDBOX_SMTP_PORT") if each != name]

        refused = run(folder, **{name: str(port)}, **{each: str(free_port()) for each in others})

    assert refused.returncode == 2
    assert refused.stderr == f"{name} {port} is used by another program. Set {name} to a free port.\n"


def test_a_wrong_setting_is_one_sentence_that_names_it(folder):
    refused = run(folder, PORT="eighty")

    assert refused.returncode == 2
    assert refused.stderr.startswith("PORT must be a port number")
    assert refused.stderr.count("\n") == 1


def test_a_database_that_does_not_answer_is_one_sentence(folder):
    practice = {"SANDBOX_URL": "http://127.0.0.1:1", "REDIS_URL": "redis://127.0.0.1:1/0"}
    refused = subprocess.run(
        [sys.executable, "-m", "portal.local.release", "db upgrade"],
        cwd=ROOT,
        env={
            **os.environ,
            **practice,
            "INSTANCE_DIR": str(folder),
            "DATABASE_URL": f"postgresql://portal:secret@127.0.0.1:{free_port()}/portal",
        },
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )

    assert refused.returncode == 2
    assert refused.stderr.startswith("DATABASE_URL must be") and refused.stderr.count("\n") == 1
    assert "secret" not in refused.stderr


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def read(folder: Path, **environ: str) -> settings.Local:
    return settings.read({"INSTANCE_DIR": str(folder), **environ})


def test_without_an_address_the_own_practice_network_is_used(folder):
    local = read(folder, SANDBOX_PORT="4321")

    assert local.has_own_practice_network
    assert local.environ["SANDBOX_URL"] == "http://127.0.0.1:4321"


def test_the_address_of_the_own_practice_network_may_be_said_out_loud(folder):
    local = read(folder, SANDBOX_PORT="4321", SANDBOX_URL="http://localhost:4321/")

    assert local.has_own_practice_network


@pytest.mark.parametrize("address", ["http://127.0.0.1:9999", "https://practice.example:4321/there"])
def test_another_practice_network_is_used_instead_of_the_own_one(folder, address):
    local = read(folder, SANDBOX_PORT="4321", SANDBOX_URL=address)

    assert not local.has_own_practice_network
    assert local.environ["SANDBOX_URL"] == address


def test_two_settings_cannot_share_a_port(folder):
    with pytest.raises(BadSetting, match="must be different ports"):
        settings.check_ports(read(folder, PORT="4321", SANDBOX_PORT="4321"))


def test_the_procfile_names_what_the_portal_consists_of():
    commands = procfile.read(ROOT / "Procfile")

    assert {"release", "web", "worker", "scheduler"} <= commands.keys()
    assert all(step.startswith("flask --app wsgi ") for step in procfile.steps(commands["release"]))
