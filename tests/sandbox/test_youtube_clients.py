"""Google's own client library against the practice network: sign-in, uploads through a break, pictures.

Every address stays the real one; a transport takes it to the practice network, as the portal does.
"""

import io
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httplib2
import pytest
import requests
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from google_auth_oauthlib.flow import Flow
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaFileUpload, MediaIoBaseUpload
from PIL import Image

from tests.sandbox.client import CALLBACK, Browser, Net

CHUNK = 262_144
SCOPES = [f"https://www.googleapis.com/auth/youtube.{one}" for one in ("upload", "readonly", "force-ssl")]
APP = {
    "client_id": "123-abc.apps.googleusercontent.com",
    "client_secret": "GOCSPX-example",
    "auth_uri": "https://accounts.google.com/o/oauth2/v2/auth",
    "token_uri": "https://oauth2.googleapis.com/token",
    "redirect_uris": [CALLBACK],
}
BODY: dict[str, dict[str, Any]] = {
    "snippet": {
        "title": "Three signs of dehydration",
        "description": "Dr. Ana explains.\nhttps://clinic.example",
        "tags": ["hydration", "first aid"],
        "categoryId": "27",
    },
    "status": {"privacyStatus": "unlisted", "selfDeclaredMadeForKids": False},
}


class Rewritten(httplib2.Http):
    """Takes every address to the practice network; `breaks_after` of the parts their answers are lost."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=60)
        self.url = url
        self.parts = 0
        self.breaks_after: int | None = None
        # As the library's own transport: 308 is no redirect in this protocol.
        self.redirect_codes = self.redirect_codes - {308}

    def request(self, uri: str, method: str = "GET", *args: Any, **more: Any) -> Any:  # type: ignore[override]
        answer = super().request(uri.replace("https://", f"{self.url}/", 1), method, *args, **more)
        self.parts += method == "PUT"
        if self.parts == self.breaks_after:
            self.breaks_after = None
            raise ConnectionResetError("the line broke")
        return answer


class RewrittenAdapter(requests.adapters.HTTPAdapter):
    """The same for requests, with which the sign-in and the renewing call."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        request.url = str(request.url).replace("https://", f"{self.url}/", 1)
        return super().send(request, *args, **more)


@pytest.fixture
def flow(net: Net) -> Flow:
    flow = Flow.from_client_config({"web": APP}, scopes=SCOPES, redirect_uri=CALLBACK)
    flow.oauth2session.mount("https://", RewrittenAdapter(net.url))
    return flow


@pytest.fixture
def credentials(flow: Flow, browser: Browser) -> Credentials:
    """What signing in with Google's own library gives."""
    address, _ = flow.authorization_url(
        access_type="offline", prompt="consent", include_granted_scopes="true"
    )
    back = browser.press(address, "allow").headers["Location"]
    flow.fetch_token(authorization_response=back)
    return flow.credentials


@pytest.fixture
def wire(net: Net) -> Rewritten:
    return Rewritten(net.url)


@pytest.fixture
def youtube(credentials: Credentials, wire: Rewritten) -> Any:
    return build("youtube", "v3", http=AuthorizedHttp(credentials, http=wire), static_discovery=True)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(range(250)) * 2800)
    return path


def upload(youtube: Any, film: Path, **snippet: Any) -> Any:
    media = MediaFileUpload(str(film), mimetype="video/mp4", chunksize=CHUNK, resumable=True)
    body = {**BODY, "snippet": {**BODY["snippet"], **snippet}}
    return youtube.videos().insert(part="snippet,status", body=body, media_body=media)


def finish(request: Any) -> dict[str, Any]:
    answer = None
    while answer is None:
        _, answer = request.next_chunk()
    return dict(answer)


def test_signing_in_sends_a_challenge_and_gives_both_tokens(flow: Flow, credentials: Credentials) -> None:
    address, _ = flow.authorization_url()

    assert parse_qs(urlsplit(address).query)["code_challenge_method"] == ["S256"]
    assert credentials.token and credentials.refresh_token
    assert set(credentials.granted_scopes) == set(SCOPES)


def test_a_token_is_renewed_and_once_revoked_is_not(net: Net, credentials: Credentials) -> None:
    session = requests.Session()
    session.mount("https://", RewrittenAdapter(net.url))
    before = credentials.token
    credentials.refresh(Request(session))
    assert credentials.token != before

    net.form("https://oauth2.googleapis.com/revoke", {"token": credentials.refresh_token})
    with pytest.raises(RefreshError) as raised:
        credentials.refresh(Request(session))
    assert "invalid_grant" in str(raised.value)


