"""A real S3 server on this machine: rclone's, out of its wheel, over a folder of the test's own."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config import StoreSettings

PROGRAM = Path(sys.executable).with_name("rclone")
KEY, SECRET = "practice-key", "practice-secret"
STARTS_WITHIN_SECONDS = 20


@dataclass
class RealStore:
    """Where it listens, and the folder that it keeps its bucket in."""

    endpoint: str
    bucket: Path

    @property
    def settings(self) -> StoreSettings:
        return StoreSettings("bucket", "pre/fix", self.endpoint, "eu-west-1", KEY, SECRET)

    @property
    def url(self) -> str:
        return f"s3://bucket/pre/fix?endpoint={self.endpoint}&region=eu-west-1"

    def kept(self) -> set[str]:
        root = self.bucket / "pre" / "fix"
        return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


@contextmanager
def running(folder: Path) -> Iterator[RealStore]:
    """Serve until the end of the block. Keys are asked for, as a store on the net does."""
    bucket = folder / "data" / "bucket"
    bucket.mkdir(parents=True)
    told = folder / "told"
    command = [str(PROGRAM), "serve", "s3", "--config", str(folder / "none"), "--addr", "127.0.0.1:0"]
    command += ["--vfs-cache-mode", "off", "--auth-key", f"{KEY},{SECRET}", str(folder / "data")]
    with told.open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            yield RealStore(_address(told, server), bucket)
        finally:
            server.terminate()


def _address(told: Path, server: "subprocess.Popen[bytes]") -> str:
    end = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < end and server.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:\d+", told.read_text()):
            return found[0]
        time.sleep(0.02)
    raise RuntimeError(told.read_text())
