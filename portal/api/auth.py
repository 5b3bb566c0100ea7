"""Registering and signing in by JSON."""

from typing import Annotated, Literal

from flask import Response, request
from pydantic import Field, ValidationError

from portal.api import callers, chains, tokens
from portal.api.endpoint import Output, post
from portal.api.problems import problem
from portal.auth import codes, flows, limits
from portal.auth.asking import Asker
from portal.auth.inputs import (
    Address,
    Answer,
    AnyCode,
    AppAnswer,
    Credentials,
    Digits,
    Email,
    NewPassword,
    Registration,
)
from portal.doctors import flows as doctors
from portal.doctors.inputs import ProfileChange
from portal.errors import Invalid
from portal.inputs import Input, Name
from portal.models import Doctor, OneTimeCode, User
from portal.models.one_time_code import LIFE

SIGN_IN = limits.count_failures(flows.sign_in)
LETTER_SENT = "We sent a code to this address. It works for ten minutes."
LOOK_AT_APP = "Send the code that your authenticator app shows, or one of your recovery codes."
NOT_REFRESHED = "This refresh token is over or was used before. Sign in again."
NOT_THE_CODE = "That is not the code, or it is no longer valid. Use the newest letter, or ask for a new code."


class LetterSent(Output):
    """What was done; the same whether the address has an account or not."""

    message: str
    email: str
    expires_in_minutes: int


class Token(Output):
    """What to send as Authorization: Bearer …, for `expires_in` seconds."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - a kind, no secret
    expires_in: int
    refresh_token: str = Field(description="Good once, for /auth/refresh; keep it as safe as a password.")


class NewDoctor(ProfileChange):
    """Who wants to join, with as much of the profile as there is."""

    full_name: Name
    email: Email
    password: NewPassword

    @property
    def person(self) -> Registration:
        own = {name: getattr(self, name) for name in Registration.model_fields}
        return Registration(**own)

    @property
    def profile(self) -> ProfileChange:
        sent = self.model_fields_set & ProfileChange.model_fields.keys()
        return ProfileChange.model_construct(sent, **{name: getattr(self, name) for name in sent})


class Resend(Input):
    email: Email
    purpose: Literal["registration", "login"]


class EmailAnswer(Input):
    """The digits from the newest letter to this address."""

    email: Email
    otp_code: Digits


class SignInAnswer(Input):
    """The digits from the newest letter to this address. With an authenticator app, no letter comes:
    send the app's digits, or a recovery code."""

    email: Email
    otp_code: AnyCode


class Refresh(Input):
    """The newest refresh token of a sign-in."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=200)]


@post(
    "/auth/register",
    who="anyone",
    takes=NewDoctor,
    gives=LetterSent,
    status=202,
    summary="Register a doctor",
    guards=(limits.closed_while_nobody_counts, limits.writing, limits.sign_up),
)
def register(body: NewDoctor) -> LetterSent:
    """A code goes out by mail. The answer is the same when the address is already registered."""
    flows.register(body.person, asker(), fill=lambda doctor: fill(doctor, body.profile))
    return letter_sent(body.email)


@post(
    "/auth/resend-otp",
    who="anyone",
    takes=Resend,
    gives=LetterSent,
    status=202,
    summary="Send another code",
    guards=(limits.closed_while_nobody_counts, limits.writing, limits.ask_for_letter),
)
def resend(body: Resend) -> LetterSent:
    """After a wait that grows; 429 says how long. The older code no longer works."""
    flows.send_again_by_address(Address(email=body.email), body.purpose)
    return letter_sent(body.email)


@post(
    "/auth/verify-registration",
    who="anyone",
    takes=EmailAnswer,
    gives=Token,
    summary="Confirm the address",
    guards=(limits.closed_while_nobody_counts, limits.writing),
)
def verify_registration(body: EmailAnswer) -> Token:
    return token_for(answered(body, "registration"))


@post(
    "/auth/login",
    who="anyone",
    takes=Credentials,
    gives=LetterSent,
    refuses={401},
    summary="Sign in",
    guards=(
        limits.closed_while_nobody_counts,
        limits.sign_in,
        limits.sign_in_for_account,
        limits.failures,
        limits.failures_for_account,
    ),
)
def login(body: Credentials) -> object:
    """A code goes out by mail; whoever has not confirmed the address yet gets the registration's code.

    When an authenticator app is set up, no mail goes out: the message asks for the app's code.
    """
    try:
        step = SIGN_IN(body, asker())
    except flows.WrongCredentials as wrong:
        return unknown(wrong.words)
    asks_app = isinstance(step, OneTimeCode) and step.purpose == "authenticator"
    return letter_sent(body.email, LOOK_AT_APP if asks_app else LETTER_SENT)


@post(
    "/auth/verify-login",
    who="anyone",
    takes=SignInAnswer,
    gives=Token,
    summary="Answer the code",
    guards=(limits.closed_while_nobody_counts, limits.writing),
)
def verify_login(body: SignInAnswer) -> Token:
    """With the code from the mail, or from the authenticator app or a recovery code when an app is set up."""
    return token_for(answered(body, "login", "authenticator"))


@post(
    "/auth/refresh",
    who="anyone",
    takes=Refresh,
    gives=Token,
    refuses={401},
    summary="Stay signed in",
    guards=(limits.closed_while_nobody_counts, limits.writing),
)
def refresh(body: Refresh) -> object:
    """A new access token and a new refresh token for one that was not used yet. One that comes a second time
    ends this sign-in for everybody who has a token of it; so does the end of thirty days."""
    turned = chains.turn(body.refresh_token)
    return unknown(NOT_REFRESHED) if turned is None else token(*turned)


@post("/auth/logout", who="anyone", takes=Refresh, summary="Sign out", guards=(limits.writing,))
def logout(body: Refresh) -> None:
    """The refresh token and every token of the same sign-in end at once. The answer is the same for one
    that is not known."""
    chains.end(body.refresh_token)


def answered(body: EmailAnswer | SignInAnswer, *purposes: str) -> User:
    """Who this code belongs to; refused in the same words whether the address is known or not."""
    code = codes.newest(body.email, *purposes)
    kind = AppAnswer if code is not None and code.purpose == "authenticator" else Answer
    try:
        if code is not None:
            return flows.confirm(code.id, kind(code=body.otp_code), asker())
    except (Invalid, ValidationError):  # a recovery code where six digits were asked for
        # The flow's own words would tell that there was a code.
        raise Invalid("otp_code", NOT_THE_CODE) from None
    raise Invalid("otp_code", NOT_THE_CODE)


def unknown(words: str) -> Response:
    return problem(401, words, WWW_Authenticate=str(callers.challenge()))


def fill(doctor: Doctor, profile: ProfileChange) -> None:
    doctors.change_profile(doctor, profile)


def letter_sent(email: str, message: str = LETTER_SENT) -> LetterSent:
    minutes = int(LIFE.total_seconds() // 60)
    return LetterSent(message=message, email=email, expires_in_minutes=minutes)


def token_for(user: User) -> Token:
    return token(*chains.begin(user))


def token(access: str, refresh: str) -> Token:
    seconds = int(tokens.LIFE.total_seconds())
    return Token(access_token=access, expires_in=seconds, refresh_token=refresh)


def asker() -> Asker:
    return Asker(request.remote_addr, request.user_agent.string[:200] or None, by_browser=False)
