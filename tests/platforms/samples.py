"""The networks' own requests and answers, as files."""

import json
from pathlib import Path
from typing import Any

from portal.platforms import PLATFORMS
from portal.platforms.base import Author, Content, Media

FOLDER = Path(__file__).resolve().parent / "samples"
#: Where a network's samples lie, if not there.
FOLDERS: dict[str, Path] = {}


def load(platform: str, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        (FOLDERS.get(platform, FOLDER / platform) / f"{name}.json").read_text()
    )
    return found


def of_all(name: str) -> list[Any]:
    """Every network's samples of a kind, as parameters (platform, sample) with readable ids."""
    import pytest

    return [
        pytest.param(PLATFORMS[key], sample, id=f"{key}: {sample['about']}")
        for key in PLATFORMS
        for sample in load(key, name)
    ]


def author_of(sample: dict[str, Any]) -> Author:
    return Author(**sample["author"])


def content_of(sample: dict[str, Any]) -> Content:
    said = dict(sample["content"])
    media = tuple(media_of(one) for one in said.pop("media", []))
    return Content(author=author_of(sample), media=media, **said)


def media_of(facts: dict[str, Any]) -> Media:
    """A picture or video; its path is seen from the samples' folder."""
    return Media(**{**facts, "path": str(FOLDER / facts["path"]) if "path" in facts else None})


def staged_of(platform: str) -> dict[str, Any]:
    """What the network holds before the publishing call of a plain post."""
    staged: dict[str, Any] = load(platform, "posts")[0].get("staged", {})
    return staged


def body_of(answer: dict[str, Any]) -> bytes:
    if "json" in answer:
        return json.dumps(answer["json"]).encode()
    return str(answer.get("body", "")).encode()
