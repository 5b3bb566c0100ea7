"""The composer's form."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    Field,
    HiddenField,
    MultipleFileField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from portal import clock
from portal.checks import RULES
from portal.errors import Invalid, Refused
from portal.forms import InputForm
from portal.inputs import Input
from portal.kept_pages import fresh_word
from portal.models import Post, SocialAccount
from portal.platforms.base import Told
from portal.posts import advice, options
from portal.posts.advice import Place
from portal.posts.attachments import Attachment
from portal.posts.autosaving import Sheet
from portal.posts.inputs import NewPost, PostChanges
from portal.posts.time_forms import TimeForm
from portal.publishing.checking import CONSENT_RULE

PAID = [
    SelectChoice("", "Nobody"),
    SelectChoice("somebody", "Somebody does, in money or in kind"),
]


MUST_CHANGE = "The checks found something that must be changed. It stands under “What the checks found”."
MAY_EXPLAIN = "{title}: enter your reason, or change the words."
ASK_CONSENT = "Enter what the patient agreed to, for which networks, and when."

# What is said of a picture in controls of its own: how their ids begin, and what people call it.
SAID_OF_MEDIA = {"alt_text": ("alt", "The description"), "consent": ("consent", "The consent")}

# Fields that only fill when somebody types.
TYPED = ("StringField", "TextAreaField")


class PostForm(TimeForm):
    """The composer. `accounts` is what can be chosen; each has a text field of its own, `own_<id>`."""

    content = TextAreaField("Text", id="text")  # the page's main part is called "content"
    chosen = SelectMultipleField("Accounts", coerce=int, choices=[])
    footer = TextAreaField("Footer")
    first_comment = TextAreaField("First comment")
    link = StringField("Link")
    link_title = StringField("Card title")
    # A list, so that every box on the page is an account to post to.
    paid = SelectField("Who pays for this post?", choices=PAID)
    files = MultipleFileField("Pictures or a video")
    # New with each composer that is opened, see submissions.
    ticket = HiddenField(default=fresh_word)
    # Uploaded before, in their order; `files` is what comes along now.
    attachments: list[Attachment]
    accounts: Sequence[SocialAccount]
    # By account: what its network told of the place that is named, or why it could not be asked.
    told: dict[int, Told | str | None]
    # By the id of a control that is no field of the form, as a picture's description is: what is wrong there.
    elsewhere: dict[str, str]
    # By rule: why the doctor keeps what a check found.
    reasons: dict[str, str]
    post: Post | None
    # What the page tells of itself, and from which version of the post and of what lies beside it it began.
    sheet: Sheet
    pressed: str
    version: str | None
    kept: int

    def __init__(
        self, *args: Any, accounts: Sequence[SocialAccount], post: Post | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.accounts, self.post, self.attachments, self.told = accounts, post, [], {}
        self.reasons, self.sheet, self.version, self.kept = {}, Sheet(""), None, 0
        self.elsewhere = {}
        self.chosen.choices = [SelectChoice(account.id, account.display_name) for account in accounts]

    def own(self, account: SocialAccount) -> Field:
        """The field for an account's own text."""
        field: Field = self[f"own_{account.id}"]
        return field

    def option(self, account: SocialAccount, asked: str) -> Field:
        """The field for something that the account's network asks."""
        field: Field = self[options.name_of(account, asked)]
        return field

    def offer(self, account: SocialAccount, told: Told | None) -> None:
        """Let the fields offer what the account's network told of the place that is named there."""
        for asked in account.asks:
            if asked.kind == "told":
                options.offer(self.option(account, asked.name), asked, told, self._had().get(account.id, {}))

    def options_of(self, account: SocialAccount) -> dict[str, Any]:
        """What is said in the fields of an account, whether it is chosen or not."""
        return options.answers(self._fields, account, self._had().get(account.id, {}))

    def has_options(self, account: SocialAccount) -> bool:
        """Whether anything was said, refused or has to be said there."""
        asked = [(each, self.option(account, each.name)) for each in account.asks]
        return any(each.is_needed or field.data or field.errors for each, field in asked)

    def chosen_accounts(self) -> list[SocialAccount]:
        chosen = set(self.chosen.data or [])
        return [account for account in self.accounts if account.id in chosen]

    def publications(self) -> list[dict[str, Any]]:
        """Where it goes, as the input says it; options that were set elsewhere stay as they are."""
        return [
            {
                "social_account_id": account.id,
                "content": self.own(account).data or None,
                "options": self.options_of(account),
            }
            for account in self.chosen_accounts()
        ]

    def _had(self) -> dict[int, dict[str, Any]]:
        """The options that the post has by now."""
        return {p.social_account_id: p.options for p in self.post.publications} if self.post else {}

    def wants(self, what: str, version: str | None = None) -> "PostForm":
        """Say which button was pressed, "plan", "now" or "draft", and from which version it was changed."""
        self.pressed, self.version = what, version or self.version
        return self

    def stands_on(self, version: int, kept: int) -> None:
        """From here on it is made from this version of the post, and of what lies beside it."""
        self.version, self.kept = str(version), kept

    @property
    def is_begun(self) -> bool:
        """Whether anything is typed or attached; what stands there by itself does not count."""
        typed = [field for field in self if field.type in TYPED and field.name != "footer"]
        said = (field.data for field in typed)
        return bool(self.attachments) or any(words and words.strip() for words in said)

    def to_input(self) -> Input:
        if set(self.chosen.data or []) - {account.id for account in self.accounts}:
            raise Invalid(
                "chosen", "One of these accounts is no longer connected. Look at your choice again."
            )
        at = clock.now() if self.pressed == "now" else self._planned_at()
        said: dict[str, Any] = {
            "content": self.content.data or "",
            "link": self.link.data,
            "first_comment": self.first_comment.data,
            "link_title": self.link_title.data,
            "footer": self.footer.data,
            "publications": self.publications(),
            "media": [item.to_input() for item in self.attachments],
            "is_sponsored": self.paid.data == "somebody",
            "acknowledged": advice.acknowledged(self.reasons),
            "scheduled_at": at,
            "timezone": self.zone,
            "status": "draft" if self.pressed == "draft" else "scheduled",
        }
        if self.post is not None and (self.version or "").isdecimal():
            said["version"] = self.version
        return self.input.model_validate(said)

    def refuse(self, name: str, words: str) -> None:
        if found := self._control_of_media(name.split(".")):
            control, thing = found
            self.is_refused, self.elsewhere[control] = True, words.replace("This must", f"{thing} must", 1)
        else:
            super().refuse(*self._beside(name, words))

    def refuse_all(self, refused: Invalid) -> None:
        """What the checks found stands in cards of its own: beside each field only that it does, and once."""
        if not isinstance(refused, Refused):
            super().refuse_all(refused)
            return
        hard = set()
        for name, _, entry in refused.found:
            if control := self._answer_to(name, entry):
                self.is_refused, self.elsewhere[control[0]] = True, control[1]
            else:
                hard.add(self._beside(name, MUST_CHANGE))
        for place in sorted(hard, reverse=True):
            InputForm.refuse(self, *place)

    def _answer_to(self, name: str, found: Mapping[str, Any]) -> tuple[str, str] | None:
        """The control that waits for the answer to a finding, and what is asked there."""
        rule = RULES[found["id"]]
        if found["severity"] != "block":
            return f"{advice.REASON}{rule.id}", MAY_EXPLAIN.format(title=rule.title)
        parts = name.split(".")
        item = self.attachments[int(parts[1])] if rule.id == CONSENT_RULE else None
        asks = item is not None and item.shows == "patient" and not item.is_withdrawn
        return (f"consent-{item.id}", ASK_CONSENT) if item and asks else None

    def place_of(self, where: str) -> Place:
        """Where a finding of the checks stands on the page."""
        parts = where.split(".")
        if parts[0] == "media":
            item = self.attachments[int(parts[1])]
            thing = "Video" if item.file and item.file.is_video else "Picture"
            if parts[2:] == ["file_name"]:
                return Place(f"Name of {thing.lower()} {int(parts[1]) + 1}")
            return Place(f"{thing} {int(parts[1]) + 1}", f"alt-{item.id}" if len(parts) > 2 else None)
        if parts[0] != "publications":
            field: Field | None = self._fields.get(parts[0])
            return Place(field.label.text, field.id) if field else Place("Link")
        account = self.chosen_accounts()[int(parts[1])]
        name = f"own_{account.id}" if parts[2] == "content" else options.name_of(account, parts[3])
        said: Field | None = self._fields.get(name)
        words = said.label.text if said is not None else account.network.label
        label = words if parts[2] == "content" else f"{words} ({account.network.label})"
        return Place(label, said.id if said is not None else None)

    def _planned_at(self) -> datetime | None:
        has_time = self.on.data is not None and self.at.data is not None
        if self.pressed == "draft" and not has_time:
            return None
        at = self.instant()
        # Seconds are not on the form: a time that was not touched stays what it was.
        was = self.post.scheduled_at if self.post else None
        return was if was and was.replace(second=0, microsecond=0) == at else at

    def _beside(self, name: str, words: str) -> tuple[str, str]:
        """The field of the form that a refused part of the input stands in."""
        parts = name.split(".")
        if parts[0] == "media":
            return self._beside_media(parts, words)
        if parts[0] != "publications" or len(parts) < 3:
            return ("chosen" if parts[0] == "publications" else name), words
        chosen = self.chosen_accounts()
        account = chosen[int(parts[1])] if int(parts[1]) < len(chosen) else None
        if account is None:
            return "chosen", words
        named = words if account.network.label in words else f"{account.network.label}: {words}"
        if parts[2] == "content":
            return (f"own_{account.id}" if self.own(account).data else "content"), named
        if parts[2] == "options" and len(parts) > 3:
            field = options.name_of(account, parts[3])
            return (field if field in self._fields else "chosen"), words
        fields = {"link": "link", "media": "files", "first_comment": "first_comment"}
        return fields.get(parts[2], "chosen"), named

    def _control_of_media(self, parts: list[str]) -> tuple[str, str] | None:
        """Where something is said of one picture: the id of that control, and what people call it."""
        if parts[0] != "media" or len(parts) < 3 or parts[2] not in SAID_OF_MEDIA:
            return None
        control, thing = SAID_OF_MEDIA[parts[2]]
        return f"{control}-{self.attachments[int(parts[1])].id}", thing

    def _beside_media(self, parts: list[str], words: str) -> tuple[str, str]:
        number = int(parts[1]) + 1 if len(parts) > 1 and parts[1].isdecimal() else None
        return "files", f"Number {number}: {words}" if number and len(self.attachments) > 1 else words


def post_form(
    accounts: Sequence[SocialAccount],
    zone: str,
    post: Post | None = None,
    left: "MultiDict[str, str] | None" = None,
) -> PostForm:
    """A composer with a text field for each of these accounts, as it was sent or as it was `left`."""
    own: dict[str, Any] = {
        f"own_{account.id}": TextAreaField(f"Text for {account.display_name}") for account in accounts
    }
    for account in accounts:
        own |= options.fields(account)
    own["input"] = NewPost if post is None else PostChanges
    form: PostForm = type("PostForm", (PostForm,), own)(
        accounts=accounts, zone=zone, post=post, **({} if left is None else {"formdata": left})
    )
    return form
