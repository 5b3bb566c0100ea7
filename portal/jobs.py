"""Every function that a worker may run: takes ids or nothing, calls one flow."""

from portal.api import chains, idempotency
from portal.archive import keeping, writing
from portal.auth import cleaning
from portal.doctors import documents, lasting
from portal.letters import flows as letters
from portal.media import flows as media
from portal.media import smaller, turning
from portal.posts import autosaving, figures, importing, series_making, zone_news
from portal.publishing import assisting, preparing, rechecking, second_look, telling
from portal.publishing import flows as publishing
from portal.settings import erasing
from portal.social import expiring, inspecting, refreshing
from portal.webhooks import delivering


def publish_due() -> None:
    """Publish what is due."""
    publishing.publish_due()


def turn_videos() -> None:
    """Turn the video that has waited longest into what networks take, or make one smaller for a network."""
    if not turning.turn_one():
        smaller.make_one()


def prepare_due() -> None:
    """Upload for posts that are due soon."""
    preparing.prepare_due()


def look_again(doctor_id: int | None = None) -> None:
    """Ask the checks again about planned posts, where their rules or the doctor's facts have changed."""
    second_look.look_again_due(doctor_id)


def look_for_lost() -> None:
    """Look for posts whose outcome is unknown."""
    publishing.look_for_lost()


def write_comments() -> None:
    """Write the first comments below posts that are out."""
    publishing.write_comments()


def drain_letters() -> None:
    """Turn what doctors should know into letters, and send what waits."""
    telling.tell()
    letters.drain()


def deliver_webhooks() -> None:
    """Tell programs what happened."""
    delivering.deliver()


def remind_doctors() -> None:
    """Recall what doctors have to post by hand, and close what nobody did."""
    assisting.remind_due()


def clean_up() -> None:
    """Forget sessions, codes, letters and keys of requests that are over, and uploads that no post uses."""
    cleaning.forget_what_is_over()
    letters.forget_old()
    media.forget_unused()
    idempotency.forget_old()
    importing.forget_old()
    autosaving.forget_old()
    documents.remove_old()
    chains.forget_old()
    delivering.forget_old()
    keeping.forget_old()


def erase_left() -> None:
    """Erase those who left a fortnight ago."""
    erasing.erase_due()


def refresh_tokens() -> None:
    """Renew the permissions of accounts that are half through their life."""
    refreshing.refresh_due()


def inspect_tokens() -> None:
    """Ask the networks about permissions that nobody has asked about for a week."""
    inspecting.inspect_due()


def announce_ends() -> None:
    """Write to doctors whose permission at a network, or whose verification, comes near its end."""
    expiring.announce_ends()
    lasting.mind_ends()


def recheck_published() -> None:
    """Ask the networks what became of posts that went out lately."""
    rechecking.recheck_due()


def write_archive() -> None:
    """Archive what went out since."""
    writing.write_due()


def make_repeats() -> None:
    """Make what comes again within the next weeks."""
    series_making.make_due()


def read_figures() -> None:
    """Ask the networks what published posts reached."""
    figures.read_due()


def follow_clocks() -> None:
    """Compute planned times again where the rules of clocks have changed."""
    zone_news.follow()
