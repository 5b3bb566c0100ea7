"""A browser without JavaScript over real HTTP, shaped like Flask's test client so that Page can use it."""

from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, Request, build_opener

from urllib3.filepost import encode_multipart_formdata


@dataclass
class Asked:
    """The request that an answer belongs to."""

    url: str

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def full_path(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.path}?{parts.query}"


@dataclass
class Answer:
    """As much of werkzeug's TestResponse as a Page reads."""

    status_code: int
    headers: Any
    body: bytes
    request: Asked

    @property
    def mimetype(self) -> str:
        return str(self.headers.get("Content-Type", "")).partition(";")[0]

    def get_data(self, as_text: bool = True) -> str:
        return self.body.decode()


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


@dataclass
class Web:
    """One person's browser. Relative addresses belong to the portal at `url`."""

    url: str
    opener: OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()), _Stay())

    def get(self, address: str, query_string: Any = None, follow_redirects: bool = False) -> Answer:
        if query_string:
            address = f"{address.partition('?')[0]}?{urlencode(query_string, doseq=True)}"
        return self._send(Request(urljoin(self.url, address)), follow_redirects)

    def post(
        self,
        address: str,
        data: Any = None,
        content_type: str = "application/x-www-form-urlencoded",
        headers: Any = None,
        follow_redirects: bool = False,
    ) -> Answer:
        if content_type == "multipart/form-data":
            fields = [(name, value) for name, values in data.items() for value in values]
            body, content_type = encode_multipart_formdata(fields)
        else:
            body = urlencode(data, doseq=True).encode()
        own = {**(headers or {}), "Content-Type": content_type, "Origin": self.url}
        return self._send(Request(urljoin(self.url, address), body, own), follow_redirects)

    def _send(self, request: Request, follow: bool) -> Answer:
        assert request.full_url.startswith("http://127.0.0.1:"), request.full_url
        try:
            reply = self.opener.open(request, timeout=60)
        except HTTPError as refused:
            reply = refused  # an answer like any other, with a status of its own
        answer = Answer(reply.status, reply.headers, reply.read(), Asked(request.full_url))
        if follow and 300 <= answer.status_code < 400:
            there = urljoin(request.full_url, answer.headers["Location"])
            return self._send(Request(there), follow)
        return answer
