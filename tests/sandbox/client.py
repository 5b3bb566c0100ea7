"""Real clients of the practice network: a browser without JavaScript, an app, a member with a token."""

import base64
import hashlib
import html
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import urllib3

CALLBACK = "https://portal.example/social/callback/network"
RESTLI = {"LinkedIn-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}
VERIFIER = "a-verifier-that-is-long-enough-to-be-taken-for-one"


class Net:
    """Speaks to the networks by their own addresses, through the one rule of practice mode."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = urllib3.PoolManager(retries=False, timeout=60.0)

    def call(self, method: str, address: str, **more: Any) -> urllib3.BaseHTTPResponse:
        address = (
            address.replace("https://", f"{self.url}/", 1)
            if address.startswith("https://")
            else self.url + address
        )
        return self.http.request(method, address, redirect=False, **more)

    def form(self, address: str, fields: dict[str, str], headers: dict[str, str] | None = None):
        return self.call("POST", address, body=urlencode(fields), headers=FORM | (headers or {}))

    def posts(self, platform: str) -> list[dict[str, Any]]:
        return self.call("GET", f"/_/posts?platform={platform}").json()

    def fault(self, platform: str, kind: str, **more: Any) -> None:
        answer = self.call("POST", "/_/faults", json={"platform": platform, "kind": kind, "times": 1, **more})
        assert answer.status == 201, answer.data

    def connect(self, platform: str, handle: str = "dr_asha", **more: Any) -> dict[str, Any]:
        body = {"platform": platform, "handle": handle, "name": "Dr. Asha Menon", **more}
        answer = self.call("POST", "/_/people", json=body)
        assert answer.status == 201, answer.data
        return answer.json()


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Browser:
    """A browser without JavaScript that keeps cookies."""

    net: Net
    cookies: dict[str, str] = field(default_factory=dict)

    def open(self, address: str, form: dict[str, str] | None = None) -> urllib3.BaseHTTPResponse:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is None:
            answer = self.net.call("GET", address, headers=headers)
        else:
            answer = self.net.form(address, form, headers)
        for cookie in answer.headers.getlist("Set-Cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def press(self, address: str, answer: str, **more: str) -> urllib3.BaseHTTPResponse:
        """Open a consent page and press one of its buttons."""
        page = self.open(address).data.decode()
        person = re.search(r'name="person" value="([^"]+)"', page)
        assert person, html.unescape(page)
        return self.open(address, {"person": person[1], "answer": answer, **more})

    def allow(self, address: str) -> dict[str, str]:
        """What the network sends back to the app after "Allow"."""
        return sent_back(self.press(address, "allow"))


@dataclass
class Member:
    """Somebody with a token, and the calls that they make."""

    net: Net
    seeded: dict[str, Any]

    @property
    def account(self) -> str:
        return self.seeded["identity"]["account"]

    @property
    def page(self) -> str:
        return self.seeded["identity"]["organizations"][0]["account"]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.seeded['access_token']}"}

    def call(self, method: str, address: str, **more: Any) -> urllib3.BaseHTTPResponse:
        headers = self.headers | (RESTLI if "/rest/" in address else {}) | more.pop("headers", {})
        return self.net.call(method, address, headers=headers, **more)

    def share(self, commentary: str, author: str = "", **more: Any) -> urllib3.BaseHTTPResponse:
        """Post on LinkedIn."""
        body = share_body(author or self.account, commentary) | more
        return self.call("POST", "https://api.linkedin.com/rest/posts", json=body)

    def tweet(self, text: str, **more: Any) -> urllib3.BaseHTTPResponse:
        """Post on X."""
        return self.call("POST", "https://api.x.com/2/tweets", json={"text": text, **more})

    def publish(self, text: str) -> urllib3.BaseHTTPResponse:
        return self.share(text) if "openid" in self.seeded["scope"] else self.tweet(text)


def share_body(author: str, commentary: str) -> dict[str, Any]:
    return {
        "author": author,
        "commentary": commentary,
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }


def sent_back(answer: urllib3.BaseHTTPResponse) -> dict[str, str]:
    assert answer.status == 302, answer.data
    location = answer.headers["Location"]
    assert location.startswith(CALLBACK + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


class Asks:
    """The addresses and forms with which an app asks for permission."""

    callback = CALLBACK
    verifier = VERIFIER

    @staticmethod
    def linkedin(scope: str = "openid profile w_member_social", **more: str) -> str:
        fields = {
            "response_type": "code",
            "client_id": "86li",
            "redirect_uri": CALLBACK,
            "state": "Zx81",
            "scope": scope,
        }
        return f"https://www.linkedin.com/oauth/v2/authorization?{urlencode(fields | more)}"

    @staticmethod
    def x(scope: str = "tweet.read tweet.write users.read media.write offline.access", **more: str) -> str:
        digest = hashlib.sha256(VERIFIER.encode()).digest()
        fields = {
            "response_type": "code",
            "client_id": "xclient",
            "redirect_uri": CALLBACK,
            "scope": scope,
            "state": "STATE",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"https://x.com/i/oauth2/authorize?{urlencode(fields | more)}"

    @staticmethod
    def basic(client_id: str = "xclient") -> dict[str, str]:
        return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:secret".encode()).decode()}
