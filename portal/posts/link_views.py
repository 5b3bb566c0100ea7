"""The card of a link, asked for while the post is written."""

from flask import Blueprint, Response, render_template, request

from portal import extensions
from portal.auth.sessions import current_doctor, doctor_required
from portal.posts import link_cards, link_pages
from portal.posts.forms import PostForm

bp = Blueprint("links", __name__)


@bp.post("/posts/link-card")
@extensions.limiter.limit("30 per minute")
@doctor_required
def show() -> Response:
    """What the page says that the composer links to; the previews are drawn anew after it."""
    current_doctor()
    address = address_in(request.form.get("link", ""), request.form.get("content", ""))
    card = link_cards.look_up(address) if address else None
    answer = Response(render_template("posts/_link_card.html", card=card, address=address))
    answer.headers["HX-Trigger"] = "card-known"
    return answer


def address_in(link: str, text: str) -> str | None:
    """The page that a card would be about: the link of the post, else the first one in its text."""
    found = link_pages.first_link(link.strip()) or link_pages.first_link(text)
    return found if found and len(found) <= 2000 else None


def take_title(form: PostForm) -> None:
    """Look the page up and propose its title, for browsers without JavaScript."""
    address = link_pages.first_link((form.link.data or "").strip())
    card = link_cards.look_up(address) if address else None
    if card and card.title and not (form.link_title.data or "").strip():
        form.link_title.data = card.title
