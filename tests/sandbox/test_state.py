"""What the practice network remembers when it ends, well or badly."""

import contextlib
import itertools
import smtplib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import urllib3

from portal.sandbox.running import start_sandbox
from portal.sandbox.settings import read_settings
from tests.sandbox.client import Member, Net


@pytest.fixture
def start(tmp_path):
    running = []

    def _start(**more):
        running.append(start_sandbox(tmp_path, **more))
        return running[-1]

    yield _start
    for each in running:
        each.kill()


def timed(act):
    """What it gives, and its seconds: the busier the machine is, the longer a start takes, too."""
    began = time.monotonic()
    return act(), time.monotonic() - began


def _fill(running):
    net = Net(running.url)
    asha = Member(net, net.connect("twitter"))
    assert asha.tweet("kept").status == 201
    net.fault("twitter", "server_error")
    with smtplib.SMTP("127.0.0.1", running.smtp_port, timeout=60) as smtp:
        smtp.sendmail("a@portal.example", ["b@portal.example"], b"Subject: kept\r\n\r\nkept")
    return asha


def _check(running, asha):
    net = Net(running.url)
    asha.net = net
    assert [post["text"] for post in net.posts("twitter")] == ["kept"]
    assert [letter["subject"] for letter in net.call("GET", "/_/mail").json()] == ["kept"]
    assert [asha.tweet("after").status for _ in range(2)] == [503, 201]
    assert asha.tweet("kept").status == 403


def test_everything_is_kept_over_a_restart_and_the_end_is_quick(start):
    first, starting = timed(start)
    asha = _fill(first)
    code, ending = timed(first.stop)
    assert code == 0 and ending < 4 + starting
    _check(start(), asha)


def test_everything_is_kept_over_a_kill(start):
    first = start()
    asha = _fill(first)
    first.kill()
    _check(start(port=urlsplit(first.url).port, smtp_port=first.smtp_port), asha)


def test_a_kill_in_a_burst_loses_no_post_that_was_acknowledged(start):
    first = start()
    net = Net(first.url)
    net.http.connection_pool_kw["maxsize"] = 24
    asha = Member(net, net.connect("twitter"))
    acknowledged: list[str] = []
    enough = threading.Event()

    def write(writer: int) -> None:
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            for number in itertools.count():
                words = f"writer {writer}, number {number}"
                if asha.tweet(words).status != 201:
                    return
                acknowledged.append(words)
                if len(acknowledged) >= 200:
                    enough.set()

    with ThreadPoolExecutor(24) as pool:
        for writer in range(24):
            pool.submit(write, writer)
        enough.wait(120)
        first.kill()

    kept = {post["text"] for post in Net(start().url).posts("twitter")}
    assert len(acknowledged) >= 200 and set(acknowledged) <= kept


def test_a_hanging_call_does_not_hold_up_the_end(start):
    running, starting = timed(start)
    asha = _fill(running)
    net = Net(running.url)
    net.call("DELETE", "/_/faults")
    net.fault("twitter", "hang", seconds=300)
    caller = threading.Thread(target=_call_in_vain, args=[asha])
    caller.start()
    deadline = time.monotonic() + 60
    while len(net.posts("twitter")) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    _, ending = timed(running.stop)
    assert ending < 4 + starting
    caller.join(60)


def _call_in_vain(member):
    with pytest.raises(urllib3.exceptions.HTTPError):
        member.tweet("hangs")


def test_answers_can_be_delayed_and_many_wait_at_once(start):
    asha_net = Net(start(delay_ms=500).url)
    asha_net.http.connection_pool_kw["maxsize"] = 40
    asha = Member(asha_net, asha_net.connect("twitter"))
    began = time.monotonic()
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda n: asha.tweet(f"number {n}").status, range(40)))
    assert answers == [201] * 40
    assert 0.5 <= time.monotonic() - began < 20  # as long as one after the other would take


def test_two_of_the_same_at_once_become_one_post(net, asha):
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: asha.tweet("just once").status, range(12)))
    assert sorted(answers) == [201] + [403] * 11
    assert len(net.posts("twitter")) == 1


def test_the_process_bears_a_telling_name(sandbox):
    title = Path(f"/proc/{sandbox.process.pid}/cmdline").read_bytes()
    assert title.startswith(b"portal: practice network")


@pytest.mark.parametrize(
    "wrong", [{"SANDBOX_PORT": "x"}, {"SANDBOX_SMTP_PORT": "70000"}, {"SANDBOX_URL": "here"}]
)
def test_a_wrong_setting_is_named(wrong, capsys):
    with pytest.raises(SystemExit) as ended:
        read_settings(wrong)
    assert ended.value.code == 2
    assert next(iter(wrong)) in capsys.readouterr().err
