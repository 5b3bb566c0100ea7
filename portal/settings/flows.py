"""What a doctor sets for all posts."""

from portal.models import Doctor
from portal.settings.inputs import Preferences
from portal.transaction import transaction


def change_preferences(doctor: Doctor, preferences: Preferences) -> Doctor:
    """Keep them; posts that are planned already follow them too."""
    with transaction():
        for name, value in preferences:
            setattr(doctor, name, value)
    return doctor