def test_the_channel_tells_who_it_is(youtube: Any) -> None:
    (channel,) = (
        youtube.channels().list(part="id,snippet,contentDetails,status", mine=True).execute()["items"]
    )

    uploads = channel["contentDetails"]["relatedPlaylists"]["uploads"]
    assert re.fullmatch(r"UC\d{22}", channel["id"]) and uploads == f"UU{channel['id'][2:]}"
    assert channel["snippet"]["customUrl"].startswith("@")


def test_a_video_goes_up_in_parts(net: Net, youtube: Any, film: Path, wire: Rewritten) -> None:
    made = finish(upload(youtube, film))

    (post,) = net.posts("youtube")
    assert wire.parts == 3
    assert (made["id"], made["status"]["privacyStatus"]) == (post["id"], "unlisted")
    assert (post["text"], post["link"]) == (BODY["snippet"]["description"], "https://clinic.example")
    assert net.call("GET", post["media"][0]["url"]).data == film.read_bytes()


@pytest.mark.parametrize("part", [1, 2, 3])
def test_an_upload_goes_on_after_a_break(
    net: Net, youtube: Any, film: Path, wire: Rewritten, part: int
) -> None:
    request = upload(youtube, film)
    wire.breaks_after = part
    with pytest.raises(ConnectionResetError):
        finish(request)

    made = finish(request)

    (post,) = net.posts("youtube")
    assert made["id"] == post["id"]
    assert net.call("GET", post["media"][0]["url"]).data == film.read_bytes()


@pytest.mark.parametrize("kind", ["server_error", "server_error_but_posted"])
def test_an_error_at_the_last_part_is_asked_about_and_healed(
    net: Net, youtube: Any, film: Path, kind: str
) -> None:
    net.fault("youtube", kind)
    request = upload(youtube, film)
    with pytest.raises(HttpError):
        finish(request)

    made = finish(request)

    assert [post["id"] for post in net.posts("youtube")] == [made["id"]]


def test_a_small_video_goes_up_whole(net: Net, youtube: Any, tmp_path: Path) -> None:
    small = tmp_path / "small.mp4"
    small.write_bytes(b"a small video")

    made = upload(youtube, small).execute()

    assert [post["id"] for post in net.posts("youtube")] == [made["id"]]


def test_a_wrong_title_is_refused_before_a_byte_is_sent(youtube: Any, film: Path, wire: Rewritten) -> None:
    with pytest.raises(HttpError) as raised:
        finish(upload(youtube, film, title="a" * 101))
    assert raised.value.status_code == 400 and raised.value.error_details[0]["reason"] == "invalidTitle"
    assert wire.parts == 0


def test_a_picture_is_set_and_the_video_listed_counted_and_deleted(
    net: Net, youtube: Any, film: Path
) -> None:
    id = finish(upload(youtube, film))["id"]
    drawing = io.BytesIO()
    Image.new("RGB", (64, 36), "white").save(drawing, "JPEG")
    drawing.seek(0)

    still = MediaIoBaseUpload(drawing, mimetype="image/jpeg", resumable=False)
    (told,) = youtube.thumbnails().set(videoId=id, media_body=still).execute()["items"]
    assert told["high"]["url"] == f"https://i.ytimg.com/vi/{id}/hqdefault.jpg"

    (video,) = youtube.videos().list(part="status,processingDetails,statistics", id=id).execute()["items"]
    assert video["status"]["uploadStatus"] == "processed"
    assert video["statistics"]["viewCount"] == "0"

    channel = youtube.channels().list(part="contentDetails", mine=True).execute()["items"][0]
    uploads = channel["contentDetails"]["relatedPlaylists"]["uploads"]
    items = youtube.playlistItems().list(part="snippet,contentDetails", playlistId=uploads, maxResults=10)
    assert [one["contentDetails"]["videoId"] for one in items.execute()["items"]] == [id]

    youtube.videos().delete(id=id).execute()
    assert net.posts("youtube") == []
    with pytest.raises(HttpError) as raised:
        youtube.videos().delete(id=id).execute()
    assert raised.value.status_code == 404
