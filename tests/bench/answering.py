"""A network that only answers: `python -m tests.bench.answering PORT MILLISECONDS`.

The practice network speaks every protocol and so needs as much of a core for each post as the portal; on a
machine of two cores it would be what is measured. This one takes any post on X, answers after a while, and
remembers when each text arrived.
"""

import asyncio
import json
import signal
import sys
import time
from itertools import count

HEAD_ENDS = b"\r\n\r\n"
LENGTH = b"content-length:"


class Network:
    """What arrived: (text, seconds since 1970)."""

    def __init__(self, delay_seconds: float) -> None:
        self.delay_seconds = delay_seconds
        self.arrivals: list[tuple[str, float]] = []
        self.numbers = count(10**18)

    def answer(self, method: bytes, path: bytes, body: bytes) -> tuple[float, bytes]:
        """After how long which answer goes back."""
        if path.endswith(b"/2/tweets"):
            text = json.loads(body)["text"]
            self.arrivals.append((text, time.time()))
            made = json.dumps({"data": {"id": str(next(self.numbers)), "text": text}})
            return self.delay_seconds, _response(b"201 Created", made)
        if method == b"DELETE":
            self.arrivals.clear()
        return 0.0, _response(b"200 OK", json.dumps(self.arrivals))


def _response(status: bytes, body: str) -> bytes:
    content = body.encode()
    head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % (status, len(content)) + content


class Caller(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, ends, body = self.received.partition(HEAD_ENDS)
        if not ends or len(body) < _length(head):
            return
        self.received = b""
        method, path, _ = head.split(b" ", 2)
        seconds, response = self.network.answer(method, path, body)
        asyncio.get_running_loop().call_later(seconds, self.transport.write, response)  # type: ignore[attr-defined]


def _length(head: bytes) -> int:
    lowered = head.lower()
    begins = lowered.find(LENGTH)
    return 0 if begins < 0 else int(lowered[begins + len(LENGTH) :].split(b"\r\n", 1)[0])


async def serve(port: int, delay_seconds: float) -> None:
    """Answer until SIGTERM."""
    network = Network(delay_seconds)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    server = await loop.create_server(lambda: Caller(network), "127.0.0.1", port, backlog=1024)
    async with server:
        await ended.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]) / 1000))
