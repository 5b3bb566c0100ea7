"""A pytest plugin: draws the registry's line and says where the samples lie, before tests are collected."""

from pathlib import Path

from portal.platforms import PLATFORMS
from tests.platforms import samples
from tests.platforms.eighth.murmur import Murmur

PLATFORMS[Murmur.key] = Murmur()
samples.FOLDERS[Murmur.key] = Path(__file__).resolve().parent / "samples"
