"""What the practice network is told from outside, read once."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SandboxSettings:
    """Where the practice network listens, keeps its state, and how slowly it answers."""

    folder: Path
    port: int = 8010
    smtp_port: int = 8025
    public_url: str = "http://127.0.0.1:8000"
    sandbox_url: str = "http://127.0.0.1:8010"
    delay_seconds: float = 0.0


def read_settings(environ: Mapping[str, str]) -> SandboxSettings:
    """Read the settings; a malformed one ends the start with one sentence that names it."""
    port = _number(environ, "SANDBOX_PORT", 8010, 65535)
    return SandboxSettings(
        folder=Path(environ.get("INSTANCE_DIR") or "instance").resolve() / "sandbox",
        port=port,
        smtp_port=_number(environ, "SANDBOX_SMTP_PORT", 8025, 65535),
        public_url=_address(environ, "PUBLIC_URL", f"http://127.0.0.1:{environ.get('PORT') or 8000}"),
        sandbox_url=_address(environ, "SANDBOX_URL", f"http://127.0.0.1:{port}"),
        delay_seconds=_number(environ, "SANDBOX_DELAY_MS", 0, 600_000) / 1000,
    )


def _number(environ: Mapping[str, str], name: str, otherwise: int, highest: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit()) or int(text) > highest:
        _stop(f"{name} must be a whole number from 0 to {highest}.")
    return int(text)


def _address(environ: Mapping[str, str], name: str, otherwise: str) -> str:
    address = environ.get(name, "").strip().rstrip("/") or otherwise
    if not address.startswith(("http://", "https://")):
        _stop(f"{name} must be an address that begins with http:// or https://.")
    return address


def _stop(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    raise SystemExit(2)
