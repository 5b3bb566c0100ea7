"""The settings as forms."""

from wtforms import BooleanField, EmailField, HiddenField, PasswordField, StringField

from portal.auth.inputs import Answer, AppAnswer, EmailChange, PasskeyAnswer, PasswordChange
from portal.forms import InputForm
from portal.settings.inputs import Preferences


class PasswordForm(InputForm):
    input = PasswordChange

    current_password = PasswordField("Current password")
    new_password = PasswordField("New password")


class PreferencesForm(InputForm):
    input = Preferences
    words = {"late_after_minutes": "How late must be a whole number of minutes, from 5 to 10080 (a week)."}

    letters_about_trouble = BooleanField("Write to me when a post needs me or did not go out")
    letters_about_success = BooleanField("Write to me when a post went out")
    late_after_minutes = StringField("How late may a post go out?")


class AppForm(InputForm):
    input = AppAnswer
    words = {"code": "Enter the 6 digits that your app shows."}

    code = StringField("Code")


class NewPasskeyForm(InputForm):
    input = PasskeyAnswer
    words = {
        "credential": "Press “Make the passkey” to let your device make one.",
        "name": "Enter a name by which you know the device.",
    }

    name = StringField("Name")
    credential = HiddenField()


class EmailForm(InputForm):
    input = EmailChange

    email = EmailField("New email address")


class NewEmailCodeForm(InputForm):
    input = Answer

    code = StringField("Code")
