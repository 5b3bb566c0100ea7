"""Outgoing calls against servers that behave badly."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from portal import http, reachable

Behaviour = Callable[[socket.socket, bytes], None]


class Server:
    """Listens on a port of its own and does with each connection what a test says."""

    def __init__(self, behave: Behaviour) -> None:
        self.behave = behave
        self.requests: list[bytes] = []
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while request := read_request(connection):
                self.requests.append(request)
                self.behave(connection, request)

    def stop(self) -> None:
        self.listener.close()


def read_request(connection: socket.socket) -> bytes:
    """Head and body of one request; empty when the caller has gone."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = connection.recv(65536)
        if not more:
            return b""
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    wanted = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < wanted:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def says(status: str, body: bytes = b"", *headers: str) -> Behaviour:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return lambda connection, _: connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Behaviour], Server]]:
    """Starts a server and makes it the practice network."""
    started: list[Server] = []

    def start(behave: Behaviour) -> Server:
        started.append(Server(behave))
        monkeypatch.setattr(http, "_outside", http.Outside(started[-1].url))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in practice mode: the real addresses."""
    monkeypatch.setattr(http, "_outside", http.Outside(None))


def test_a_network_is_called_at_its_place_on_the_practice_network(serve) -> None:
    server = serve(says("200 OK", b'{"a":1}'))

    answer = http.request("GET", "https://api.linkedin.com/rest/posts?author=urn%3Ali%3Aperson%3A1&q=author")

    assert answer.json() == {"a": 1}
    path = b"GET /api.linkedin.com/rest/posts?author=urn%3Ali%3Aperson%3A1&q=author HTTP/1.1"
    assert server.requests[0].startswith(path)


def test_browsers_are_sent_by_the_same_rule(serve) -> None:
    server = serve(says("200 OK"))

    assert http.rewrite("https://x.com/i/web/status/1?a=b") == f"{server.url}/x.com/i/web/status/1?a=b"
    assert http.rewrite("/accounts") == "/accounts"


def test_outside_practice_mode_addresses_stay_what_they_are(real) -> None:
    assert http.rewrite("https://x.com/a") == "https://x.com/a"


def test_json_forms_and_files_go_out_in_their_own_form(serve) -> None:
    server = serve(says("200 OK", b"{}"))

    http.request("POST", "https://a.example/", json={"text": "é"})
    http.request("POST", "https://a.example/", form={"code": "a b&c"})
    http.request(
        "POST", "https://a.example/", fields=[("kind", "x"), ("media", ("a.jpg", b"\x00", "image/jpeg"))]
    )

    sent_json, sent_form, sent_fields = server.requests
    assert sent_json.endswith('{"text":"é"}'.encode()) and b"application/json" in sent_json
    assert sent_form.endswith(b"code=a+b%26c") and b"x-www-form-urlencoded" in sent_form
    assert b"multipart/form-data; boundary=" in sent_fields and b'filename="a.jpg"' in sent_fields


def test_headers_are_found_without_regard_to_case(serve) -> None:
    serve(says("201 Created", b"", "X-RestLi-Id: urn:li:share:1"))

    assert http.request("POST", "https://a.example/").headers["x-restli-id"] == "urn:li:share:1"


def test_a_redirect_is_an_answer_and_is_not_followed(serve) -> None:
    server = serve(says("302 Found", b"", "Location: https://elsewhere.example/"))

    assert http.request("POST", "https://a.example/").status == 302
    assert len(server.requests) == 1


def test_a_page_instead_of_json_is_unreadable(serve) -> None:
    serve(says("200 OK", b"<html>One moment</html>"))

    with pytest.raises(http.Unreadable):
        http.request("GET", "https://a.example/").json()


@pytest.mark.parametrize("body", [b"", b'{"a":', b"[1]", b"\xff\xfe", b"nul"])
def test_what_is_no_json_object_is_unreadable(serve, body: bytes) -> None:
    serve(says("200 OK", body))

    with pytest.raises(http.Unreadable):
        http.request("GET", "https://a.example/").json()


def test_nobody_listening_means_certainly_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setattr(http, "_outside", http.Outside(url))

    with pytest.raises(http.NotSent):
        http.request("POST", "https://a.example/", json={})


def test_an_unknown_name_means_certainly_not_sent(real, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(http.NotSent):
        http.request("POST", "https://nowhere.example/", json={})


def test_a_failed_handshake_means_certainly_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(says("200 OK"))
    monkeypatch.setattr(http, "_outside", http.Outside(server.url.replace("http://", "https://")))

    with pytest.raises(http.NotSent):
        http.request("POST", "https://a.example/", json={}, connect_seconds=0.5)
    server.stop()


def test_a_connection_closed_without_an_answer_is_unknown(serve) -> None:
    server = serve(lambda connection, _: connection.shutdown(socket.SHUT_RDWR))

    with pytest.raises(http.Unanswered):
        http.request("POST", "https://a.example/", json={"once": True})
    assert len(server.requests) == 1


def test_silence_is_unknown_and_ends_in_time(serve) -> None:
    server = serve(lambda connection, _: None)
    began = time.monotonic()

    with pytest.raises(http.Unanswered):
        http.request("POST", "https://a.example/", json={}, total_seconds=1.0)

    assert time.monotonic() - began < http.TOTAL_SECONDS
    assert len(server.requests) == 1


def drip(connection: socket.socket, piece: bytes) -> None:
    for _ in range(1200):
        connection.sendall(piece)
        time.sleep(0.05)


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"]
)
def test_an_answer_that_drips_is_cut_off_as_a_whole(serve, head: bytes) -> None:
    def slowly(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head)
        drip(connection, b"a: b\r\n")

    serve(slowly)
    began = time.monotonic()

    with pytest.raises(http.Unanswered):
        http.request("GET", "https://a.example/", total_seconds=1.0)
    assert time.monotonic() - began < http.TOTAL_SECONDS


def test_an_answer_cut_in_the_middle_is_unknown(serve) -> None:
    def cut(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b'HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"data":')
        connection.shutdown(socket.SHUT_RDWR)

    serve(cut)

    with pytest.raises(http.Unanswered):
        http.request("POST", "https://a.example/", json={})


def test_a_huge_answer_is_not_swallowed(serve) -> None:
    serve(says("200 OK", b"x" * 50_000))

    with pytest.raises(http.Unanswered):
        http.request("GET", "https://a.example/", most_bytes=10_000)
    assert len(http.request("GET", "https://a.example/").body) == 50_000


def test_a_bomb_of_compressed_bytes_is_not_swallowed(serve) -> None:
    import gzip

    serve(says("200 OK", gzip.compress(b"0" * 5_000_000), "Content-Encoding: gzip"))

    with pytest.raises(http.Unanswered):
        http.request("GET", "https://a.example/", most_bytes=10_000)


def test_what_is_no_http_at_all_is_unknown(serve) -> None:
    def babble(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"\x00\x01\x02 hello\r\n\r\n")
        connection.shutdown(socket.SHUT_RDWR)

    serve(babble)

    with pytest.raises(http.Unanswered):
        http.request("POST", "https://a.example/", json={})


def test_connections_are_kept_for_the_next_call(serve) -> None:
    server = serve(says("200 OK", b"{}"))

    for _ in range(5):
        http.request("GET", "https://a.example/")

    assert server.connections == 1


def test_a_connection_that_lay_quiet_is_not_trusted(serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "IDLE_SECONDS", 0.0)
    server = serve(says("200 OK", b"{}"))

    for _ in range(3):
        http.request("GET", "https://a.example/")

    assert server.connections == 3


def test_a_hundred_threads_call_at_once(serve) -> None:
    server = serve(says("200 OK", b'{"ok":true}'))

    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(lambda _: http.request("POST", "https://a.example/", json={}), range(400)))

    assert all(answer.json() == {"ok": True} for answer in answers)
    assert len(server.requests) == 400


@pytest.mark.parametrize(
    "url",
    [
        "http://api.x.com/2/tweets",
        "ftp://api.x.com/",
        "https://user:secret@api.x.com/",
        "https:///nohost",
        "https://api.x.com/a b",
        "https://api.x.com/\r\nX: y",
        "https://api.x.com:notaport/",
        "//api.x.com/",
        "",
    ],
)
def test_only_plain_https_addresses_are_called(serve, url: str) -> None:
    server = serve(says("200 OK"))

    with pytest.raises(http.NotSent):
        http.request("GET", url)
    assert server.requests == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.9",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:10.0.0.1]",
        "[::ffff:169.254.169.254]",
        "[::10.0.0.1]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[64:ff9b::a00:1]",
        "[2002:a00:1::1]",
        "localhost",
    ],
)
def test_no_address_near_this_machine_is_called(real, host: str) -> None:
    with pytest.raises(http.NotSent):
        http.request("GET", f"https://{host}/", connect_seconds=0.5)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_fine(address: str) -> None:
    assert reachable.is_public(address)


def test_one_private_address_among_several_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [(0, 0, 0, "", ("1.1.1.1", 443)), (0, 0, 0, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: entries)

    with pytest.raises(reachable.NotReachable):
        reachable.resolve("two-faced.example", 443)


def test_what_was_checked_is_what_is_called(real, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["1.1.1.1", "127.0.0.1"])  # a name that changes its mind between two look-ups
    called: list[object] = []

    def look_up(*args: object, **kwargs: object) -> list[object]:
        return [(0, 0, 0, "", (next(answers), 443))]

    def dial(address: object, *args: object, **kwargs: object) -> None:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr("urllib3.util.connection.create_connection", dial)

    with pytest.raises(http.NotSent):
        http.request("GET", "https://rebinding.example/")
    assert called == [("1.1.1.1", 443)]
