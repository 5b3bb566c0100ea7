"""What each chosen network gets of a picture or video, as soon as it is attached, and the crops offered."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, render_template, request

from portal import extensions, queue
from portal.auth.sessions import current_doctor, doctor_required
from portal.extensions import db
from portal.fitting import Fit
from portal.media import renditions, smaller
from portal.models import Doctor, PostMedia, SocialAccount
from portal.platforms.base import Content, Platform
from portal.posts import attachments
from portal.posts.attachments import Attachment

bp = Blueprint("shaping", __name__)

ENDS = {"x": ("left", "right"), "y": ("top", "bottom")}


@dataclass(frozen=True)
class Crop:
    """The offer for a picture that is too tall ("y") or too wide ("x"): `kept` is the share that stays."""

    field: str
    axis: str
    kept: float
    fit: Fit

    @property
    def place(self) -> float:
        return self.fit.x if self.axis == "x" else self.fit.y

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What works without JavaScript as well: (value, words)."""
        first, last = ENDS[self.axis]
        words = {0.0: f"Keep the {first}", 0.5: "Keep the middle", 1.0: f"Keep the {last}"}
        cuts = [(str(self.at(place)), said) for place, said in words.items()]
        return [*cuts, (str(Fit("pad")), "Show all of it, with white edges")]

    @property
    def own(self) -> str:
        """The value of the place to which the doctor moved the crop."""
        return str(self.at(self.place))

    @property
    def is_moved(self) -> bool:
        return str(self.fit) not in [value for value, _ in self.choices]

    def at(self, place: float) -> Fit:
        return Fit("crop", place, 0.5) if self.axis == "x" else Fit("crop", 0.5, place)


@dataclass(frozen=True)
class Got:
    """What one network gets of one file, in words and to look at."""

    network: Platform
    words: str
    problems: Sequence[str]
    url: str | None = None
    crop: Crop | None = None
    # How much of it is made, in percent, while it is being made ready.
    progress: int | None = None


@bp.post("/posts/shapes")
@extensions.limiter.limit("240 per minute")
@doctor_required
def show() -> Response:
    """The parts of the composer that say what each network gets; htmx puts each in its place."""
    doctor = current_doctor()
    accounts = _chosen(doctor)
    items = attachments.proposed(attachments.of_form(doctor, request.form), networks_of(accounts))
    found = [item for item in items if item.file]
    told = shapes(found, accounts)
    is_making = any(got.progress is not None for several in told.values() for got in several)
    if is_making or any(item.file and item.file.state == "waiting" for item in found):
        # A ring may be lost; the page that waits asks again.
        queue.ring_again(current_app.extensions["redis"], "turn_videos")
    return Response(render_template("posts/_shapes_told.html", items=found, shapes=told))


def networks_of(accounts: Sequence[SocialAccount]) -> list[Platform]:
    """Each network once."""
    return list({account.platform: account.network for account in accounts}.values())


def shapes(items: Sequence[Attachment], accounts: Sequence[SocialAccount]) -> dict[int, list[Got]]:
    """By the number of the file: what each of these accounts' networks gets. What is missing is made."""
    placed = attachments.placed(items)
    renditions.make(placed, networks_of(accounts))
    once = {account.platform: account for account in accounts}
    return {place.file.id: [_got(place, account) for account in once.values()] for place in placed}


def _chosen(doctor: Doctor) -> list[SocialAccount]:
    words = request.form.getlist("chosen")
    numbers = [int(word[:18]) for word in words if word.isascii() and word.isdecimal()]
    own = SocialAccount.owned_by(doctor).where(SocialAccount.id.in_(numbers)).order_by(SocialAccount.id)
    return list(db.session.scalars(own))


def _got(place: PostMedia, account: SocialAccount) -> Got:
    network = account.network
    begun = place.file.begun(place.recipe(network)) if place.file.is_video else None
    if begun and begun.state in smaller.UNDER_WAY:
        return Got(network, f"We make the video ready for {network.label}.", [], progress=begun.progress)
    if begun and begun.state == "refused":
        return Got(network, "", [begun.trouble or "", *_problems(place, account)])
    return Got(
        network,
        _words(place, network),
        _problems(place, account),
        None if place.file.is_video else place.to_media(network).url,
        _crop(place, network),
    )


def _problems(place: PostMedia, account: SocialAccount) -> list[str]:
    """What the network would refuse of this file alone, whatever else is in the post."""
    network = account.network
    without = Content("", account.author)
    asked = {problem.words for problem in network.problems(without)}
    said = network.problems(Content("", account.author, media=(place.to_media(network),)))
    return [one.words for one in said if one.field == "media" and one.words not in asked]


def _words(place: PostMedia, network: Platform) -> str:
    recipe = place.recipe(network)
    made = place.file.made(recipe)
    if recipe is None or made is None:
        return f"{network.label} gets it as it is."
    size = f"{made.width:,} × {made.height:,} pixels"
    if place.file.is_video:
        is_smaller = (made.width, made.height) != (place.file.width, place.file.height)
        how = "smaller" if is_smaller else "made anew (H.264)"
        return f"{network.label} gets it {how}, in {size} and {max(1, made.bytes // 1024**2)} MB."
    if network.shape.takes_ratio(place.file.width or 1, place.file.height or 1):
        how = f"in {size}"
    else:
        how = f"cut to {size}" if recipe.fit.way == "crop" else f"with white edges, {size}"
    is_other = made.mime_type != place.file.mime_type
    return f"{network.label} gets it {'as a JPEG ' if is_other else ''}{how}."


def _crop(place: PostMedia, network: Platform) -> Crop | None:
    file, limits = place.file, network.shape.ratio
    fit = Fit.of_record((place.fits or {}).get(network.key))
    if file.is_video or not file.width or not file.height or limits is None or fit is None:
        return None
    ratio, field = file.width / file.height, attachments.name_of_fit(file.id, network.key)
    if ratio > limits[1]:
        return Crop(field, "x", limits[1] / ratio, fit)
    return Crop(field, "y", ratio / limits[0], fit) if ratio < limits[0] else None
