"""Instagram's containers: media that Instagram has fetched and prepared, and that nobody can see yet.

A container lives a day. While the first one may still be alive no second one is made for the same post, for
the container's state is what tells whether a lost post is out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from portal import clock
from portal.platforms.base import Content, Keep, Media, Token
from portal.platforms.errors import (
    ContentRejected,
    PlatformError,
    RateLimited,
    StillPreparing,
    TemporaryFailure,
    UploadGone,
)
from portal.platforms.instagram_refusals import (
    BLOCKED,
    FETCHES,
    GONE,
    NOT_FETCHED,
    NOT_FOUND_YET,
    UNKNOWN_CONTAINER,
    USED_UP,
    VOICE,
    WAIT_FOR_QUOTA,
    WAIT_WHEN_BLOCKED,
    of_status,
)
from portal.platforms.media_limits import is_video
from portal.platforms.meta import checked_id

# "Containers live 24 h"; ours are made anew a little earlier.
LIFE = timedelta(hours=23)
# UNVERIFIED: a container that says so stands for one post, and publishing it again makes no second one
# ("inferred from the state machine; not promised in writing"). So it is not published again.
OUT = "PUBLISHED"
# Looked at again when its last look lies this far back. A post prepared ten minutes ahead leaves at once.
BELIEVED_FOR = timedelta(minutes=15)
# "5, 10, 20, 40, 60, 60 … s": about as long as it has taken so far.
SOONEST_LOOK_SECONDS = 5.0
LATEST_LOOK_SECONDS = 60.0


def is_ready(staged: Mapping[str, Any]) -> bool:
    """Whether a container may be published as far as is known: alive, and finished not long ago."""
    if not staged.get("container") or not staged.get("ready_at") or _is_old(staged):
        return False
    return clock.now() - datetime.fromisoformat(staged["ready_at"]) <= BELIEVED_FOR


def _is_old(staged: Mapping[str, Any]) -> bool:
    return clock.now() - datetime.fromisoformat(staged["made_at"]) > LIFE


def publish_container(account: str, graph: str, body: str, token: Token) -> str:
    """Make the post that a container holds; its id. A container that is gone: "retry, then new container"."""
    try:
        return VOICE.create(f"{account}/media_publish", token, body)
    except UploadGone as gone:
        container = json.loads(body)["creation_id"]
        if gone.code == UNKNOWN_CONTAINER and _is_there(f"{graph}/{container}", token):
            raise TemporaryFailure(NOT_FOUND_YET, gone.code) from gone
        raise


def _is_there(address: str, token: Token) -> bool:
    """Whether Instagram still tells of a container; without an answer it is asked again another time."""
    try:
        said = VOICE.get(address, token, fields="status_code")
    except PlatformError as error:
        return error.code != GONE
    return said.get("status_code") not in ("ERROR", "EXPIRED")


@dataclass
class Preparation:
    """One post on its way into a container; `held` is what Instagram holds of it by now."""

    account: str  # the address of the account on its host
    graph: str
    content: Content
    caption: str
    options: Mapping[str, Any]
    token: Token
    keep: Keep
    held: dict[str, Any] = field(default_factory=dict)

    def run(self) -> dict[str, Any]:
        """Make what is missing, and wait for nothing: raises StillPreparing while Instagram works."""
        if self.held.get("made_at") and _is_old(self.held):
            self._forget()
        if not self.held.get("container"):
            if len(self.content.media) > 1:
                self._prepare_items()
            self._remember(container=self._create(self._whole()), made_at=clock.now().isoformat())
        if self._look(self.held["container"]) == OUT:
            # What is out is never published again, whatever an earlier call was answered.
            self._remember(out_since=self.held["made_at"])
        else:
            if self.held.get("is_unready"):
                self._look_at_items()
            self._check_quota()
        self._remember(ready_at=clock.now().isoformat())
        return self.held

    def _prepare_items(self) -> None:
        for one in self.content.media:
            items = self.held.get("items") or {}
            if str(one.id) not in items:
                id = self._create(_media(one) | {"is_carousel_item": True})
                made_at = self.held.get("made_at") or clock.now().isoformat()
                self._remember(items={**items, str(one.id): id}, made_at=made_at)
        self._look_at_items()

    def _look_at_items(self) -> None:
        for id in (self.held.get("items") or {}).values():
            self._look(id)

    def _whole(self) -> dict[str, Any]:
        """The container that will be published."""
        media = self.content.media
        text = {"caption": self.caption} if self.caption else {}
        if len(media) > 1:
            children = ",".join(self.held["items"][str(one.id)] for one in media)
            return {"media_type": "CAROUSEL", "children": children, **text}
        if not is_video(media[0]):
            return {**_media(media[0]), **text}
        in_feed = self.options.get("format") != "reel"
        return {"media_type": "REELS", "video_url": media[0].url, **text, "share_to_feed": in_feed}

    def _create(self, body: Mapping[str, Any]) -> str:
        try:
            id = checked_id(VOICE.repeatable("POST", f"{self.account}/media", self.token, body))
        except TemporaryFailure as error:
            raise self._counted(error) from error
        if id is None:
            raise TemporaryFailure("Instagram did not say what it made. We try again.", "no_id")
        return id

    def _counted(self, error: PlatformError) -> PlatformError:
        """An address that cannot be fetched is tried a few times, then it is the doctor's turn."""
        if error.code == BLOCKED:
            # Of a container it is no unknown outcome: "else retry in hours".
            return RateLimited(error.words, clock.now() + WAIT_WHEN_BLOCKED, error.code, is_guess=True)
        if error.code != NOT_FETCHED:
            return error
        failures = int(self.held.get("not_fetched", 0)) + 1
        self._remember(not_fetched=failures)
        if failures < FETCHES:
            return error
        words = "Instagram could not fetch a picture or video from the portal. Upload it again and try again."
        return ContentRejected(words, error.code)

    def _look(self, id: str) -> str:
        """The state of a container that is finished, or out; raises PlatformError for any other."""
        said = VOICE.get(f"{self.graph}/{id}", self.token, fields="status_code,status")
        state = said.get("status_code")
        if state in ("FINISHED", OUT):
            return str(state)
        if state == "IN_PROGRESS":
            age = (clock.now() - datetime.fromisoformat(self.held["made_at"])).total_seconds()
            wait = min(max(age, SOONEST_LOOK_SECONDS), LATEST_LOOK_SECONDS)
            raise StillPreparing("Instagram is still preparing this.", wait, "in_progress")
        if state in ("ERROR", "EXPIRED"):
            self._forget()
            raise of_status(str(said.get("status", "")))
        raise TemporaryFailure("Instagram did not answer as expected. We try again.", "no_state")

    def _check_quota(self) -> None:
        """The day's posts, read live: the documents name 100 and 50."""
        rows = VOICE.get(
            f"{self.account}/content_publishing_limit", self.token, fields="quota_usage,config"
        ).get("data")
        row = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
        used, most = row.get("quota_usage"), (row.get("config") or {}).get("quota_total")
        if isinstance(used, int) and isinstance(most, int) and used >= most:
            raise RateLimited(USED_UP, clock.now() + WAIT_FOR_QUOTA, "quota")

    def _forget(self) -> None:
        self._remember(container=None, items={}, made_at=None, ready_at=None, out_since=None)

    def _remember(self, **news: Any) -> None:
        self.held |= news
        self.keep(dict(self.held))


def _media(one: Media) -> dict[str, Any]:
    if is_video(one):
        return {"media_type": "VIDEO", "video_url": one.url}
    return {"image_url": one.url, **({"alt_text": one.alt_text} if one.alt_text else {})}
