"""Quora: no API, and a site that wants no robots. The doctor posts by hand and tells us where.

Nothing here makes a call: what an address says is read off its form alone.

UNVERIFIED, for somebody with a real account to try once, all in this file: MOST_CHARACTERS, IMAGES,
QUESTION_MOST, the address of a post on a profile (_PROFILE_POST), and that one question takes one answer of
each account, which ANSWERED_CHECK only asks to look at.
"""

import re
from urllib.parse import unquote, urlsplit

from portal.platforms.base import (
    Asked,
    Author,
    ByHand,
    Connection,
    Content,
    Identity,
    Platform,
    Preview,
    Problem,
    with_link,
)

HOME = "https://www.quora.com/"

# "no published maximum", UNVERIFIED; this is the portal's own for any text.
MOST_CHARACTERS = 50_000
# "Images: inline, dragged or pasted; no published size; JPEG, PNG, GIF", UNVERIFIED.
IMAGES = frozenset({"image/jpeg", "image/png", "image/gif"})
# No address of a question is longer than this many characters. "Question title: 250 characters", UNVERIFIED.
QUESTION_MOST = 300

HOW_TO_ANSWER = "Sign in to Quora as {name}, press “Answer” below the question and paste the text."
HOW_TO_POST = "Sign in to Quora as {name}, press “Add question”, choose “Create post” and paste the text."
NOT_NOW = "You post on Quora yourself. We tell you when it is time."

# What Quora's rules ask of an answer (help.quora.com, articles 9456583756180, 360000470266, 360000470206).
GIST_CHECK = "It answers the question, and a reader gets the gist without following a link."
CREDENTIAL_CHECK = "Your credential line says who you are, such as “Cardiologist in Pune”."
LINK_CHECK = "If the link leads to your own site, the text says so."
REPEAT_CHECK = "You have not posted the same text on Quora before."
ANSWERED_CHECK = "You have not answered this question before. If you have, edit that answer."
IMAGE_CHECK = "Add the pictures from this page by hand, each with its description."

_SLUG = r"[^/\s?#]+"
_QUESTION = re.compile(rf"/(?:unanswered/)?({_SLUG})")
_ANSWER = re.compile(rf"/{_SLUG}/answer/{_SLUG}")
_PROFILE = re.compile(rf"/profile/({_SLUG})")
# UNVERIFIED: "https://www.quora.com/profile/<First-Last>/<Post-Slug>".
_PROFILE_POST = re.compile(rf"/profile/{_SLUG}/{_SLUG}")
_SHORT = re.compile(r"/\w+")
_SPACE_POST = re.compile(rf"/{_SLUG}")
_HOST = re.compile(r"(?:([a-z0-9-]+)\.)?quora\.com|qr\.ae")
# Hosts of two letters are Quora in another language, not a Space.
_LANGUAGE = re.compile(r"[a-z]{2}")
# Pages of the site itself, which have the form of a question.
_SITE = frozenset(
    {"about", "answer", "contact", "following", "notifications", "profile", "search", "settings"}
)


class Quora(Platform):
    key = "quora"
    label = "Quora"
    home = HOME
    needs_token = False
    options = {"question_url": "the address of the question that it answers"}
    asks = (
        Asked(
            "question_url",
            "Question to answer",
            hint="The question's address on Quora. Leave it empty for a post of your own.",
        ),
    )
    connections = (
        Connection(
            key="profile",
            label="Quora profile",
            app="",
            needs="Your profile on Quora. You post there yourself. We tell you when it is time.",
            by_address=f"{HOME}profile/Your-Name",
        ),
    )

    def limit(self, author: Author) -> int:
        return MOST_CHARACTERS

    def problems(self, content: Content) -> list[Problem]:
        found = self.unknown_options(content)
        if not content.text.strip():
            found.append(Problem("content", f"Enter a text for {self.label}."))
        found += self.too_long("content", self.length(with_link(content)), MOST_CHARACTERS)
        if any(media.mime_type not in IMAGES for media in content.media):
            words = "Quora takes pictures as JPEG, PNG or GIF. Take the other files out."
            found.append(Problem("media", words))
        asked = content.options.get("question_url")
        if asked and _question(asked) is None:
            words = "Enter the address of a question on Quora, such as https://www.quora.com/Why-do-we-sleep."
            found.append(Problem("options.question_url", words))
        return found

    def preview(self, content: Content) -> Preview:
        text = with_link(content)
        return Preview(
            author_name=content.author.display_name,
            author_handle=content.author.handle,
            visible=text,
            rest="",
            length=self.length(text),
            limit=MOST_CHARACTERS,
            media=content.media,
            note=NOT_NOW,
        )

    def by_hand(self, content: Content) -> ByHand:
        question = _question(content.options.get("question_url"))
        how = HOW_TO_ANSWER if question else HOW_TO_POST
        checks = [GIST_CHECK, ANSWERED_CHECK] if question else [REPEAT_CHECK]
        checks += [LINK_CHECK] if "://" in with_link(content) else []
        checks += [IMAGE_CHECK] if content.media else []
        return ByHand(
            address=question or HOME,
            how=how.format(name=content.author.display_name),
            texts=(with_link(content),),
            checks=(*checks, CREDENTIAL_CHECK),
        )

    def permalink(self, remote_id: str, author: Author) -> str:
        return f"https://{remote_id}"

    def remote_id_from_permalink(self, address: str) -> str | None:
        """Host and path: Quora gives posts no other name. A question is not the answer to it."""
        host, path = _place(address)
        if host is None:
            return None
        if host == "qr.ae":
            forms = [_SHORT]
        elif _is_space(host):
            forms = [_SPACE_POST]
        else:
            forms = [_ANSWER, _PROFILE_POST]
        is_post = any(form.fullmatch(path) for form in forms)
        return f"{host}{path}" if is_post else None

    def identity_at(self, address: str) -> Identity | None:
        """A profile by its address; nothing proves whose it is, so the portal never acts in its name."""
        host, path = _place(address)
        found = _PROFILE.fullmatch(path)
        if host is None or host == "qr.ae" or _is_space(host) or found is None:
            return None
        slug = unquote(found[1])
        # Namesakes are numbered: Ana-Example-12.
        name = re.sub(r"-\d+$", "", slug).replace("-", " ").strip()
        if not name or not name.isprintable():
            return None
        return Identity(
            slug, "profile", name, handle=slug, facts={"profile_url": f"{HOME}profile/{found[1]}"}
        )


def _place(address: str) -> tuple[str | None, str]:
    """Host and path of a page of Quora, without what tracking added; (None, "") for any other address."""
    try:
        parts = urlsplit(address.strip())
        is_plain = parts.scheme in ("http", "https") and parts.port is None and "@" not in parts.netloc
    except ValueError:
        return None, ""
    host = (parts.hostname or "").lower()
    if not is_plain or not _HOST.fullmatch(host) or not parts.path.isprintable():
        return None, ""
    return ("www.quora.com" if host == "quora.com" else host), parts.path.rstrip("/")


def _is_space(host: str) -> bool:
    name = host.removesuffix(".quora.com")
    return host.endswith(".quora.com") and name != "www" and not _LANGUAGE.fullmatch(name)


def _question(address: object) -> str | None:
    """The address of a question, tidied; None when it is none."""
    if not isinstance(address, str) or len(address) > QUESTION_MOST:
        return None
    host, path = _place(address)
    found = _QUESTION.fullmatch(path)
    if host is None or host == "qr.ae" or _is_space(host) or found is None or found[1] in _SITE:
        return None
    return f"https://{host}{path}"
