"""What somebody typed never reaches a log, not even inside an error's text."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from config import Config
from portal import logs
from tests.conftest import TEST_SETTINGS

SECRET = "patient-words-4711"


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Later tests must not write to what this one captured."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def broken() -> tuple:
    try:
        raise ValueError(f"could not store {SECRET}")
    except ValueError as error:
        return type(error), error, error.__traceback__


def test_an_exceptions_text_stays_out_of_the_librarys_log(broken: tuple) -> None:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "it broke", None, broken)

    line = logs.QuietFormatter().format(record)

    assert SECRET not in line
    assert "builtins.ValueError" in line and "test_logs.py" in line


def test_a_librarys_line_is_json_with_the_job_that_it_was_written_in() -> None:
    record = logging.LogRecord("urllib3", logging.WARNING, __file__, 1, "tried %s\ntimes", ("two",), None)

    with logs.job("publish_due", "job-7"):
        line = logs.QuietFormatter().format(record)

    assert "\n" not in line
    told = json.loads(line)
    assert (told["event"], told["level"], told["logger"]) == ("tried two\ntimes", "warning", "urllib3")
    assert (told["job"], told["job_id"]) == ("publish_due", "job-7")


def test_an_exceptions_text_stays_out_of_our_own_log(
    broken: tuple, capsys: pytest.CaptureFixture[str], tmp_path
) -> None:
    logs.set_up(Config.from_env({**TEST_SETTINGS, "INSTANCE_DIR": str(tmp_path)}))
    event = logs.quiet_exceptions(None, "error", {"event": "it_broke", "exc_info": broken[1]})

    written = structlog.processors.JSONRenderer()(None, "error", event)

    assert SECRET not in written
    assert "builtins.ValueError" in json.loads(written)["exception"]


def test_a_failure_that_a_worker_hands_over_is_written_by_its_class(
    broken: tuple, capsys: pytest.CaptureFixture[str], tmp_path
) -> None:
    logs.set_up(Config.from_env({**TEST_SETTINGS, "INSTANCE_DIR": str(tmp_path)}))

    for handed in (broken, broken[1]):
        structlog.get_logger().error("job_failed", exc_info=handed)

    written = capsys.readouterr().err
    assert SECRET not in written
    assert [json.loads(line)["exception"].split("\n")[0] for line in written.splitlines()] == [
        "builtins.ValueError"
    ] * 2
