"""LinkedIn: member and organization posts."""

from portal.platforms.base import Platform


class LinkedIn(Platform):
    key = "linkedin"
    label = "LinkedIn"
    connections = ()
