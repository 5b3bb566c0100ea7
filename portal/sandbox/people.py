"""The invented people of the practice network: one for each browser, the same on every network."""

import secrets
import threading
import time
from dataclasses import asdict, dataclass
from typing import Any

from .journal import Journal
from .numbers import X_EPOCH_MS, Numbers, secret

GIVEN_NAMES = (
    "Asha", "Ravi", "Meera", "Arjun", "Leela", "Kiran", "Nisha", "Vikram", "Anita", "Sanjay",
    "Farah", "Imran", "Grace", "Daniel", "Elena", "Samuel", "Priya", "Tomas", "Amina", "Joseph",
)  # fmt: skip
FAMILY_NAMES = (
    "Menon", "Iyer", "Kapoor", "Sharma", "Reddy", "Nair", "Bose", "Desai", "Khan", "Patel",
    "Fernandes", "Okafor", "Lindner", "Moreau", "Haddad", "Novak", "Rao", "Gill", "Thomas", "Sen",
)  # fmt: skip
# The handle under which the portal's demo data ask for their doctor.
DEMO_HANDLE = "dr_meera_iyer"
PAGE_NAMES = ("{} Clinic", "{} Family Practice", "{} Health Centre", "{} Skin Care", "{} Eye Hospital")


@dataclass(frozen=True)
class Organization:
    """A company page that somebody looks after."""

    number: int
    name: str
    handle: str


@dataclass(frozen=True)
class Person:
    """Somebody with an account on every network; `key` and `number` are what networks make ids from."""

    key: str
    number: int
    name: str
    handle: str
    organizations: tuple[Organization, ...]
    subscription: str = "None"
    made_at: float = 0.0

    @property
    def bare_names(self) -> tuple[str, str]:
        """Given and family name without the title."""
        words = self.name.removeprefix("Dr.").split() or [self.name]
        return " ".join(words[:-1]) or words[0], words[-1]

    def organization(self, number: int) -> Organization | None:
        return next((page for page in self.organizations if page.number == number), None)


class People:
    """Everybody we have met, kept over a restart."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._numbers = Numbers(X_EPOCH_MS)
        self._lock = threading.Lock()
        self._people: dict[str, Person] = {}
        for record in sorted(journal.load("person"), key=lambda each: each["made_at"]):
            self._learn(_person(record))

    def known(self, key: str) -> Person | None:
        return self._people.get(key)

    def with_number(self, number: int) -> Person | None:
        return next((person for person in self._people.values() if person.number == number), None)

    def with_handle(self, handle: str) -> Person | None:
        wanted = handle.casefold()
        return next((person for person in self._people.values() if person.handle.casefold() == wanted), None)

    def everybody(self) -> list[Person]:
        """All of them, the newest first; but before them the demo doctor, whom people look for."""
        newest = list(self._people.values())[::-1]
        return sorted(newest, key=lambda person: person.handle != DEMO_HANDLE)

    def organization(self, number: int) -> Organization | None:
        return next((page for person in self._people.values() if (page := person.organization(number))), None)

    def newcomer(self) -> Person:
        """Somebody new with an invented name."""
        family = secrets.choice(FAMILY_NAMES)
        name = f"Dr. {secrets.choice(GIVEN_NAMES)} {family}"
        return self._make(name, self._free_handle(name))

    def named(self, handle: str, name: str, subscription: str = "None") -> Person:
        """The person with this handle, made when there is none yet."""
        return self.with_handle(handle) or self._make(name, handle, subscription)

    def _make(self, name: str, handle: str, subscription: str = "None") -> Person:
        person = Person(
            key=secret("", 10),
            number=self._numbers.next(),
            name=name,
            handle=handle,
            organizations=_organizations(name),
            subscription=subscription,
            made_at=time.time(),
        )
        with self._lock:
            self._learn(person)
        self._journal.keep("person", person.key, asdict(person))
        self._journal.settle()
        return person

    def _learn(self, person: Person) -> None:
        self._people[person.key] = person

    def _free_handle(self, name: str) -> str:
        handle = name.lower().replace("dr. ", "dr_").replace(" ", "_")
        while self.with_handle(handle):
            handle = f"{handle[:11]}{secrets.randbelow(9000) + 1000}"
        return handle


def _organizations(name: str) -> tuple[Organization, ...]:
    family = name.split()[-1]
    names = [each.format(family) for each in PAGE_NAMES]
    first = secrets.randbelow(len(names))
    chosen = [names[first], names[(first + 1) % len(names)]][: secrets.randbelow(2) + 1]
    return tuple(
        Organization(secrets.randbelow(90_000_000) + 10_000_000, each, each.lower().replace(" ", "-"))
        for each in chosen
    )


def _person(record: dict[str, Any]) -> Person:
    pages = tuple(Organization(**page) for page in record.pop("organizations"))
    return Person(organizations=pages, **record)
