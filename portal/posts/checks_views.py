"""The checks outside the composer: what they look for, and a post that waits for its doctor to say why."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import checks
from portal.auth.sessions import current_doctor, doctor_required
from portal.forms import InputForm
from portal.models import Post
from portal.pages import render
from portal.posts import advice, explaining
from portal.posts.advice import Place
from portal.posts.explaining import Reasons
from portal.posts.listing import excerpt
from portal.posts.views import BY_ID, own_post

bp = Blueprint("checks", __name__)

# The rules by what they mind, as their ids begin; places in the table of checks.
PARTS = {
    "P": "Your patients’ privacy",
    "C": "What you claim and offer",
    "D": "Who speaks, and who pays",
    "E": "Readers in need, and colleagues",
}


class ReasonsForm(InputForm):
    """One field for each finding that needs a reason; the page draws them beside the findings."""

    input = Reasons
    reasons: dict[str, str]

    def to_input(self) -> Reasons:
        return Reasons.model_validate({"acknowledged": advice.acknowledged(self.reasons)})


@bp.get("/help/checks")
@doctor_required
def about() -> AnyResponse:
    """What is looked for, from the rules' own data."""
    doctor = current_doctor()
    parts = {
        title: [rule for name, rule in sorted(checks.RULES.items()) if name[0] == letter]
        for letter, title in PARTS.items()
    }
    pack = checks.PACKS[next(pack for pack in checks.PACKS if pack == doctor.check_pack)]
    return render(
        "help/checks.html", parts=parts, count=len(checks.RULES), version=checks.RULES_VERSION, pack=pack
    )


@bp.route(f"/posts{BY_ID}/reasons", methods=["GET", "POST"])
@doctor_required
def reasons(post_id: int) -> AnyResponse:
    """A post that the checks hold: what they found, and a field for each reason that is missing."""
    doctor = current_doctor()
    post = own_post(doctor, post_id)
    form = ReasonsForm()
    form.reasons = advice.reasons_in(request.form.items())
    if form.run(explaining.explain, doctor, post):
        flash("Your reason is kept. The post goes out as planned.", "good")
    if (request.method == "POST" and not form.is_refused) or not explaining.waits(post):
        return redirect(url_for("posts.show", post_id=post.id), 303)
    found = advice.advise(post, doctor, lambda where: _place(post, where))
    return render("posts/reasons.html", form=form, post=post, advice=found, words=excerpt(post.content, 60))


def _place(post: Post, where: str) -> Place:
    """Where a finding stands in a post that cannot be changed here."""
    kind, *rest = where.split(".")
    if kind == "publications":
        live = [publication for publication in post.publications if publication.status != "cancelled"]
        return Place(f"Text for {live[int(rest[0])].account.display_name}")
    if kind == "media":
        return Place(f"Picture or video {int(rest[0]) + 1}")
    return Place("Text" if kind == "content" else "Link", "text" if kind == "content" else None)
