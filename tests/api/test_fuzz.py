"""A few calls of schemathesis of each kind, the same each time; `make fuzz` sends many, by chance."""

from pathlib import Path

import pytest

from tests.api import fuzz
from tests.databases import Databases

EACH = 25


@pytest.mark.slow
@pytest.mark.timeout(900)  # a crowded machine takes ten times as long
def test_calls_that_nobody_thought_of_find_nothing(
    databases: Databases, redis_url: str, tmp_path: Path
) -> None:
    environ = fuzz.environ(databases.copy("fuzz"), redis_url, tmp_path)
    with fuzz.portal_with_posts(environ) as (address, headers):
        found = fuzz.run(address, headers, "--phases=examples,fuzzing", "--seed=1", f"--max-examples={EACH}")
    assert found.returncode == 0, found.stdout[-8000:]
