"""What a doctor may set."""

from typing import Annotated

from pydantic import Field

from portal.inputs import Input

LEAST_MINUTES = 5
MOST_MINUTES = 7 * 24 * 60


class Preferences(Input):
    """Which letters come, and how late a post may go out by itself."""

    letters_about_trouble: bool
    letters_about_success: bool
    late_after_minutes: Annotated[int, Field(ge=LEAST_MINUTES, le=MOST_MINUTES)]
