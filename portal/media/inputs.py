"""What is said about an upload."""

from pathlib import PurePath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from portal.inputs import ONE_LINE, Blank, Input, Text, without_controls

ALT_TEXT_AT_MOST = 1500
NAME_AT_MOST = 200


class Upload(Input):
    """What goes with the file itself: words for people who cannot see it."""

    alt_text: Annotated[Annotated[Text, Field(max_length=ALT_TEXT_AT_MOST)] | None, Blank] = None


class Described(Upload):
    """What the doctor says of a file in the library."""

    file_name: Annotated[
        Annotated[str, Field(max_length=NAME_AT_MOST), ONE_LINE, AfterValidator(without_controls)] | None,
        Blank,
    ] = None
    shows: Literal["", "nobody", "staff", "patient"] = ""


def name_of(sent: str) -> str:
    """The name that a file came with, as it may be shown: without folders and what no screen shows."""
    last = PurePath(sent.replace("\\", "/")).name
    return "".join(letter for letter in last if letter.isprintable())[:NAME_AT_MOST].strip()
