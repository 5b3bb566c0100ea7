"""The networks' own requests and answers, as files."""

import json
from pathlib import Path
from typing import Any

from portal.platforms import PLATFORMS
from portal.platforms.base import Author, Content

FOLDER = Path(__file__).resolve().parent / "samples"


def load(platform: str, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / platform / f"{name}.json").read_text())
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
    return Content(author=author_of(sample), **sample["content"])


def body_of(answer: dict[str, Any]) -> bytes:
    if "json" in answer:
        return json.dumps(answer["json"]).encode()
    return str(answer.get("body", "")).encode()
