"""An object store that speaks S3: the files of several machines in one place, or of one machine elsewhere.

obstore does the talking: a small wheel over Apache's object_store, alive, and without packages of its own
(boto3 wants an older python-dateutil than other packages here).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from config import StoreSettings

if TYPE_CHECKING:
    from obstore.store import S3Config, S3Store

# Each part of an upload, and each question, is a call of its own; a whole file comes back in one.
CONNECT, ASKING, READING = "3s", "20s", "150s"
PART_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 1024 * 1024


class StoreAway(Exception):
    """The store does not answer, or refuses us; `words` may be shown."""

    words = "We cannot reach the place where files are kept. Try again in a few minutes."


@dataclass(frozen=True)
class ObjectStore:
    """Keeps, gives and forgets whole files by their keys. Raises StoreAway, and FileNotFoundError for a file
    that it does not have."""

    settings: StoreSettings

    def put(self, key: str, source: Path) -> None:
        with _answers():
            import obstore

            obstore.put(self._asking, key, source, chunk_size=PART_BYTES)

    def fetch(self, key: str, into: Path) -> None:
        """Write the whole file to `into`, or nothing."""
        with _answers():
            import obstore

            # Asked first, so that a store that says nothing is given up soon.
            size = obstore.head(self._asking, key)["size"]
            with into.open("wb") as file:
                for piece in obstore.get(self._reading, key).stream(PIECE_BYTES):
                    file.write(piece)
            if into.stat().st_size != size:
                raise StoreAway

    def delete(self, key: str) -> None:
        with _answers():
            import obstore

            obstore.delete(self._asking, key)

    def listed(self) -> Iterator[tuple[str, int, datetime]]:
        """Every key with how many bytes it has and when it was put there."""
        with _answers():
            import obstore

            for some in obstore.list(self._asking):
                yield from ((one["path"], one["size"], one["last_modified"]) for one in some)

    @cached_property
    def _asking(self) -> "S3Store":
        return self._connected(ASKING)

    @cached_property
    def _reading(self) -> "S3Store":
        return self._connected(READING)

    def _connected(self, patience: str) -> "S3Store":
        # Loaded when it is needed: most portals keep their files in a folder.
        from obstore.store import S3Store

        at = self.settings
        named: S3Config = {"region": at.region}
        if at.key and at.secret:
            named |= {"access_key_id": at.key, "secret_access_key": at.secret}
        if at.endpoint:
            named |= {"endpoint": at.endpoint, "virtual_hosted_style_request": False}
        return S3Store(
            at.bucket,
            prefix=at.prefix or None,
            config=named,
            client_options={
                "connect_timeout": CONNECT,
                "timeout": patience,
                "allow_http": (at.endpoint or "").startswith("http://"),
            },
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=30)},
        )


class _answers:
    """Inside, whatever the store's library raises becomes StoreAway; its messages name keys and addresses."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        from obstore.exceptions import BaseError

        if isinstance(error, BaseError):
            raise StoreAway from error
