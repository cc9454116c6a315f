"""Who works at the company: offices, people, and the software that acts for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

_FIRST = [
    "Ada",
    "Amara",
    "Anna",
    "Bao",
    "Bruno",
    "Chen",
    "Chloe",
    "Dario",
    "Dilek",
    "Elif",
    "Emma",
    "Erik",
    "Fatima",
    "Farid",
    "Finn",
    "Grace",
    "Hana",
    "Hugo",
    "Ines",
    "Ivan",
    "Jana",
    "Jonas",
    "Kofi",
    "Lara",
    "Leon",
    "Lin",
    "Luis",
    "Maja",
    "Malik",
    "Mei",
    "Mina",
    "Nadia",
    "Noah",
    "Nora",
    "Omar",
    "Paula",
    "Priya",
    "Rafael",
    "Rosa",
    "Sami",
    "Sara",
    "Sofia",
    "Tariq",
    "Theo",
    "Uma",
    "Vera",
    "Wei",
    "Yara",
    "Yuki",
    "Zoë",
]
_LAST = [
    "Adeyemi",
    "Bauer",
    "Berg",
    "Costa",
    "Dubois",
    "Eriksson",
    "Fischer",
    "García",
    "Haddad",
    "Ito",
    "Jansen",
    "Kaya",
    "Keller",
    "Kim",
    "Kowalski",
    "Larsen",
    "Lopez",
    "Martin",
    "Meyer",
    "Müller",
    "Ngo",
    "Novak",
    "Okafor",
    "Patel",
    "Petrov",
    "Quist",
    "Rossi",
    "Sato",
    "Schmidt",
    "Silva",
    "Singh",
    "Tan",
    "Tanaka",
    "Torres",
    "Usman",
    "Vega",
    "Wagner",
    "Wang",
    "Weber",
    "Yilmaz",
]
_AGENTS = (
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/141.0.0.0 Safari/537.36"
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Version/18.5 Safari/605.1.15"
    ),
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
)


@dataclass(frozen=True, slots=True)
class Office:
    """A place of work; ``utc_offset`` in hours, addresses from networks kept for documents."""

    city: str
    state: str
    country: str
    utc_offset: int
    network: str


OFFICES = (
    Office("Berlin", "Land Berlin", "Germany", 1, "203.0.113"),
    Office("Boston", "Massachusetts", "United States", -5, "198.51.100"),
    Office("Singapore", "Singapore", "Singapore", 8, "192.0.2"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts: a person, or software with an actor type of its own.

    ``session_of`` is whose session they use, where it is not their own.
    """

    id: str
    type: str
    login: str | None
    name: str
    office: Office | None
    address: str | None
    agent: str | None
    proxy: bool = False
    session: bool = True
    session_of: str | None = None

    @property
    def number(self) -> int:
        """The number of a person of the company; 0 for software.

        >>> OKTA.number
        0
        """
        digits = self.id[3:]
        return int(digits) if self.id.startswith("00u") and digits.isdigit() else 0


OKTA = Person(
    "u-okta-system", "SystemPrincipal", "system@okta.com", "Okta System", None, None, None
)
CLOUD = Office("Ashburn", "Virginia", "United States", -5, "192.0.2")
CONNECTOR = Person(
    "0oa00000000000000901",
    "PublicClientAppEntity",
    "unknown",
    "Okta IGA Connector",
    CLOUD,
    "192.0.2.250",
    "okta_iga_connector",
)
UNKNOWN_CONNECTOR = replace(CONNECTOR, name="Okta AtSpoke Connector", agent="okta-atspoke/1.0")
"""The connector under a name that an engineer of Okta's used once, and nobody has seen in a log."""
TICKETING = Person(
    "0oa00000000000000902",
    "PublicClientApp",
    "unknown",
    "Ticketing",
    CLOUD,
    "192.0.2.252",
    "ticketing-integration/4.1",
)
TERRAFORM = Person(
    "0oa00000000000000903",
    "PublicClientApp",
    "unknown",
    "Access as code",
    CLOUD,
    "192.0.2.253",
    "okta-terraform/6.2.2 hashicorp-terraform/1.13",
)


@dataclass(frozen=True, slots=True)
class Company:
    """All who act: ``admins`` and ``managers`` are among the ``people``."""

    people: tuple[Person, ...]
    managers: tuple[Person, ...]
    admins: tuple[Person, ...]


def found_company(random: Random, size: int) -> Company:
    """A company of that many people: one in eight manages, and at least three administer Okta."""
    people = tuple(_person(random, number) for number in range(1, size + 1))
    managers = tuple(person for number, person in enumerate(people) if number % 8 == 0)
    admins = tuple(random.sample(people, max(3, size // 100)))
    return Company(people, managers, admins)


def _person(random: Random, number: int) -> Person:
    first, last = random.choice(_FIRST), random.choice(_LAST)
    office = OFFICES[number % len(OFFICES)]
    return Person(
        f"00u{number:017}",
        "User",
        f"{first}.{last}.{number}@example.com".lower(),
        f"{first} {last}",
        office,
        f"{office.network}.{number % 250 + 1}",
        random.choice(_AGENTS),
    )
