"""Bringing a picture into the shape that a network takes: what has to be done, and doing it. No network, no
database: numbers and pixels alone."""

import io
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from PIL import Image, ImageOps

from portal import pictures, turning

Way = Literal["crop", "pad"]
WAYS: tuple[Way, ...] = ("crop", "pad")
# Places are kept to a hundredth: nobody sees less, and each place is a picture of its own.
STEPS = 2
ENDINGS = {"image/jpeg": "JPEG", "image/png": "PNG"}
# Tried one after the other until the network takes the size.
QUALITIES = (90, 82, 74, 60)


@dataclass(frozen=True)
class Film:
    """What a network's videos may be, as far as a video can be brought there without cutting anything off.

    `box`: the greatest width and height. `longest`: one of more seconds is not made smaller, for it would be
    refused all the same until the doctor has cut it. `most_bits`: of a second, on the whole. `refuses`: what
    it does not take of a video as it is, see stripping.TRAITS; none of it is left in one that is made anew.
    """

    most_bytes: int
    longest: float
    box: tuple[int, int] | None = None
    most_bits: int | None = None
    refuses: frozenset[str] = frozenset()

    def bytes_of(self, seconds: float) -> int:
        """What a video of this length may have."""
        return min(self.most_bytes, int(self.most_bits / 8 * seconds)) if self.most_bits else self.most_bytes


@dataclass(frozen=True)
class Shape:
    """What a network's pictures may be, as far as a picture can be brought there; and its videos, as `film`.

    `ratio`: the least and the greatest width for one of height. `widest`: wider ones would be scaled there.
    """

    kinds: frozenset[str] = frozenset({"image/jpeg", "image/png"})
    ratio: tuple[float, float] | None = None
    most_bytes: int | None = None
    widest: int | None = None
    film: Film | None = None

    def takes_ratio(self, width: int, height: int) -> bool:
        return self.ratio is None or self.ratio[0] <= width / height <= self.ratio[1]


@dataclass(frozen=True)
class Fit:
    """The doctor's choice for a picture that is too tall or too wide: cut it, or add white edges.

    `x` and `y` say which part stays: 0 is the left or the top, 1 the right or the bottom.
    """

    way: Way = "crop"
    x: float = 0.5
    y: float = 0.5

    @classmethod
    def of_record(cls, record: Mapping[str, Any] | None) -> Self | None:
        return cls(record["way"], record.get("x", 0.5), record.get("y", 0.5)) if record else None

    @classmethod
    def of_words(cls, words: str) -> Self | None:
        """As a form sends it, "crop:0.5:0.25"; None for anything else."""
        way, *places = words.split(":")
        try:
            x, y = (float(place) for place in places) if places else (0.5, 0.5)
        except ValueError:
            return None
        # Written so that "nan" fails as well.
        if not (0 <= x <= 1 and 0 <= y <= 1):
            return None
        return next((cls(known, round(x, STEPS), round(y, STEPS)) for known in WAYS if known == way), None)

    def to_record(self) -> dict[str, Any]:
        return {"way": self.way, "x": self.x, "y": self.y}

    def __str__(self) -> str:
        return f"{self.way}:{self.x:g}:{self.y:g}"


@dataclass(frozen=True)
class Recipe:
    """What is made of a picture for a network. Two networks with the same recipe get the same file."""

    size: tuple[int, int]
    mime_type: str
    fit: Fit
    most_bytes: int | None = None

    @property
    def key(self) -> str:
        width, height = self.size
        return f"{self.mime_type} {width}x{height} {self.fit} {self.most_bytes or 0}"


def recipe(
    size: tuple[int, int], mime_type: str, count: int, shape: Shape, fit: Fit | None = None
) -> Recipe | None:
    """How a picture of this size, kind and number of bytes comes into the shape; None when it may go as it
    is. Without a `fit` its ratio stays what it is, even one that the network refuses."""
    has_ratio = shape.takes_ratio(*size)
    way = fit if fit and not has_ratio else None
    target = _target(size, shape, way)
    is_light = count <= (shape.most_bytes or count)
    # Only a JPEG can be made lighter and stay as large.
    kind = mime_type if mime_type in shape.kinds and is_light else "image/jpeg"
    if target == size and kind == mime_type and is_light:
        return None
    return Recipe(target, kind, way or Fit(), shape.most_bytes)


def film_recipe(
    size: tuple[int, int], seconds: float, count: int, film: Film | None, traits: Collection[str] = ()
) -> Recipe | None:
    """How a video of this size, length, number of bytes and traits is made fit; None when it may go as it
    is, or when nothing but cutting it would help."""
    if film is None or seconds > min(film.longest, turning.LONGEST_SECONDS):
        return None
    box = film.box or size
    share = min(1.0, box[0] / size[0], box[1] / size[1])
    if share == 1.0 and count <= film.bytes_of(seconds) and film.refuses.isdisjoint(traits):
        return None
    width, height = (max(2, int(side * share) // 2 * 2) for side in size)
    return Recipe((width, height), "video/mp4", Fit(), film.bytes_of(seconds))


def _target(size: tuple[int, int], shape: Shape, fit: Fit | None) -> tuple[int, int]:
    width, height = size
    ratio = width / height
    if fit and shape.ratio:
        ratio = min(max(ratio, shape.ratio[0]), shape.ratio[1])
        wide = ratio * height
        width = min(width, math.floor(wide)) if fit.way == "crop" else max(width, math.ceil(wide))
    elif width <= (shape.widest or width):
        return size
    width = max(1, min(width, shape.widest or width))
    return width, _height(width, ratio, shape)


def _height(width: int, ratio: float, shape: Shape) -> int:
    """Whole pixels move the ratio a little: never over the network's edge."""
    exact = width / ratio
    near = sorted({max(1, math.floor(exact)), math.ceil(exact)}, key=lambda height: abs(exact - height))
    return next((height for height in near if shape.takes_ratio(width, height)), near[0])


def make(path: str | Path, recipe: Recipe) -> pictures.Picture:
    """Draw the picture that a recipe names from one of ours; raises pictures.NotAPicture."""
    with Path(path).open("rb") as file, pictures.opened(file, ("JPEG", "PNG")) as source:
        picture = source if recipe.mime_type == "image/png" else pictures.on_white(source)
        if recipe.fit.way == "pad":
            drawn = ImageOps.pad(picture, recipe.size, Image.Resampling.LANCZOS, color="white")
        else:
            place = (recipe.fit.x, recipe.fit.y)
            drawn = ImageOps.fit(picture, recipe.size, Image.Resampling.LANCZOS, centering=place)
        return pictures.Picture(_written(drawn, recipe), *drawn.size, recipe.mime_type)


def _written(picture: Image.Image, recipe: Recipe) -> bytes:
    """Coarser by steps until the network takes it; a PNG has no steps."""
    canvas = pictures.fresh(picture)
    for quality in QUALITIES:
        sheet = io.BytesIO()
        options = {"quality": quality, "optimize": True} if recipe.mime_type == "image/jpeg" else {}
        canvas.save(sheet, ENDINGS[recipe.mime_type], **options)
        if not options or sheet.tell() <= (recipe.most_bytes or sheet.tell()):
            break
    return sheet.getvalue()
