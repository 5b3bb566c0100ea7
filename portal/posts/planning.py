"""What has to be true of a post before it is planned, and in which state its publications then wait."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from portal import clock, files, queue, zones
from portal.errors import Invalid
from portal.extensions import db
from portal.media import renditions, smaller
from portal.models import Doctor, MediaFile, Post, PostMedia, Publication, SocialAccount
from portal.platforms.base import Platform, Problem
from portal.posts import places
from portal.posts.inputs import NewPost, PlacedMedia, PostChanges, WantedPublication

# Clocks differ a little: a time that has just passed means now.
NOW_SLACK = timedelta(seconds=60)
FARTHEST = timedelta(days=2 * 366)

NOT_VERIFIED = "It waits until we have verified you."
NOT_CONNECTED = "It waits until you connect the account again."


def database_now() -> datetime:
    """The instant by which due posts are found: the web process's own clock may be wrong."""
    moment: datetime = db.session.scalars(select(clock.database_now())).one()
    return moment


def check_time(at: datetime | None, now: datetime | None = None) -> datetime:
    """A time at which a post can go out; up to a minute ago counts as now. Raises Invalid.

    `now` is the database's instant, where it was asked for just before.
    """
    if at is None:
        raise Invalid("scheduled_at", "Choose when the post goes out.")
    now = now or database_now()
    if at < now - NOW_SLACK:
        raise Invalid("scheduled_at", "Choose a time in the future.")
    if at > now + FARTHEST:
        raise Invalid("scheduled_at", "Choose a time within the next two years.")
    return at


def find_accounts(
    doctor: Doctor,
    wanted: Sequence[WantedPublication],
    kept: Collection[int] = (),
    own: Mapping[int, SocialAccount] | None = None,
) -> list[SocialAccount]:
    """The doctor's own accounts, in the order in which they were named. Raises Invalid for any other.

    Those in `kept` may be disconnected: their posts wait until they are connected again. `own` are all that
    the doctor has, where they were read just before.
    """
    if not wanted:
        return []
    numbers = [publication.social_account_id for publication in wanted]
    if own is None:
        rows = db.session.scalars(SocialAccount.owned_by(doctor).where(SocialAccount.id.in_(numbers)))
        own = {account.id: account for account in rows}
    wrong = [
        (f"publications.{place}.social_account_id", words)
        for place, number in enumerate(numbers)
        if (words := _account_trouble(own.get(number), number in numbers[:place], number in kept))
    ]
    if wrong:
        raise Invalid(*wrong[0], more=wrong[1:])
    return [own[number] for number in numbers]


def _account_trouble(account: SocialAccount | None, is_repeated: bool, is_kept: bool) -> str | None:
    if account is None:
        return "We found no such account of yours. Choose one of your connected accounts."
    if is_repeated:
        return "This account is chosen twice. Choose it once."
    if account.status == "disconnected" and not is_kept:
        return "This account is no longer connected. Connect it again, or choose another one."
    return None


def place_media(doctor: Doctor, wanted: Sequence[PlacedMedia]) -> list[PostMedia]:
    """The doctor's own uploads in their places. Raises Invalid for any other."""
    if not wanted:
        return []
    numbers = [item.id for item in wanted]
    own_uploads = (MediaFile.doctor_id == doctor.id, MediaFile.purpose == "post")
    # Held until the post is written, so that none of them is cleaned away meanwhile as unused.
    held = select(MediaFile).with_for_update(read=True, key_share=True)
    rows = db.session.scalars(held.where(*own_uploads, MediaFile.id.in_(numbers)))
    own = {file.id: file for file in rows}
    for place, number in enumerate(numbers):
        if number not in own:
            raise Invalid(f"media.{place}.id", "We found no such upload of yours. Upload the file first.")
    for item in wanted:
        _remember(own[item.id], item)
    return [
        PostMedia(
            file=own[item.id],
            position=place,
            alt_text=item.alt_text if item.says("alt_text") else own[item.id].alt_text,
            fits={key: fit.to_record() for key, fit in item.fits.items()},
            shows=item.shows,
            consent=item.consent,
        )
        for place, item in enumerate(wanted)
    ]


def _remember(file: MediaFile, said: PlacedMedia) -> None:
    """What is said of a file now is what the next post with it proposes."""
    if said.alt_text and said.alt_text != file.alt_text:
        file.alt_text = said.alt_text
    if said.shows and said.shows != file.shows:
        file.shows = said.shows


