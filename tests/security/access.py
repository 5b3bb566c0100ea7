"""Who gets what at every route: the table that tests/security/test_access.py walks.

A new route needs a line here, or its test fails. Words for what comes of a call:

- "in": let in; what came is an answer or a refusal of what was sent, and none of access
- "sign in": sent to the sign-in page
- 401, 403, 404: refused so

There are no assistants among the roles: a doctor's work is shared with programs alone, by keys that have
rights. Such a key without the right that a call needs stands in for an assistant without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Outcome = str | int


@dataclass(frozen=True)
class Rule:
    """What nobody, another doctor and an administrator get at an address that names the doctor's things."""

    nobody: Outcome
    stranger: Outcome
    office: Outcome
    # Of a key of her own that has every right but the needed one; None where keys are no matter.
    weak_key: Outcome | None = None
    # Each part of the address, and which of her things it names; see tests/security/hers.py.
    parts: Mapping[str, str] = field(default_factory=dict)
    # Parts that name nothing of hers.
    fixed: Mapping[str, str] = field(default_factory=dict)
    # Whether it may tell her words to whoever gets in: by a secret address, or to administrators.
    tells: frozenset[str] = frozenset()
    # What her own browser or token gets.
    owner: Outcome = "in"

    def of(self, **parts: str) -> "Rule":
        return replace(self, parts=parts)

    def at(self, **fixed: str) -> "Rule":
        return replace(self, fixed=fixed)


OPEN = Rule("in", "in", "in")
# A page of doctors that shows each one what is the reader's own.
DOCTORS = Rule("sign in", "in", 404)
# The same for everybody who signs in, administrators too.
PERSONS = Rule("sign in", "in", "in")
# Something of one doctor's, named by its id.
HERS = Rule("sign in", 404, 404)
OFFICE = Rule(404, 404, "in", tells=frozenset({"office"}), owner=404)
# Whoever has the secret address is let in.
BY_SECRET = Rule("in", "in", "in", tells=frozenset({"nobody", "stranger", "office"}))

API_OPEN = Rule("in", "in", "in")
API_DOCTORS = Rule(401, "in", 403, weak_key=403)
API_HERS = Rule(401, 404, 403, weak_key=403)
API_OFFICE = Rule(401, 403, "in", weak_key=403, owner=403)

POST = {"post_id": "post"}
ONE = {"post_id": "post", "publication_id": "publication"}
SERIES = {"series_id": "series"}
WEBHOOK = {"webhook_id": "webhook"}
TABLE = {"table_id": "table"}
DOCTOR = {"doctor_id": "doctor"}

