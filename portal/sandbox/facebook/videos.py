"""Videos on a Page: taken at once, prepared for a while, and then a post with an id of its own."""

import time
from typing import Any

from flask import Response, abort

from ..files import File
from ..meta import errors
from ..meta.calls import pages, parameters, since, text_of
from ..meta.fetching import fetch, is_film
from ..numbers import Numbers
from ..people import Organization
from ..posts import Post
from ..publishing import Call, publish
from ..wire import answer
from ..world import World, this_world
from . import words
from .gate import page_caller
from .posts import ELSEWHERE, POSTING, Draft, check_length, moment_text, put_out
from .routes import GRAPH, KEY, routes

#: How long it takes to prepare one.
PREPARING_SECONDS = 1.0

numbers = Numbers()


@routes.post(f"{GRAPH}/<id>/videos")
@routes.post("/graph-video.facebook.com/<version>/<id>/videos")
def add_video(version: str, id: str) -> Response:
    world = this_world()
    token, page = page_caller(world, version, id, *POSTING)
    said = parameters()
    call = Call(
        platform=KEY,
        account=str(page.number),
        token=token,
        create=lambda: _create(world, page, said),
        words=words.of(str(page.number)),
        elsewhere=ELSEWHERE,
    )
    return publish(world, call)


@routes.get(f"{GRAPH}/<id>/videos")
def list_videos(version: str, id: str) -> Response:
    world = this_world()
    _, page = page_caller(world, version, id, "pages_read_engagement")
    # A video is listed before its post is there.
    own = [post for post in world.posts.newest(KEY) if post.account == str(page.number) and video_id(post)]
    rows = [node(post) for post in own if post.at >= since()]
    return pages(rows, f"graph.facebook.com/{version}/{id}/videos")


def with_video(world: World, id: str) -> Post | None:
    """The post around a video."""
    return next((post for post in world.posts.newest(KEY) if video_id(post) == id), None)


def video_id(post: Post) -> str:
    return str(post.wire.get("video", ""))


def node(post: Post) -> dict[str, Any]:
    """A video as the Graph API tells of it: its post's id only once it is prepared."""
    told = {"id": video_id(post), "description": post.text, "created_time": moment_text(post.at)}
    if time.time() < post.wire["ready_at"]:
        return told | {"status": {"video_status": "processing"}}
    phase = {"status": "complete", "publish_status": "published"}
    return told | {
        "status": {"video_status": "ready", "publishing_phase": phase},
        "post_id": post.id,
        "permalink_url": post.permalink.removeprefix("https://www.facebook.com"),
    }


def _create(world: World, page: Organization, said: dict[str, Any]) -> Response:
    description = check_length(text_of(said, "description"))
    fetched = fetch(text_of(said, "file_url"), world.settings.public_url)
    if fetched is None or not is_film(fetched.content):
        abort(errors.invalid("Invalid video file", 2069019, "The video could not be read."))
    id = str(numbers.next())
    file = world.files.expect(File(KEY, id, str(page.number), time.time()))
    world.files.fill(file, fetched.content, "video/mp4")
    ready_at = time.time() + PREPARING_SECONDS
    draft = Draft(description, None, [file], {"video": id, "ready_at": ready_at}, ready_at)
    response = put_out(world, page, draft)
    return answer({"id": id}) if response.status_code == 200 else response