def check_content(post: Post, named: Sequence[WantedPublication] | None = None) -> None:
    """Ask each chosen network whether it would take the post. Raises Invalid with all that they say.

    The places in the refusal are those of `named` where the accounts were named anew, else those in the post.
    """
    publications = live_publications(post)
    if not publications:
        raise Invalid("publications", "Choose at least one account.")
    if not (post.content or post.media or all(p.content for p in publications)):
        raise Invalid("content", "Enter the text of your post.")
    _check_ready(post)
    networks = [publication.account.network for publication in publications]
    try:
        renditions.make(post.media, networks)
    except files.DiskFull as full:
        raise Invalid("media", full.words) from None
    _check_smaller(post, networks)
    order = [one.social_account_id for one in named or ()]
    if order:
        publications.sort(key=lambda publication: order.index(publication.account.id))
    wrong = [
        (f"publications.{place}.{problem.field}", problem.words)
        for place, publication in enumerate(publications)
        for problem in _problems(publication)
    ]
    if wrong:
        raise Invalid(*wrong[0], more=wrong[1:])


def _problems(publication: Publication) -> list[Problem]:
    """What its network would refuse, or the place there that it goes to, as far as that was asked."""
    account, content = publication.account, publication.to_content()
    found = account.network.problems(content) or places.misfits(account, content)
    comment = publication.post.first_comment or ""
    if not account.is_by_hand:
        found = [*found, *account.network.comment_problems(comment, account.author)]
    return found


def _check_ready(post: Post) -> None:
    for place in post.media:
        if place.file.state == "refused":
            raise Invalid("media", f"{place.file.trouble} Take the video out.")
        if place.file.state != "ready":
            raise Invalid("media", "The video is still being made ready. Wait a little, or keep a draft.")


def begin_smaller(doctor: Doctor, wanted: NewPost | PostChanges, post: Post | None = None) -> None:
    """Have videos made smaller for the networks of a post that is to be planned; this goes on even when the
    post itself has to wait for it. What is not said anew is as the post has it."""
    numbers = [item.id for item in wanted.media or ()]
    accounts = [one.social_account_id for one in wanted.accounts or ()]
    if post is not None and wanted.media is None:
        numbers = [place.media_file_id for place in post.media]
    if post is not None and wanted.accounts is None:
        accounts = [publication.social_account_id for publication in post.publications]
    if not numbers or not accounts:
        return
    own = (MediaFile.doctor_id == doctor.id, MediaFile.mime_type.like("video/%"), MediaFile.state == "ready")
    films = db.session.scalars(select(MediaFile).where(*own, MediaFile.id.in_(numbers))).all()
    chosen = db.session.scalars(SocialAccount.owned_by(doctor).where(SocialAccount.id.in_(accounts)))
    networks = [account.network for account in chosen] if films else []
    for film in films:
        renditions.make_of(film, networks)


def _check_smaller(post: Post, networks: Sequence[Platform]) -> None:
    for network, begun in smaller.under_way(post.media, networks):
        if begun.state == "refused":
            raise Invalid("media", f"{begun.trouble} It could not be made ready for {network.label}.")
        words = f"The video is being made ready for {network.label}. Wait a little, or keep a draft."
        raise Invalid("media", words)


def live_publications(post: Post) -> list[Publication]:
    return [publication for publication in post.publications if publication.status != "cancelled"]


def waits_for_verification(doctor: Doctor) -> bool:
    """Whether this doctor's posts wait until an administrator has verified the doctor."""
    return current_app.config["PORTAL"].require_verified_doctor and not doctor.is_verified


def set_waiting(publication: Publication, doctor: Doctor, why: str | None = None) -> None:
    """Let it wait for its hour, or for what is missing before it may go out."""
    account = publication.account
    if waits_for_verification(doctor):
        publication.move("held", by="doctor", why=NOT_VERIFIED, held_for="verification")
    elif not account.is_connected:
        publication.move("held", by="doctor", why=NOT_CONNECTED, held_for="account")
    else:
        publication.move("scheduled", by="doctor", why=why)
        if publication.due_at and _is_soon(publication.due_at):
            queue.enqueue("publish_due")


def _is_soon(at: datetime) -> bool:
    """Whether somebody should look now: the database is only asked for the time when it may be so."""
    return at <= clock.now() + NOW_SLACK and at <= database_now() + timedelta(seconds=1)


def warnings(post: Post) -> list[str]:
    """What is no reason to refuse the plan, but good to know today."""
    live = live_publications(post)
    found = [*(_warning(one, post.timezone) for one in live), *(_without_comment(one) for one in live)]
    return [words for words in found if words]


def _without_comment(publication: Publication) -> str | None:
    account = publication.account
    why = account.why_no_comment(publication.to_content()) if publication.post.first_comment else None
    return f"No first comment on {account.network.label}. {why}" if why else None


def _warning(publication: Publication, zone: str) -> str | None:
    account, due_at = publication.account, publication.due_at
    if account.ends_at is None or due_at is None or not account.ends_before(due_at):
        return None
    local = account.ends_at.astimezone(zones.zone_of(zone))
    return (
        f"{account.network.label} lets us post for {account.display_name} until {local.day} {local:%B}. "
        "Connect it again before then, or this post waits."
    )