RULES: dict[str, Rule] = {
    "admin.doctor": OFFICE.of(**DOCTOR),
    "admin.export": OFFICE,
    "admin.index": OFFICE,
    "api.auth-login": API_OPEN,
    "api.auth-logout": API_OPEN,
    "api.auth-refresh": API_OPEN,
    "api.auth-register": API_OPEN,
    "api.auth-resend": API_OPEN,
    "api.auth-verify_login": API_OPEN,
    "api.auth-verify_registration": API_OPEN,
    "api.checks-look": API_DOCTORS,
    "api.doctor-amend": API_DOCTORS,
    "api.doctor-change": API_DOCTORS,
    "api.doctor-show": API_DOCTORS,
    "api.master-add_speciality": API_OFFICE,
    "api.master-add_sub_speciality": API_OFFICE,
    "api.master-change_sub_speciality": API_OFFICE.of(id="sub"),
    "api.master-list_specialities": API_OPEN,
    "api.master-list_sub_specialities": API_OPEN,
    "api.master-remove_speciality": API_OFFICE.of(id="speciality"),
    "api.master-remove_sub_speciality": API_OFFICE.of(id="sub"),
    "api.master-rename_speciality": API_OFFICE.of(id="speciality"),
    "api.media-upload": API_DOCTORS,
    "api.openapi-describe": API_OPEN,
    "api.posts-amend": API_HERS.of(id="post"),
    "api.posts-cancel": API_HERS.of(id="post"),
    "api.posts-change": API_HERS.of(id="post"),
    "api.posts-confirm": API_HERS.of(id="post", publication_id="publication"),
    "api.posts-create": API_DOCTORS,
    "api.posts-list_posts": API_DOCTORS,
    "api.posts-retry": API_HERS.of(id="post"),
    "api.posts-show": API_HERS.of(id="post"),
    "api.social-callback": API_OPEN.at(platform="twitter"),
    "api.social-choose": API_HERS.of(id="offer"),
    "api.social-connect": API_DOCTORS.at(platform="twitter"),
    "api.social-disconnect": API_HERS.of(id="account"),
    "api.social-list_accounts": API_DOCTORS,
    "api.social-list_offers": API_DOCTORS,
    "api.webhooks-amend": API_HERS.of(id="webhook"),
    "api.webhooks-change": API_HERS.of(id="webhook"),
    "api.webhooks-create": API_DOCTORS,
    "api.webhooks-list_messages": API_HERS.of(id="webhook"),
    "api.webhooks-list_webhooks": API_DOCTORS,
    "api.webhooks-remove": API_HERS.of(id="webhook"),
    "api.webhooks-renew_secret": API_HERS.of(id="webhook"),
    "api.webhooks-resend": API_HERS.of(id="webhook", message_id="message"),
    "api.webhooks-show": API_HERS.of(id="webhook"),
    "api.webhooks-test": API_HERS.of(id="webhook"),
    "api_docs.show": OPEN,
    "api_keys.ask": HERS.of(key_id="key"),
    "api_keys.index": DOCTORS,
    "api_keys.make": DOCTORS,
    "api_keys.revoke": HERS.of(key_id="key"),
    "asset": OPEN.at(stamp="x", filename="css/base.css"),
    "auth.confirm": OPEN,
    "auth.forgot_password": OPEN,
    "auth.login": OPEN,
    "auth.logout": OPEN,
    "auth.password_strength": OPEN,
    "auth.register": OPEN,
    "auth.resend": OPEN,
    "auth.reset_password": OPEN,
    "auth.undo": BY_SECRET.of(word="way"),
    "authenticator.app": PERSONS,
    "authenticator.confirm_app": PERSONS,
    "authenticator.recovery_codes": PERSONS,
    "authenticator.remove_app": PERSONS,
    "authenticator.set_up_app": PERSONS,
    "calendar.move": DOCTORS,
    "calendar.show": DOCTORS,
    "calendar.undo": DOCTORS,
    "checks.about": DOCTORS,
    "checks.reasons": HERS.of(**POST),
    "composer.attach": DOCTORS,
    "composer.edit": HERS.of(**POST),
    "composer.look_up": DOCTORS,
    "composer.new": DOCTORS,
    "composer.preview": DOCTORS,
    "composer.upload": DOCTORS,
    "consents.gone": HERS.of(file_id="media_id", publication_id="publication"),
    "consents.show": HERS.of(file_id="media_id"),
    "design": OPEN,
    "design_letter": OPEN,
    "desk.ask": OFFICE.of(**DOCTOR),
    "desk.document": OFFICE.of(**DOCTOR, document_id="document"),
    "desk.end_suspension": OFFICE.of(**DOCTOR),
    "desk.reject": OFFICE.of(**DOCTOR),
    "desk.revoke": OFFICE.of(**DOCTOR),
    "desk.suspend": OFFICE.of(**DOCTOR),
    "desk.together": replace(OFFICE.of(asked_id="wish"), fixed={"answer": "withdraw"}),
    "desk.verify": OFFICE.of(**DOCTOR),
    "doctors.profile": DOCTORS,
    "favicon": OPEN,
    "feeds.make": DOCTORS,
    "feeds.read": BY_SECRET.of(secret="feed"),
    "feeds.show": DOCTORS,
    "feeds.stop": DOCTORS,
    "feeds.words": DOCTORS,
    "health.health": OPEN,
    "health.ready": OPEN,
    "licence.document": HERS.of(document_id="document"),
    "licence.recheck": DOCTORS,
    "licence.remove_document": HERS.of(document_id="document"),
    "licence.shape": DOCTORS,
    "licence.show": DOCTORS,
    # Over for strangers: no network needs it any more. An administrator may see what was published.
    "media.show": Rule(404, 404, "in", parts={"name": "media"}, tells=frozenset({"office"})),
    # From this machine alone, or with METRICS_TOKEN; tests/test_metrics.py shuts others out.
    "metrics.metrics": OPEN,
    "moving.export": DOCTORS.at(ending="csv"),
    "moving.export_to_import": DOCTORS,
    "moving.forget": HERS.of(**TABLE),
    "moving.look": HERS.of(**TABLE),
    "moving.save": HERS.of(**TABLE),
    "moving.take": DOCTORS,
    "moving.template": DOCTORS.at(ending="csv"),
    "moving.wrong": HERS.of(**TABLE),
    "my_email.change": PERSONS,
    "my_email.confirm": PERSONS,
    "my_passkeys.ask": PERSONS,
    "my_passkeys.begin": PERSONS,
    "my_passkeys.new": PERSONS,
    "my_passkeys.remove": HERS.of(passkey_id="passkey"),
    "networks.index": OFFICE,
    "networks.test": OFFICE.at(platform="twitter", connection="account"),
    "networks.try_again": OFFICE.at(platform="twitter", connection="account"),
    "overview.read_notices": DOCTORS,
    # Signed out it says what the portal is; an administrator is led on to the backoffice.
    "overview.show": OPEN,
    "own_days.forget": HERS.of(day_id="day"),
    "own_days.health": DOCTORS,
    "own_days.show": DOCTORS,
    "passkeys.ask": OPEN,
    "passkeys.sign_in": OPEN,
    # Not in even for the office: she is no administrator.
    "people.demote": OFFICE.of(user_id="user"),
    "people.index": OFFICE,
    "people.letter": OFFICE.at(name="code-login"),
    "people.letter_html": OFFICE.at(name="code-login"),
    "people.letters": OFFICE,
    "people.log": OFFICE,
    "people.settings": OFFICE,
    "posts.cancel": HERS.of(**POST),
    "posts.confirm": HERS.of(**ONE),
    "posts.copy": HERS.of(**POST),
    "posts.list_posts": DOCTORS,
    "posts.move": HERS.of(**POST),
    "posts.put_off": HERS.of(**ONE),
    "posts.retry": HERS.of(**POST),
    "posts.retry_one": HERS.of(**ONE),
    "posts.show": HERS.of(**POST),
    "posts.stop": HERS.of(**ONE),
    "posts.take_over": HERS.of(**ONE),
    "profiles.connect": DOCTORS.at(platform="quora"),
    "published.read_figures": HERS.of(**POST),
    "published.remove": HERS.of(**ONE),
    "publishing.act": replace(OFFICE.of(publication_id="publication"), fixed={"deed": "try-again"}),
    "publishing.index": OFFICE,
    "publishing.posts": OFFICE.at(kind="due"),
    "publishing.try_now": OFFICE.at(platform="twitter", connection="account"),
    "series.change": HERS.of(**SERIES),
    "series.end": HERS.of(**SERIES),
    "series.list_series": DOCTORS,
    "series.pause": HERS.of(**SERIES),
    "series.repeat": HERS.of(**POST),
    "series.resume": HERS.of(**SERIES),
    "series.say_this": HERS.of(**POST),
    "series.show": HERS.of(**SERIES),
    # Hers, but the day is none of it.
    "series.skip": replace(HERS.of(**SERIES), owner=404),
    "settings.end_other_sessions": PERSONS,
    "settings.end_session": HERS.of(session_id="session"),
    "settings.index": PERSONS,
    "settings.password": PERSONS,
    "settings.preferences": DOCTORS,
    "shaping.show": DOCTORS,
    "slots.forget": HERS.of(slot_id="slot"),
    "slots.next_slot": DOCTORS,
    "slots.show": DOCTORS,
    "social.accounts": DOCTORS,
    "social.callback": OPEN.at(platform="twitter"),
    # The form of the walk asks to connect her account again: his own would be let in.
    "social.connect": Rule("sign in", 404, 404, fixed={"platform": "twitter"}),
    "social.disconnect": HERS.of(id="account"),
    "social.offer": HERS.of(id="offer"),
    "specialities.act": replace(
        OFFICE.of(row_id="speciality"), fixed={"kind": "speciality", "deed": "retire"}
    ),
    "specialities.add_sub": OFFICE.of(row_id="speciality"),
    "specialities.index": OFFICE,
    "specialities.merge:speciality": OFFICE.of(row_id="speciality"),
    "specialities.merge:sub": OFFICE.of(row_id="sub"),
    "specialities.show:speciality": OFFICE.of(row_id="speciality"),
    "specialities.show:sub": OFFICE.of(row_id="sub"),
    "static": OPEN.at(filename="css/base.css"),
    "unsaved.ask": DOCTORS,
    "unsaved.keep": DOCTORS,
    "unsaved.unsaved": DOCTORS,
    "webhooks.ask": HERS.of(**WEBHOOK),
    "webhooks.change": HERS.of(**WEBHOOK),
    "webhooks.index": DOCTORS,
    "webhooks.make": DOCTORS,
    "webhooks.remove": HERS.of(**WEBHOOK),
    "webhooks.renew_secret": HERS.of(**WEBHOOK),
    "webhooks.resend": HERS.of(**WEBHOOK, message_id="message"),
    "webhooks.show": HERS.of(**WEBHOOK),
    "webhooks.switch_off": HERS.of(**WEBHOOK),
    "webhooks.switch_on": HERS.of(**WEBHOOK),
    "webhooks.test": HERS.of(**WEBHOOK),
    "zone_change.decide": DOCTORS,
    "zone_change.show": DOCTORS,
    "archive.show": DOCTORS,
    "archive.take": DOCTORS,
    "archive.verify": OPEN,
    # Hers, but no comment goes with it.
    "comments.settle": replace(HERS.of(**ONE), owner=404),
    "councils.act": replace(OFFICE.of(council_id="council"), fixed={"deed": "opened"}),
    "councils.index": OFFICE,
    "councils.show": OFFICE.of(council_id="council"),
    "kept.hold": OFFICE.of(**DOCTOR),
    "kept.release": OFFICE.of(**DOCTOR),
    "kept.show": OFFICE.of(**DOCTOR),
    # Nothing of hers is archived.
    "kept.take": replace(OFFICE.of(**DOCTOR), office=404),
    "leaving.ask": DOCTORS,
    "leaving.copy": DOCTORS,
    # He leaves himself, and is signed out by it.
    "leaving.leave": Rule("sign in", "sign in", 404),
    "leaving.stay": DOCTORS,
    "leaving.waiting": DOCTORS,
    "library.choose": DOCTORS,
    "library.chosen": DOCTORS,
    "library.edit": HERS.of(file_id="media_id"),
    "library.look": HERS.of(file_id="media_id"),
    "library.pick": DOCTORS,
    "library.remove": HERS.of(file_id="media_id"),
    "library.show": DOCTORS,
    "links.show": DOCTORS,
    "texts.change": HERS.of(text_id="text"),
    "texts.forget": HERS.of(text_id="text"),
    "texts.show": DOCTORS,
    "texts.up": HERS.of(text_id="text"),
}

# Every field that may name something of a doctor's, in any form or body of the portal.
FIELDS_WITH_IDS = {
    "account": "account",
    "account_id": "account",
    "chosen": "account",
    "social_account_id": "account",
    "media": "media",
    "of": "post",
    "post": "post",
    "publication": "publication",
    "publications": "publication",
    "page_ids": "account",
}


def form_with(ids: Mapping[str, Any]) -> dict[str, Any]:
    """A form that names her things wherever one can be named."""
    return {name: str(ids[thing]) for name, thing in FIELDS_WITH_IDS.items()}
