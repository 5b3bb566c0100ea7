"""What people and programs send in to register and to sign in."""

import unicodedata
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator

from portal.auth import password_rules
from portal.inputs import ONE_LINE, Input, Name
from portal.models.authenticator import RECOVERY_LENGTH, RECOVERY_LETTERS

LONGEST_EMAIL = 254
ENTER_EMAIL = "Enter an email address such as asha@clinic.example."
ENTER_CODE = "Enter the 6 digits from the letter."
ENTER_APP_CODE = "Enter the 6 digits from your app, or one of your recovery codes."


def _email(text: str) -> str:
    """In lower case and plain form: an address is one and the same however it is typed."""
    try:
        # Whether letters arrive is found out by sending one; names kept for tests (.test) are welcome.
        valid = validate_email(text, check_deliverability=False, test_environment=True, allow_smtputf8=False)
    except EmailNotValidError:
        raise ValueError(ENTER_EMAIL) from None
    if len(valid.normalized) > LONGEST_EMAIL:
        raise ValueError(ENTER_EMAIL)
    return valid.normalized.lower()


def _digits(text: str) -> str:
    """Six digits however they are written: "123 456", or the digits of another script."""
    kept = "".join(letter for letter in text if not letter.isspace() and letter not in "-–.")
    if len(kept) != 6 or not kept.isdecimal():
        raise ValueError(ENTER_CODE)
    return "".join(str(unicodedata.decimal(letter)) for letter in kept)


def _digits_or_recovery(text: str) -> str:
    """What an app shows, or a recovery code however it is written: "abcd efgh-…"."""
    letters = "".join(letter for letter in text if not letter.isspace() and letter not in "-–.").upper()
    if len(letters) == RECOVERY_LENGTH and set(letters) <= set(RECOVERY_LETTERS):
        return letters
    try:
        return _digits(text)
    except ValueError:
        raise ValueError(ENTER_APP_CODE) from None


def _some(text: str) -> str:
    if not text:
        raise ValueError("Enter your password.")
    if len(text) > 1000:
        raise ValueError(f"A password must be at most {password_rules.LONGEST} characters long.")
    return text


Email = Annotated[str, AfterValidator(_email), Field(json_schema_extra={"format": "email"})]
Digits = Annotated[str, AfterValidator(_digits), Field(json_schema_extra={"pattern": "[0-9]{6}"})]
# Of a letter, or of an app when the account has one.
AnyCode = Annotated[
    str,
    AfterValidator(_digits_or_recovery),
    Field(json_schema_extra={"pattern": "([0-9]{6}|[A-Z2-7]{16})"}),
]

# Spaces at either end belong to a password.
Whole = StringConstraints(strip_whitespace=False)
Password = Annotated[str, Whole, AfterValidator(_some), Field(repr=False)]
NewPassword = Annotated[
    str,
    Whole,
    AfterValidator(password_rules.check_length),
    AfterValidator(password_rules.check_common),
    Field(
        repr=False,
        json_schema_extra={"minLength": password_rules.SHORTEST, "maxLength": password_rules.LONGEST},
    ),
]


class Registration(Input):
    """Somebody who wants to join."""

    full_name: Name
    email: Email
    password: NewPassword

    @field_validator("password")
    @classmethod
    def _not_about_themselves(cls, password: str, known: ValidationInfo) -> str:
        own = [known.data.get("email", ""), known.data.get("full_name", "")]
        return password_rules.check_personal(password, own)


class Credentials(Input):
    """Somebody who wants to sign in."""

    email: Email
    password: Password


class Answer(Input):
    """The code from a letter; `trust` asks to leave the code out in this browser from now on."""

    code: Digits
    trust: bool = False


class AppAnswer(Input):
    """What the app shows, or a recovery code; `trust` as in Answer."""

    code: AnyCode
    trust: bool = False


class PasskeyAnswer(Input):
    """What a browser brings back from the device, as JSON; `name` is what its owner calls a new one."""

    credential: Annotated[str, Field(min_length=1, max_length=20_000, repr=False)]
    name: Annotated[str, Field(min_length=1, max_length=60), ONE_LINE] = "Passkey"


class Address(Input):
    """Somebody who forgot the password."""

    email: Email


class EmailChange(Input):
    """Somebody who is signed in and wants another address."""

    email: Email


class NewPasswordByCode(Input):
    """The code from a letter, and the password from now on."""

    code: Digits
    password: NewPassword


class PasswordChange(Input):
    """Somebody who is signed in and wants another password."""

    current_password: Password
    new_password: NewPassword
