"""What a video may say of itself, checked when an upload begins: a wrong title costs no upload."""

from typing import Any

from flask import Response

from . import errors

MOST_TITLE = 100
MOST_DESCRIPTION_BYTES = 5000
MOST_TAGS = 500
PRIVACIES = ("private", "public", "unlisted")
PARTS = ("snippet", "status", "recordingDetails", "localizations", "paidProductPlacementDetails")
SNIPPET = {"title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage"}
SWITCHES = ("selfDeclaredMadeForKids", "containsSyntheticMedia", "embeddable", "publicStatsViewable")
STATUS = {"privacyStatus", "publishAt", "license", *SWITCHES}


def wrong_with(body: Any, parts: list[str]) -> Response | None:
    """The refusal of a resource that YouTube would not take."""
    if not isinstance(body, dict) or any(not isinstance(value, dict) for value in body.values()):
        return errors.bad_request("Invalid JSON payload received.", "parseError")
    if unknown := [part for part in parts if part not in PARTS]:
        return errors.bad_request(f"'{unknown[0]}'", "unknownPart")
    if unnamed := [name for name in body if name not in parts]:
        return errors.bad_request(f"'{unnamed[0]}'", "unexpectedPart")
    return _wrong_with_snippet(body.get("snippet", {})) or _wrong_with_status(body.get("status", {}))


def _wrong_with_snippet(snippet: dict[str, Any]) -> Response | None:
    if unknown := set(snippet) - SNIPPET:
        return errors.bad_request(f"Unknown name {sorted(unknown)[0]!r}")
    title, text = snippet.get("title"), snippet.get("description", "")
    if not isinstance(title, str) or not title.strip() or len(title) > MOST_TITLE or _has_brackets(title):
        message = "The request metadata specifies an invalid or empty video title."
        return errors.field("invalidTitle", "body.snippet.title", message)
    if not isinstance(text, str) or len(text.encode()) > MOST_DESCRIPTION_BYTES or _has_brackets(text):
        message = "The request metadata specifies an invalid video description."
        return errors.field("invalidDescription", "body.snippet.description", message)
    if not _are_tags(snippet.get("tags", [])):
        message = "The request metadata specifies invalid video keywords."
        return errors.field("invalidTags", "body.snippet.tags", message)
    category = snippet.get("categoryId", "22")
    if not isinstance(category, str) or not (category.isascii() and category.isdigit()):
        message = "The snippet.categoryId property specifies an invalid category ID."
        return errors.field("invalidCategoryId", "body.snippet.categoryId", message)
    return None


def _wrong_with_status(status: dict[str, Any]) -> Response | None:
    if unknown := set(status) - STATUS:
        return errors.bad_request(f"Unknown name {sorted(unknown)[0]!r}")
    privacy = status.get("privacyStatus", "public")
    if privacy not in PRIVACIES or any(not isinstance(status.get(name, True), bool) for name in SWITCHES):
        return errors.refusal(400, "invalidVideoMetadata", "The request metadata is invalid.")
    if "publishAt" in status and privacy != "private":
        message = "The request metadata specifies an invalid scheduled publishing time."
        return errors.field("invalidPublishAt", "body.status.publishAt", message)
    return None


def _has_brackets(text: str) -> bool:
    return "<" in text or ">" in text


def _are_tags(tags: Any) -> bool:
    if not isinstance(tags, list) or not all(isinstance(tag, str) and tag for tag in tags):
        return False
    return sum(len(tag) + 2 * (" " in tag) for tag in tags) + max(len(tags) - 1, 0) <= MOST_TAGS
