"""Checks by JSON: what a text would be stopped for, before it is a post."""

from typing import Annotated, Literal

from pydantic import Field

from portal import checks
from portal.api.callers import current_doctor
from portal.api.endpoint import Output, post
from portal.checks import Draft, Piece
from portal.errors import Invalid
from portal.inputs import Input
from portal.models import Doctor, SocialAccount
from portal.posts import checking, planning
from portal.posts.inputs import ACCOUNTS_AT_MOST, PostText, RowId, WantedPublication
from portal.publishing.checking import author_of, pack_of, shortest_fold


class CheckBody(Input):
    """A text, the accounts that it is meant for, and whose rules it goes by (your own when left out)."""

    content: PostText
    social_account_ids: Annotated[list[RowId], Field(max_length=ACCOUNTS_AT_MOST)] = []
    country: Literal["IN", "IN-strict", "GB", "US"] | None = None


class FindingOut(Output):
    """One thing that a rule found; `start` and `end` count code points of the text."""

    id: str
    severity: Literal["block", "confirm", "warn", "info"]
    words: str
    start: int
    end: int
    reason: str
    source: str
    suggestion: str | None


class ReportOut(Output):
    """What the checks say. No finding is no promise: you remain responsible for what you post."""

    findings: list[FindingOut]
    rules_version: str
    checks_run: int


@post("/checks", takes=CheckBody, gives=ReportOut, summary="Check a text before it is a post")
def look(body: CheckBody) -> ReportOut:
    """Nothing is stored, and nothing leaves this server. `block` stops a post; `confirm` stops it until you
    give a reason; `warn` and `info` are advice."""
    doctor = current_doctor()
    platforms = [account.platform for account in _accounts(doctor, body.social_account_ids)]
    piece = Piece(body.content, "content", "text", shortest_fold(platforms))
    report = checks.look(Draft((piece,)), author_of(doctor), body.country or pack_of(doctor))
    return ReportOut(
        findings=[FindingOut.model_validate(checking.entry(found)) for found in report.findings],
        rules_version=report.rules_version,
        checks_run=len(report.checks_run),
    )


def _accounts(doctor: Doctor, numbers: list[int]) -> list[SocialAccount]:
    """The doctor's accounts of these numbers; what is wrong with one is said where this body names it."""
    named = [WantedPublication(social_account_id=number) for number in numbers]
    try:
        return planning.find_accounts(doctor, named)
    except Invalid as wrong:
        places = [(f"social_account_ids.{field.split('.')[1]}", words) for field, words in wrong.problems]
        raise Invalid(*places[0], more=places[1:]) from None
