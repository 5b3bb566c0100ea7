"""What the checks say of a post while it is being written: nothing of it is stored."""

from portal.models import Doctor, Post, Publication
from portal.posts import attachments
from portal.posts.advice import Advice, advise
from portal.posts.forms import PostForm


def advice_on(form: PostForm, doctor: Doctor) -> Advice | None:
    """What the checks say of the composer as it stands; None while nothing is written."""
    post = sketch(form, doctor)
    is_begun = post.content.strip() or post.media or any(one.content for one in post.publications)
    return advise(post, doctor, form.place_of) if is_begun else None


def sketch(form: PostForm, doctor: Doctor) -> Post:
    """The post that the composer would make; it belongs to no session."""
    publications = [
        Publication(
            account=account, platform=account.platform, content=one["content"], options=one["options"]
        )
        for account, one in zip(form.chosen_accounts(), form.publications(), strict=True)
    ]
    return Post(
        doctor_id=doctor.id,
        content=form.content.data or "",
        link=form.link.data or None,
        footer=form.footer.data or None,
        first_comment=form.first_comment.data or None,
        link_title=form.link_title.data or None,
        is_sponsored=form.paid.data == "somebody",
        media=attachments.placed(form.attachments),
        publications=publications,
    )
