"""The form in which a doctor says what became of a post."""

from wtforms import StringField

from portal.errors import Invalid
from portal.forms import InputForm
from portal.inputs import Input
from portal.posts.inputs import Confirmation


class ConfirmForm(InputForm):
    """What became of a publication that the portal cannot see."""

    input = Confirmation
    permalink = StringField("Address of the post")
    is_absent = False

    def to_input(self) -> Input:
        if self.is_absent:
            return Confirmation(absent=True)
        if not (self.permalink.data or "").strip():
            raise Invalid("permalink", "Enter the address of the post.")
        return Confirmation(permalink=self.permalink.data)
