"""Reads parsed HTML as a person would."""

from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element

SILENT_INPUTS = {"hidden", "submit", "button", "reset", "image"}
NOT_READ = {"script", "style", "template", "dialog", "noscript", "head"}
# What stands within a line of text; everything else begins a new one.
INLINE = {"a", "abbr", "b", "code", "em", "i", "kbd", "mark", "small", "span", "strong", "sub", "sup", "time"}


def controls_of(form: Element) -> list[Element]:
    """Fields in the order of the page, hidden ones too; no buttons."""
    found = [part for part in form.iter() if part.tag in ("input", "select", "textarea")]
    return [part for part in found if part.get("type") not in SILENT_INPUTS - {"hidden"}]


def is_sender(part: Element) -> bool:
    return part.get("type", "submit" if part.tag == "button" else "text") == "submit"


def is_visible(part: Element) -> bool:
    return part.get("hidden") is None and not (part.tag == "input" and part.get("type") in SILENT_INPUTS)


def value_of(control: Element) -> Any:
    """What a field holds before anybody touches it."""
    if control.tag == "textarea":
        return "".join(control.itertext())
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [o for o in options if o.get("selected") is not None]
        if not chosen and control.get("multiple") is None:
            chosen = options[:1]
        return [option.get("value", text_of(option)) for option in chosen]
    if control.get("type") in ("checkbox", "radio"):
        return control.get("checked") is not None
    return control.get("value", "")


def name_of(part: Element) -> str:
    """The words by which a button or link is known."""
    pictures = " ".join(img.get("alt", "") for img in part.iter("img"))
    return part.get("aria-label") or text_of(part) or pictures.strip() or part.get("value", "")


def text_of(part: Element | None) -> str:
    return " ".join("".join(_read(part)).split()) if part is not None else ""


def _read(part: Element) -> Iterable[str]:
    if not isinstance(part.tag, str) or part.get("hidden") is not None:
        return
    if part.tag in NOT_READ and part.get("open") is None:
        return
    between = "" if part.tag in INLINE else " "
    yield between + (part.text or "")
    for child in part:
        yield from _read(child)
        yield child.tail or ""
    yield between
