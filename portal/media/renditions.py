"""Pictures as each network gets them: made once, before they are shown, and sent as they were shown."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from portal import clock, files, fitting, platforms
from portal.extensions import db
from portal.fitting import Fit, Recipe
from portal.media import smaller
from portal.models import MediaFile, PostMedia, Rendition
from portal.object_store import StoreAway
from portal.pictures import NotAPicture
from portal.platforms.base import Platform
from portal.transaction import transaction

log = structlog.get_logger()

# Each place to which a crop was moved made one; those that no post asks for go again.
UNUSED_STAY = timedelta(days=2)
# Of one upload: a crop that is moved to and fro must not fill the disk.
MOST_OF_ONE = 40
# The longer side of what the library shows.
SMALL = 480


def make(places: Iterable[PostMedia], networks: Sequence[Platform]) -> None:
    """Make what these networks need of these pictures and is not there yet.

    A picture that cannot be read any more stays as it is: the network's own sentence says what is wrong.
    """
    for place in places:
        for network in networks:
            recipe = place.recipe(network)
            if recipe and place.file.begun(recipe) is None:
                smaller.wait(place.file, recipe) if place.file.is_video else _make(place.file, recipe)


def make_of(film: MediaFile, networks: Iterable[Platform]) -> None:
    """Have a video made smaller for these networks, where it is too large for them."""
    for network in networks:
        recipe = film.recipe(network.shape, None)
        if recipe and film.begun(recipe) is None:
            smaller.wait(film, recipe)


def small(file: MediaFile) -> str:
    """The name of a small picture of this one, made when it is asked for; its own where none can be."""
    if file.is_video or not file.width or not file.height:
        return file.name
    share = min(1.0, SMALL / max(file.width, file.height))
    recipe = Recipe(
        (max(1, round(file.width * share)), max(1, round(file.height * share))), "image/jpeg", Fit()
    )
    if share < 1 and file.made(recipe) is None:
        _make(file, recipe)
    made = file.made(recipe)
    return made.name if made else file.name


def forget_unused() -> None:
    """Remove what was made for a place or a crop that no post has any more."""
    with transaction():
        old = Rendition.created_at < clock.now() - UNUSED_STAY
        made = db.session.scalars(select(Rendition).where(old)).all()
        used = _in_use({one.media_file_id for one in made})
        names = _delete([one for one in made if (one.media_file_id, one.recipe) not in used])
    for name in names:
        files.remove(name)


def names_of(numbers: Iterable[int]) -> Sequence[str]:
    """What was made of these uploads: it goes when they go."""
    return db.session.scalars(select(Rendition.name).where(Rendition.media_file_id.in_(numbers))).all()


def _make(file: MediaFile, recipe: Recipe) -> None:
    if len(file.renditions) >= MOST_OF_ONE:
        _make_room(file)
    try:
        picture = fitting.make(files.at_hand(file.name), recipe)
        name = files.save(picture.content, picture.mime_type)
    except (NotAPicture, FileNotFoundError, StoreAway) as broken:
        log.warning("not_fitted", media_file_id=file.id, reason=type(broken).__name__)
        return
    facts = {"mime_type": picture.mime_type, "bytes": len(picture.content)}
    facts |= {"width": picture.width, "height": picture.height}
    row = insert(Rendition).values(media_file_id=file.id, recipe=recipe.key, name=name, **facts)
    with transaction():
        is_first = db.session.scalar(row.on_conflict_do_nothing().returning(Rendition.id)) is not None
        db.session.expire(file, ["renditions"])
    if not is_first:  # somebody made the same at the same time
        files.remove(name)


def _make_room(file: MediaFile) -> None:
    """Forget what was tried and left, so that what a post uses stays."""
    with transaction():
        used = _in_use({file.id})
        names = _delete([one for one in file.renditions if (file.id, one.recipe) not in used])
        db.session.expire(file, ["renditions"])
    for name in names:
        files.remove(name)


def _in_use(numbers: Iterable[int]) -> set[tuple[int, str]]:
    """What the posts that use these uploads may send, on any network."""
    places = db.session.scalars(
        select(PostMedia).where(PostMedia.media_file_id.in_(numbers)).options(joinedload(PostMedia.file))
    )
    return {
        (place.media_file_id, recipe.key)
        for place in places
        for network in platforms.PLATFORMS.values()
        if (recipe := place.recipe(network))
    }


def _delete(rows: Sequence[Rendition]) -> list[str]:
    db.session.execute(delete(Rendition).where(Rendition.id.in_([one.id for one in rows])))
    return [one.name for one in rows]
