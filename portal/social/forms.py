"""The form for a profile's address."""

from wtforms import StringField

from portal.forms import InputForm
from portal.social.inputs import ProfileAddress


class AddressForm(InputForm):
    input = ProfileAddress
    profile_url = StringField("Address of your profile")
