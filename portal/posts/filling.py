"""What stands in the composer when it opens: a post as it is, or a day and an hour to begin with."""

from datetime import date, time, timedelta

from portal import clock, zones
from portal.models import Post
from portal.posts import attachments, checking, options, planning
from portal.posts.forms import PostForm

USUAL_HOUR = time(9)
# After this hour tomorrow is proposed.
LAST_HOUR = time(20)


def fill(form: PostForm, post: Post) -> None:
    """What the post says, in the fields of its form."""
    form.content.data, form.link.data = post.content, post.link
    form.footer.data, form.link_title.data = post.footer, post.link_title
    form.first_comment.data = post.first_comment
    form.paid.data = "somebody" if post.is_sponsored else ""
    before = checking.newest(post)
    form.reasons = dict(before.reasons) if before else {}
    form.attachments = attachments.of_post(post)
    form.show_instant(post.scheduled_at)
    live = planning.live_publications(post)
    form.chosen.data = [publication.social_account_id for publication in live]
    for publication in live:
        form.own(publication.account).data = publication.content
        for asked in publication.account.asks:
            value = options.shown(asked, publication.options.get(asked.name))
            form.option(publication.account, asked.name).data = value


def suggest(form: PostForm, day: str) -> None:
    """A day from the calendar or today, at an hour that is still to come and at which people read."""
    now = zones.wall(clock.now(), form.zone).at.replace(fold=0)
    next_hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    wanted = max(_day(day) or now.date(), now.date())
    if wanted > now.date():
        form.on.data, form.at.data = wanted, USUAL_HOUR
    elif next_hour.date() > now.date() or next_hour.time() > LAST_HOUR:
        form.on.data, form.at.data = now.date() + timedelta(days=1), USUAL_HOUR
    else:
        form.on.data, form.at.data = now.date(), max(next_hour.time(), USUAL_HOUR)
    if len(form.accounts) == 1:
        form.chosen.data = [form.accounts[0].id]


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
