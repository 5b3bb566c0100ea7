"""The forms of joining and signing in."""

from typing import ClassVar

from wtforms import BooleanField, EmailField, HiddenField, PasswordField, StringField

from portal.auth.inputs import (
    Address,
    Answer,
    AppAnswer,
    Credentials,
    NewPasswordByCode,
    PasskeyAnswer,
    Registration,
)
from portal.forms import InputForm
from portal.inputs import Input


class RegistrationForm(InputForm):
    input = Registration
    words = {"full_name": "Enter your full name, as patients know you."}
    full_name = StringField("Full name")
    email = EmailField("Email")
    password = PasswordField("Password")


class LoginForm(InputForm):
    input = Credentials
    email = EmailField("Email")
    password = PasswordField("Password")


class CodeForm(InputForm):
    input: ClassVar[type[Input]] = Answer
    code = StringField("Code")
    trust = BooleanField("Trust this browser for 30 days")


class AppCodeForm(CodeForm):
    input = AppAnswer


class PasskeyForm(InputForm):
    input = PasskeyAnswer
    words: ClassVar[dict[str, str]] = {"credential": "Your browser brought no passkey. Try again."}
    credential = HiddenField()


class ForgotPasswordForm(InputForm):
    input = Address
    email = EmailField("Email")


class ResetPasswordForm(InputForm):
    input = NewPasswordByCode
    code = StringField("Code")
    password = PasswordField("Password")
