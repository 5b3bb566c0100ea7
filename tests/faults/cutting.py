"""A way to Redis that carries every order there and loses every answer."""

import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def cut_answers(path: str) -> Iterator[str]:
    """The address of a socket in front of the one at `path`."""
    folder = tempfile.mkdtemp(prefix="cut-")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{folder}/s")
    listener.listen()
    thread = threading.Thread(target=_serve, args=(listener, path), daemon=True)
    thread.start()
    try:
        yield f"unix://{folder}/s?db=0"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)
        shutil.rmtree(folder)


def _serve(listener: socket.socket, path: str) -> None:
    with suppress(OSError):  # it was closed: the end
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_carry, args=(client, path), daemon=True).start()


def _carry(client: socket.socket, path: str) -> None:
    """Answers pass until something is put on a queue; that order arrives, and its answer does not."""
    with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
        server.connect(path)
        while order := client.recv(65536):
            server.sendall(order)
            answer = server.recv(65536)
            if b"RPUSH" in order.upper() or b"LPUSH" in order.upper():
                return
            client.sendall(answer)
