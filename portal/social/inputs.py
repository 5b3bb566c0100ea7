"""What people and programs send in about accounts."""

from pydantic import Field

from portal.inputs import Input, Text


class Connect(Input):
    """Which kind of account of a network to connect; the first kind when left out."""

    connection: Text | None = Field(None, max_length=40, description="profile or organization, for LinkedIn.")


class Choice(Input):
    """Which pages of an offer to connect."""

    page_ids: list[Text] = Field(max_length=100)
