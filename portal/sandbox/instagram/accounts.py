"""Professional accounts on Instagram: one of each person's own, one that hangs on each Facebook Page."""

from dataclasses import dataclass
from typing import Any

from ..people import Organization, Person
from ..world import World

OWN = "178414"
OF_PAGE = "178415"


@dataclass(frozen=True)
class Account:
    id: str
    username: str
    name: str
    picture: str


def of_person(person: Person) -> Account:
    """The account that somebody signs in to Instagram with."""
    return Account(f"{OWN}{person.number % 10**11:011d}", person.handle, person.name, person.key)


def of_page(page: Organization) -> Account:
    """The account that is linked to a Page."""
    return Account(f"{OF_PAGE}{page.number:011d}", page.handle.replace("-", "."), page.name, str(page.number))


def page_of(world: World, id: str) -> Organization | None:
    """The Page that an account hangs on."""
    is_one = id.startswith(OF_PAGE) and id.isdigit() and len(id) == len(OF_PAGE) + 11
    return world.people.organization(int(id[len(OF_PAGE) :])) if is_one else None


def known(world: World, id: str) -> Account | None:
    """The account of that id, of whichever kind."""
    page = page_of(world, id)
    if page is not None:
        return of_page(page)
    return next((own for person in world.people.everybody() if (own := of_person(person)).id == id), None)


def node(account: Account) -> dict[str, Any]:
    """An account as the Graph API tells of it."""
    return {
        "id": account.id,
        "username": account.username,
        "name": account.name,
        "profile_picture_url": f"https://scontent.cdninstagram.com/{account.picture}/picture",
        "followers_count": 12,
    }
