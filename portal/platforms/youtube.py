"""YouTube: one video with its title, description, tags and picture, through the Data API v3.

Everything but the last part of the video is sent ahead of time; the last part makes the video exist.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from portal import clock
from portal.platforms import youtube_channel as channel
from portal.platforms import youtube_checks as checks
from portal.platforms import youtube_comments as comments
from portal.platforms import youtube_notes as notes
from portal.platforms import youtube_sending as sending
from portal.platforms import youtube_upload as upload
from portal.platforms.base import (
    Afterwards,
    Asked,
    Author,
    ByHand,
    Connection,
    Content,
    Daily,
    Figures,
    Identity,
    Keep,
    Lost,
    Platform,
    Preview,
    Problem,
    Published,
    Token,
    with_link,
)
from portal.platforms.calls import as_reading, ask
from portal.platforms.errors import CannotDo, PlatformError, TemporaryFailure
from portal.platforms.profiles import Profiles
from portal.platforms.youtube_by_hand import HOME, by_hand
from portal.platforms.youtube_calls import (
    API,
    LABEL,
    QUOTA_ZONE,
    REFUSALS,
    UPLOADS_A_DAY,
    get,
    headers,
    inner,
    items,
    refused,
)
from portal.platforms.youtube_checks import picture_of, privacy, video_of
from portal.platforms.youtube_sign_in import CHANNEL
from portal.platforms.youtube_thumbnail import set_thumbnail

__all__ = ["REFUSALS", "YouTube"]

# How long what a session said is believed; after that it is asked once more before the last part is sent.
# Shorter than looking for a lost call takes: a second sending always begins where the session says.
BELIEVED_FOR = timedelta(minutes=2)
MOST_IDS = 50
# UNVERIFIED, from no page of the vendor: how much of a description stands before "… more".
VISIBLE_CHARACTERS = 150

_VIDEO_ADDRESS = re.compile(
    r"(?:^|[/.])(?:youtube\.com/(?:watch\?(?:[^#\s]*&)?v=|shorts/|live/)|youtu\.be/)([A-Za-z0-9_-]{5,40})"
)


class YouTube(Platform):
    key = "youtube"
    label = LABEL
    usual_hashtags = 3
    home = HOME
    options = {
        "title": "the title of the video, at most 100 characters",
        "tags": "a list of words by which people find it",
        "privacy": f"who sees it: {', '.join(checks.PRIVACIES)}",
        "made_for_kids": "whether it is made for children: true or false",
    }
    asks = (
        Asked("title", "Title", hint="At most 100 characters.", is_needed=True),
        Asked(
            "made_for_kids",
            "Is it made for children?",
            "yes_no",
            choices=(("", "Choose one"), ("false", "No"), ("true", "Yes, for children")),
            is_needed=True,
        ),
        Asked(
            "privacy",
            "Who sees it",
            "choice",
            choices=(("public", "Everybody"), ("unlisted", "Whoever has the link"), ("private", "Only you")),
        ),
        Asked("tags", "Tags", "list", hint="Words by which people find it, with commas between them."),
    )
    # The session answers at once; the list of uploads: "UNVERIFIED how fast; wait a minute and look twice".
    look_after_seconds = (15, 60, 150)
    profiles = Profiles(
        "https://www.youtube.com/@YourName",
        frozenset({"youtube.com", "m.youtube.com"}),
        re.compile(r"/(@[\w.-]{3,30}|channel/UC[\w-]{22})"),
    )
    connections = (CHANNEL,)
    daily = Daily(UPLOADS_A_DAY, "videos", QUOTA_ZONE)
    # "After 30 s, 1, 2, 5, 10, 20 minutes" for the processing; "the lock comes minutes to days after upload,
    # so poll again after 1 h and 24 h (timing UNVERIFIED)".
    second_looks = (30, 60, 120, 300, 600, 1200, 3600, 86_400)

    def limit(self, author: Author) -> int:
        return checks.MOST_DESCRIPTION_BYTES

    def length(self, text: str) -> int:
        return len(text.encode("utf-8", "replace"))

    def problems(self, content: Content) -> list[Problem]:
        text = with_link(content)
        found = self.unknown_options(content)
        if not text:
            found.append(Problem("content", "Enter a text for YouTube. It is shown below the video."))
        found += checks.of_description(
            text, self.too_long("content", self.length(text), self.limit(content.author))
        )
        return found + checks.of_media(content) + checks.of_options(content)

    def preview(self, content: Content) -> Preview:
        text = with_link(content)
        cut = min(len(text), VISIBLE_CHARACTERS)
        return Preview(
            author_name=content.author.display_name,
            author_handle=content.author.handle,
            visible=text[:cut].rstrip(),
            rest=text[cut:],
            length=self.length(text),
            limit=self.limit(content.author),
            media=content.media,
            note=notes.of_preview(content),
            title=checks.title(content) or None,
        )

    # Publishing

    def needs_staging(self, content: Content, staged: Mapping[str, Any]) -> bool:
        if staged.get("about") != sending.about(content) or not staged.get("session"):
            return True
        if staged.get("made"):
            return False
        asked_at = datetime.fromisoformat(str(staged["asked_at"]))
        is_old = clock.now() - asked_at > BELIEVED_FOR
        return is_old or staged["total"] - staged["offset"] > upload.CHUNK

    def begins_anew(self, content: Content, staged: Mapping[str, Any]) -> bool:
        return staged.get("about") != sending.about(content) or not staged.get("session")

    def stage(self, content: Content, token: Token, staged: Mapping[str, Any], keep: Keep) -> dict[str, Any]:
        """Open a session and send all but the last part, which makes the video; or go on where it stopped."""
        held = dict(staged) if staged.get("about") == sending.about(content) else {}
        if held.get("session") and not held.get("made"):
            # After a break only the session knows what it holds: less than was sent, or everything.
            held = upload.heard(held, upload.ask_session(held["session"], held["total"], token))
            keep(held)
            if not held["session"]:
                # A new one is another upload of the day, and has to be counted first.
                raise TemporaryFailure(sending.GONE, "session_gone")
        if not held.get("session"):
            held = sending.begun(content, token)
            keep(held)
        while not held["made"] and held["total"] - held["offset"] > upload.CHUNK:
            held = sending.one_more(content, held, token)
            keep(held)
            if not held["session"]:
                raise TemporaryFailure(sending.GONE, "session_gone")
        return held

    def compose(self, content: Content, staged: Mapping[str, Any]) -> dict[str, Any]:
        video, picture = video_of(content), picture_of(content)
        return {
            "session": staged.get("session"),
            "offset": staged.get("offset", 0),
            "total": staged.get("total", video.bytes if video else 0),
            "made": staged.get("made"),
            # Once the video is made its file is of no more use.
            "path": video.path if video and not staged.get("made") else None,
            "mime_type": video.mime_type if video else None,
            "title": checks.title(content),
            "privacy": privacy(content),
            "picture": {"path": picture.path, "mime_type": picture.mime_type} if picture else None,
        }

    def publish(self, sent: Mapping[str, Any], author: Author, token: Token) -> Published:
        """The last part of the video, and then its picture. Once the video is there nothing here raises."""
        made = sent["made"] or sending.finished(sent, token)
        return self._published(made, sent, author, token)

    def _published(
        self, made: Mapping[str, Any], sent: Mapping[str, Any], author: Author, token: Token
    ) -> Published:
        told = [notes.on_end(made), notes.on_privacy(sent["privacy"], made.get("privacy"))]
        if sent.get("picture"):
            told.append(set_thumbnail(str(made["id"]), sent["picture"], token))
        note = " ".join(filter(None, told)) or None
        return Published(str(made["id"]), self.permalink(str(made["id"]), author), note)

    def by_hand(self, content: Content) -> ByHand:
        return by_hand(content)

    # After publishing

    def find(self, lost: Lost, author: Author, token: Token) -> Published | None:
        """The session itself answers; once it is gone, the channel's own list of uploads does."""
        sent = lost.sent
        said = upload.ask_session(sent["session"], sent["total"], token)
        made = said.video
        if made is None and said.is_gone:
            made = channel.find_upload(lost, author, token)
        return self._published(made, sent, author, token) if made else None

    def comment_limit(self, author: Author) -> int | None:
        return comments.MOST_CHARACTERS

    def shuts_comments(self, content: Content) -> str | None:
        return checks.shuts_comments(content)

    def comment(self, remote_id: str, words: str, author: Author, token: Token) -> str:
        """One whose answer is lost is asked of the doctor: YouTube may hold a comment back from its list."""
        return comments.write(remote_id, words, token)

    def look_again(self, remote_id: str, sent: Mapping[str, Any], author: Author, token: Token) -> Afterwards:
        path = f"videos?part=status,processingDetails&id={quote(remote_id, safe='')}"
        video = next(iter(items(get(path, token))), None)
        return notes.afterwards(video, str(sent.get("privacy") or ""))

    def delete(self, remote_id: str, author: Author, token: Token) -> None:
        answer = ask(
            self.label, "DELETE", f"{API}/videos?id={quote(remote_id, safe='')}", headers=headers(token)
        )
        if answer.status in (200, 204, 404):
            return
        error = refused(answer)
        if answer.status == 403 and error.code in ("insufficientPermissions", "forbidden"):
            raise CannotDo(
                "You have not allowed the portal to delete videos. Delete it on YouTube yourself, or connect "
                "the channel again and allow it.",
                error.code,
            )
        raise as_reading(self.label, error)

    def figures(self, remote_ids: Sequence[str], author: Author, token: Token) -> dict[str, Figures]:
        if not remote_ids:
            return {}
        ids = quote(",".join(remote_ids[:MOST_IDS]), safe=",")
        found = items(get(f"videos?part=statistics&id={ids}", token))
        return {str(one.get("id")): channel.figures_of(inner(one, "statistics")) for one in found}

    def permalink(self, remote_id: str, author: Author) -> str:
        return f"https://www.youtube.com/watch?v={remote_id}"

    def remote_id_from_permalink(self, address: str) -> str | None:
        found = _VIDEO_ADDRESS.search(address)
        return found[1] if found else None

    def identities(self, connection: Connection, token: Token) -> list[Identity]:
        """The channel that was picked on Google's page; none where the account has no channel."""
        parts = "id,snippet,contentDetails,status,statistics"
        try:
            found = items(get(f"channels?part={parts}&mine=true", token))
        except PlatformError as error:
            if error.code == "youtubeSignupRequired":
                return []
            raise
        # "mine=true returns one item (UNVERIFIED for every account type)": the doctor chooses among several.
        return [channel.identity_of(one) for one in found if one.get("id")]
