"""The public registers in which an administrator looks a doctor up, by country."""

from dataclasses import dataclass

from portal.models import Doctor, Licence


@dataclass(frozen=True)
class Register:
    """A public register, and what to know before searching in it."""

    name: str
    address: str
    advice: str


INDIA = Register(
    "Indian Medical Register",
    "https://www.nmc.org.in/information-desk/indian-medical-register/",
    "Search by number, year and council. A number is unique only together with both.",
)
GMC = Register(
    "GMC medical register",
    "https://www.gmc-uk.org/registrants",
    "Look for “registered with a licence to practise”, for conditions and for warnings.",
)
GDC = Register("GDC register", "https://olr.gdc-uk.org/SearchRegister", "Compare name, number and status.")
NPPES = Register(
    "NPI registry",
    "https://npiregistry.cms.hhs.gov/search",
    "A person is type 1. A number that was switched off is not shown, so its absence proves nothing.",
)
STATES = Register(
    "DocInfo of the state boards",
    "https://www.docinfo.org/",
    "Search by name and state. Look for the licence, its end, and actions of the board.",
)


def of(doctor: Doctor, licence: Licence | None) -> list[Register]:
    """Where to look this doctor up; nothing where no register is known."""
    country = licence.country if licence else None
    if country == "IN":
        return [INDIA]
    if country == "GB":
        return [GDC if "dental" in (doctor.medical_council or "").lower() else GMC]
    if country == "US":
        return [STATES, NPPES]
    return []
