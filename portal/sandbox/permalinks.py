"""The page behind a post's own address."""

from flask import Response, make_response, render_template

from .posts import Post


def post_page(post: Post | None, label: str) -> Response:
    """The post as a visitor of its network sees it, or a page that says that it is not there."""
    page = render_template("post.html", post=post, label=label)
    return make_response(page, 200 if post else 404)
