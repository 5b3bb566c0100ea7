"""The settings of a portal that runs whole on one machine: practice mode, unless told of another network."""

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from config import ROOT, BadSetting, Config

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Local:
    """The checked settings, and the environment in which every program of this run starts."""

    config: Config
    environ: dict[str, str]
    has_own_practice_network: bool


def read(environ: Mapping[str, str] | None = None) -> Local:
    """Read the surroundings over `.env`; raise BadSetting for what is wrong."""
    if environ is None:
        environ = {
            **{name: value or "" for name, value in dotenv_values(ROOT / ".env").items()},
            **os.environ,
        }
    surroundings = dict(environ)
    port = surroundings.get("SANDBOX_PORT", "").strip() or "8010"
    # A port that is none is said to be wrong by its own name, in from_env.
    ours = f"http://127.0.0.1:{port if port.isdecimal() and int(port) < 65536 else 8010}"
    surroundings["SANDBOX_URL"] = surroundings.get("SANDBOX_URL", "").strip() or ours
    config = Config.from_env(surroundings)
    address = urlsplit(config.sandbox_url or ours)
    return Local(
        config=config,
        environ=surroundings | _for_programs(config),
        has_own_practice_network=address.hostname in LOOPBACK and address.port == config.sandbox_port,
    )


def _for_programs(config: Config) -> dict[str, str]:
    programs = Path(sys.executable).parent
    return {
        "INSTANCE_DIR": str(config.instance_dir),
        "PORT": str(config.port),
        "PUBLIC_URL": config.public_url,
        "SANDBOX_PORT": str(config.sandbox_port),
        "SANDBOX_SMTP_PORT": str(config.sandbox_smtp_port),
        "SANDBOX_URL": config.sandbox_url or "",
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
    }


def check_ports(local: Local) -> None:
    """Raise BadSetting, naming the setting, when a port that we need is taken."""
    wanted = {"PORT": local.config.port}
    if local.has_own_practice_network:
        wanted |= {
            "SANDBOX_PORT": local.config.sandbox_port,
            "SANDBOX_SMTP_PORT": local.config.sandbox_smtp_port,
        }
    if len(set(wanted.values())) < len(wanted):
        raise BadSetting(f"{', '.join(wanted)} must be different ports.")
    for name, port in wanted.items():
        if not _is_free(port):
            raise BadSetting(f"{name} {port} is used by another program. Set {name} to a free port.")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers themselves do: a connection of a run before, not yet forgotten, does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
