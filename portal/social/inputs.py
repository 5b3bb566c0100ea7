"""What people and programs send in about accounts."""

from pydantic import Field

from portal.inputs import Input, Text


class Connect(Input):
    """Which kind of account of a network to connect; the first kind when left out."""

    connection: Text | None = Field(
        None, max_length=40, description="The kind of account, where a network has several: profile."
    )
    profile_url: Text | None = Field(
        None, max_length=2000, description="The address of your own profile, where there is no sign-in."
    )


class ProfileAddress(Input):
    """Whose account it is, where there is no sign-in: the address of the doctor's own profile."""

    profile_url: Text = Field(max_length=2000)


class Choice(Input):
    """Which pages of an offer to connect."""

    page_ids: list[Text] = Field(max_length=100)
