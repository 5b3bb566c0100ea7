"""Pages as a person without JavaScript meets them: read, fill in, send. Every page is inspected on the side.

page = Page(client.get("/login"))
page = page.form("Sign in").fill({"Email": "asha@example.org", "Password": "…"}).submit(client)
assert "Check your mail" in page.text
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.markup import controls_of, is_sender, is_visible, name_of, text_of, value_of

# "None of your posts …" is English; a lone None fell out of Python.
FROM_PYTHON = re.compile(r"(?<!-)\bNone\b(?! of)|<[\w.]+ object at |\bUndefined\b|\{\{|\}\}")


class Page:
    """A parsed answer; making one checks it, see `flaws`."""

    def __init__(self, response: TestResponse, *, check: bool = True) -> None:
        self.response = response
        self.status = response.status_code
        self.address = response.request.path
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        self.root: Element = parser.parse(response.get_data(as_text=True))
        self.parents = {child: parent for parent in self.root.iter() for child in parent}
        self.syntax = [f"{where}: {kind} {more}" for where, kind, more in parser.errors]
        if check:
            assert response.mimetype == "text/html", f"{self.address} answered {response.mimetype}"
            found = self.flaws()
            assert not found, f"{self.address}: " + "; ".join(found)

    @property
    def title(self) -> str:
        return text_of(self.root.find("head/title"))

    @property
    def heading(self) -> str:
        return text_of(self.root.find(".//h1"))

    @property
    def text(self) -> str:
        """What can be read on the page, spaces collapsed."""
        return text_of(self.root.find("body"))

    @property
    def links(self) -> dict[str, str]:
        """Where each link leads, by its words."""
        return {name_of(link): link.get("href", "") for link in self.root.iter("a") if link.get("href")}

    @property
    def buttons(self) -> list[str]:
        return [name_of(button) for button in self._visible("button")]

    @property
    def errors(self) -> list[str]:
        """The sentences beside refused fields and above the form."""
        beside = self.all("field-error")
        return [text_of(part) for part in beside] or [text_of(li) for li in self._summary()]

    def error_of(self, label: str) -> str | None:
        """The sentence beside one field."""
        control = self.control(label)
        said = [
            self.by_id(ref) for ref in control.get("aria-describedby", "").split() if ref.endswith("-error")
        ]
        return text_of(said[0]) if said else None

    def value_of(self, label: str) -> str:
        """What stands in a field; of a select, the values of what is chosen."""
        value = value_of(self.control(label)) or ""
        return ", ".join(value) if isinstance(value, list) else str(value)

    def control(self, label: str) -> Element:
        """The field with this label."""
        for form in self.root.iter("form"):
            for control in controls_of(form):
                if self.label_of(control) == label:
                    return control
        raise AssertionError(f"{self.address} has no field {label!r}; it has {self.labels}")

    @property
    def labels(self) -> list[str]:
        """The label of every field that can be seen."""
        return [
            self.label_of(c) for form in self.root.iter("form") for c in controls_of(form) if is_visible(c)
        ]

    def form(self, button: str) -> "Form":
        """The form that this button sends."""
        for form in self.root.iter("form"):
            if self._within_closed_dialog(form):
                continue
            for part in form.iter():
                if part.tag in ("button", "input") and is_sender(part) and name_of(part) == button:
                    return Form(self, form, part)
        raise AssertionError(f"{self.address} has no button {button!r}; it has {self.buttons}")

    def follow(self, client: FlaskClient, link: str) -> "Page":
        """The page behind a link."""
        return Page(client.get(urljoin(self.address, self.links[link]), follow_redirects=True))

    def all(self, css_class: str) -> list[Element]:
        return [part for part in self.root.iter() if css_class in part.get("class", "").split()]

    def by_id(self, name: str) -> Element | None:
        return next((part for part in self.root.iter() if part.get("id") == name), None)

    def label_of(self, control: Element) -> str:
        """The words that name a field, or "" when nothing does."""
        if control.get("aria-label"):
            return control.get("aria-label", "")
        names = [self.by_id(ref) for ref in control.get("aria-labelledby", "").split()]
        names += [
            label
            for label in self.root.iter("label")
            if label.get("for") and label.get("for") == control.get("id")
        ]
        names += [above for above in self._above(control) if above.tag == "label"]
        return text_of(names[0]) if names else ""

    def flaws(self) -> list[str]:
        """What no page of the portal may have."""
        return [
            *(f"not valid HTML: {error}" for error in self.syntax),
            *self._heading_flaws(),
            *self._field_flaws(),
            *self._id_flaws(),
            *self._inline_flaws(),
            *self._word_flaws(),
        ]

    def _heading_flaws(self) -> Iterator[str]:
        headings = list(self.root.iter("h1"))
        if len(headings) != 1:
            yield f"{len(headings)} h1 instead of one"
        elif not self.heading or not self.title.startswith(self.heading):
            yield f"the title {self.title!r} does not open with the h1 {self.heading!r}"
        if not self.root.get("lang"):
            yield "the language is not said"

    def _field_flaws(self) -> Iterator[str]:
        for control in self._visible("input", "select", "textarea"):
            if not self.label_of(control):
                yield f"the field {control.get('name')!r} has no label"
        for part in self._visible("button", "a"):
            if not name_of(part) and part.get("aria-hidden") != "true":
                yield f"a {part.tag} without words: {part.attrib}"
        for picture in self.root.iter("img"):
            if picture.get("alt") is None:
                yield f"a picture without alt: {picture.get('src')}"
        for form in self.root.iter("form"):
            posts = form.get("method", "get").lower() == "post"
            if posts and not any(part.get("name") == "csrf_token" for part in form.iter("input")):
                yield "a form that posts has no csrf_token"

    def _id_flaws(self) -> Iterator[str]:
        ids = [part.get("id", "") for part in self.root.iter() if part.get("id") is not None]
        yield from (f"the id {name!r} occurs twice" for name in sorted({i for i in ids if ids.count(i) > 1}))
        for part in self.root.iter():
            for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
                for name in part.get(attribute, "").split():
                    if name not in ids:
                        yield f"{attribute}={name!r} leads nowhere"

    def _inline_flaws(self) -> Iterator[str]:
        for part in self.root.iter():
            if not isinstance(part.tag, str):
                continue
            if part.tag == "script" and not part.get("src") and part.get("type") != "application/json":
                yield "an inline script"
            if part.tag == "style" or part.get("style") is not None:
                yield f"inline style on {part.tag}"
            if any(name.startswith("on") for name in part.attrib):
                yield f"an inline handler on {part.tag}: {part.attrib}"
            if part.get("href", "").lower().startswith("javascript:"):
                yield "a link that is a script"

    def _word_flaws(self) -> Iterator[str]:
        if found := FROM_PYTHON.search(self.text):
            yield f"not meant for people: …{self.text[max(0, found.start() - 30) : found.end() + 30]}…"
        for part in self.root.iter():
            for name in ("href", "src", "action"):
                if re.search(r"\bNone\b", part.get(name, "")):
                    yield f"{name}={part.get(name)!r}"

    def _summary(self) -> Iterator[Element]:
        for box in self.all("error-summary"):
            yield from box.iter("li")

    def _visible(self, *tags: str) -> Iterator[Element]:
        return (part for tag in tags for part in self.root.iter(tag) if is_visible(part))

    def _above(self, part: Element) -> Iterator[Element]:
        while part in self.parents:
            part = self.parents[part]
            yield part

    def _within_closed_dialog(self, part: Element) -> bool:
        return any(above.tag == "dialog" and above.get("open") is None for above in self._above(part))


@dataclass
class Form:
    """A form being filled in; fields are named by their labels, choices by their words."""

    page: Page
    element: Element
    button: Element
    changed: dict[Element, Any] = field(default_factory=dict)

    def fill(self, values: Mapping[str, Any] | None = None, /, **more: Any) -> "Form":
        """Text; True or False for a box; the words of choices; a file as (stream, name)."""
        for label, value in {**(values or {}), **more}.items():
            self._set(label, value)
        return self

    def submit(self, client: FlaskClient, *, follow: bool = True, check: bool = True) -> Page:
        """Press the button; the page it leads to."""
        address = urljoin(
            self.page.address, self.element.get("action") or self.page.response.request.full_path
        )
        assert not urlsplit(address).netloc, f"the form leads away, to {address}"
        pairs = [(control.get("name"), value) for control, value in self._sent()]
        if self.button.get("name"):
            pairs.append((self.button.get("name"), self.button.get("value", "")))
        sent: dict[str, list[Any]] = {}
        for name, value in pairs:
            sent.setdefault(str(name), []).append(value)
        if (self.button.get("formmethod") or self.element.get("method", "get")).lower() == "get":
            return Page(client.get(address, query_string=sent, follow_redirects=follow), check=check)
        kind = self.element.get("enctype") or "application/x-www-form-urlencoded"
        where = self.button.get("formaction") or address
        headers = {"Referer": f"http://localhost{self.page.address}"}
        response = client.post(where, data=sent, content_type=kind, headers=headers, follow_redirects=follow)
        return Page(response, check=check and not 300 <= response.status_code < 400)

    def _set(self, label: str, value: Any) -> None:
        controls = [c for c in controls_of(self.element) if self.page.label_of(c) == label]
        if not controls:
            controls = self._choices_of(label)
            chosen = [value] if isinstance(value, str) else list(value)
            for control in controls:
                self.changed[control] = self.page.label_of(control) in chosen
            assert controls, f"no field {label!r} here; there are {self.page.labels}"
            return
        control = controls[0]
        self.changed[control] = self._options(control, value) if control.tag == "select" else value

    def _choices_of(self, legend: str) -> list[Element]:
        for group in self.element.iter("fieldset"):
            if text_of(group.find("legend")) == legend:
                return [c for c in controls_of(group) if c.get("type") in ("radio", "checkbox")]
        return []

    def _options(self, select: Element, words: Any) -> list[str]:
        wanted = [words] if isinstance(words, str) else list(words)
        options = {text_of(option): option.get("value", text_of(option)) for option in select.iter("option")}
        assert set(wanted) <= set(options), f"no such choice {wanted}; there are {list(options)}"
        return [options[word] for word in wanted]

    def _sent(self) -> Iterator[tuple[Element, Any]]:
        for control in controls_of(self.element):
            if not control.get("name") or control.get("disabled") is not None:
                continue
            value = self.changed.get(control, value_of(control))
            if control.get("type") in ("checkbox", "radio"):
                value = control.get("value", "on") if value else None
            if value is None or (control.get("type") == "file" and not value):
                continue
            for each in value if isinstance(value, list) else [value]:
                yield control, each
