"""Pictures in the shape of a network: what has to be done, and that it comes out as said."""

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from portal import fitting
from portal.fitting import Fit, Shape, recipe
from portal.platforms.instagram_limits import SHAPE
from tests.media import samples

JPEG = "image/jpeg"
sides = some.integers(60, 4096)


def made(tmp_path: Path, content: bytes, fit: Fit | None = None, shape: Shape = SHAPE) -> Image.Image:
    path = tmp_path / "picture"
    path.write_bytes(content)
    source = Image.open(io.BytesIO(content))
    wanted = recipe(source.size, f"image/{str(source.format).lower()}", len(content), shape, fit)
    assert wanted is not None
    picture = fitting.make(path, wanted)
    assert (picture.width, picture.height) == wanted.size
    return Image.open(io.BytesIO(picture.content))


def is_near(picture: Image.Image, place: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    found: Any = picture.getpixel(place)
    return all(abs(one - other) < 8 for one, other in zip(found, colour, strict=True))


def test_what_fits_goes_as_it_is() -> None:
    assert recipe((1080, 1350), JPEG, 1000, SHAPE) is None
    assert recipe((4096, 4096), JPEG, 1000, Shape()) is None


@given(sides, sides, some.sampled_from(fitting.WAYS), some.floats(0, 1), some.floats(0, 1))
def test_every_cut_and_every_edge_is_within_the_limits(
    width: int, height: int, way: fitting.Way, x: float, y: float
) -> None:
    found = recipe((width, height), JPEG, 1000, SHAPE, Fit(way, x, y))
    size = found.size if found else (width, height)
    assert SHAPE.takes_ratio(*size)
    assert size[0] <= 1440


@pytest.mark.parametrize(
    ("place", "first", "last"),
    [
        (0.0, (254, 0, 0), (254, 0, 0)),
        (0.5, (255, 255, 255), (255, 255, 255)),
        (1.0, (0, 0, 254), (0, 0, 254)),
    ],
)
def test_the_part_that_was_chosen_stays(tmp_path: Path, place: float, first: Any, last: Any) -> None:
    picture = made(tmp_path, samples.tower(size=(300, 1200)), Fit("crop", 0.5, place))
    assert picture.size == (300, 375)
    assert is_near(picture, (150, 5), first)
    assert is_near(picture, (150, 370), last)


def test_white_edges_show_all_of_it(tmp_path: Path) -> None:
    picture = made(tmp_path, samples.picture(size=(400, 1000)), Fit("pad"))
    assert picture.size == (800, 1000)
    assert is_near(picture, (5, 500), (255, 255, 255))
    assert is_near(picture, (400, 500), (20, 120, 110))


def test_a_wide_picture_keeps_the_side_that_was_chosen(tmp_path: Path) -> None:
    turned = Image.open(io.BytesIO(samples.tower())).rotate(90, expand=True)
    sheet = io.BytesIO()
    turned.save(sheet, "JPEG")
    picture = made(tmp_path, sheet.getvalue(), Fit("crop", 1.0, 0.5), Shape(ratio=(0.8, 1.0)))
    assert picture.size == (600, 600)
    assert is_near(picture, (590, 300), (0, 0, 254)) or is_near(picture, (590, 300), (254, 0, 0))


def test_a_transparent_picture_becomes_a_jpeg_on_white(tmp_path: Path) -> None:
    content = samples.picture("PNG", (200, 200), mode="RGBA", colour=(0, 0, 0, 0))
    picture = made(tmp_path, content)
    assert picture.format == "JPEG"
    assert is_near(picture, (100, 100), (255, 255, 255))


def test_a_heavy_picture_is_made_lighter(tmp_path: Path) -> None:
    content = samples.noise("JPEG", (800, 800))
    shape = Shape(most_bytes=len(content) - 1)
    path = tmp_path / "picture"
    path.write_bytes(content)
    wanted = recipe((800, 800), JPEG, len(content), shape)
    assert wanted is not None and wanted.size == (800, 800)
    assert len(fitting.make(path, wanted).content) < len(content)


@pytest.mark.parametrize("words", ["", "cut:0:0", "crop:2:0", "crop:nan:0", "crop:0", "crop:a:b"])
def test_a_choice_that_nobody_offered_is_none(words: str) -> None:
    assert Fit.of_words(words) is None


def test_a_choice_comes_back_as_it_went() -> None:
    fit = Fit("crop", 0.5, 0.37)
    assert Fit.of_words(str(fit)) == fit == Fit.of_record(fit.to_record())
