"""What is said about an upload."""

from typing import Annotated

from pydantic import Field

from portal.inputs import Blank, Input, Text

ALT_TEXT_AT_MOST = 1500


class Upload(Input):
    """What goes with the file itself: words for people who cannot see it."""

    alt_text: Annotated[Annotated[Text, Field(max_length=ALT_TEXT_AT_MOST)] | None, Blank] = None
