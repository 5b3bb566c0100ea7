"""Ways to reach a person: what is the practice's own, or a public body's, is no finding."""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

import phonenumbers
import regex
from stdnum.gb import nhs
from stdnum.in_ import aadhaar

from portal.checks import spelled
from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Author, Pack, Piece
from portal.checks.words import listed

EMAIL = regex.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}+@(?:[\w-]{1,63}\.){1,8}\p{L}{2,24}")
# Typed apart, or against robots: only where the first half looks like an address, for "see us @ clinic.in".
EMAIL_APART = regex.compile(
    r"(?<![\w.+%-])(?=[\w+%-]*[\d._])[\w.+%-]{1,64}+(?: ?[\[(] ?at ?[\])] ?| @ ?| ?@ )((?:[\w-]{1,63}(?:\."
    r"| ?[\[(]?dot[\])]? ?))"
    r"{1,4}\p{L}{2,24})"
)
EMAIL_IN_WORDS = regex.compile(
    r"(?<![\w.+%-])[\w.+%-]{2,64}+(?: dot [\w+%-]{1,40})? ?(?:@|[\[({]? ?\b(?:at"
    r"|at the rate(?: of)?) ?[\])}]?)"
    r" ?((?:gmail|googlemail|yahoo|ymail|hotmail|outlook|live|rediffmail|rediff|icloud|protonmail|proton"
    r"|aol|btinternet)"
    r"(?: ?(?:[\[({]? ?\bdot\b ?[\])}]?|\.) ?\p{L}{2,4})?(?: dot \p{L}{2,3})?)(?![\p{L}\p{N}@.]\S)"
)
TYPED_APART = regex.compile(r"(?<!\d)(?<!\d[ .])[6-9]([ .-])(?:\d\1){8}\d(?![ .]?\d)")
# "/patients/44819", "/mrn-00231": a record's own page.
TELLING_PATH = regex.compile(
    r"/(?:my-?)?(?:patients?|pt|mrn|uhid|ipd|opd|medical-?records?|health-?records?|lab-?reports?"
    r"|test-?results?|emr|ehr|dicom|pacs|prescriptions?)"
    r"(?:/[a-z-]+)?[/_=-](?=[a-z\d-]*\d{3})(?!(?:19|20)\d\d(?:/|$))[a-z\d-]+"
)
# A desk that many people call; nobody's own number when no patient is spoken of.
PUBLIC_DESK = regex.compile(
    r"\b(?:helplines?|help line|hotline|support line|crisis line|quit ?line|control room|ambulance|police"
    r"|blood bank|toll[- ]free|poison (?:control|centre|center)|emergency (?:number|line|department)"
    r"|municipal"
    r"|corporation|ministry|council|red cross|government)\b|(?<![\p{L}\p{M}])(?:हेल्पलाइन"
    r"|एम्बुलेंस)(?![\p{L}\p{M}])"
)
IN_FOURS = regex.compile(r"[2-9]\d{3}([ .-])\d{4}\1\d{4}")
IP = regex.compile(r"\bip(?: address)?\W{1,3}(\d{1,3}(?:\.\d{1,3}){3})\b")
IP_HOST = regex.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
REGIONS: dict[Pack, str] = {"IN": "IN", "IN-strict": "IN", "GB": "GB", "US": "US"}
SHARED_BY_MANY = (
    phonenumbers.PhoneNumberType.TOLL_FREE,
    phonenumbers.PhoneNumberType.SHARED_COST,
    phonenumbers.PhoneNumberType.UAN,
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
)
# Groups of digits that are looked at in vain before the rest of a text is left alone.
TRIES = 2_000
NUMBERS_AT_MOST = 300
# Shorter ones are helplines, house numbers and readings.
DIGITS_AT_LEAST = 10
DIGITS_AT_MOST = 15


@rule("P02")
def email_address(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """An address that is neither the practice's own nor a public body's."""
    level = "context" if around.is_clinical else "default"
    for match in reading.find(EMAIL):
        if not _is_own_email(match.group(), around.author) and not _is_public(match.group().split("@")[1]):
            yield Hit(Span(*match.span()), level)
    for match in reading.find(EMAIL_APART):
        if not _is_public(match.group(1)) and not _is_own_email(f"x@{match.group(1)}", around.author):
            yield Hit(Span(*match.span()), level)
    yield from (Hit(Span(*match.span()), level) for match in reading.find(EMAIL_IN_WORDS))


@rule("P03")
def phone_number(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A possible number, as fiction and new ranges are not valid ones; helplines and own numbers pass."""
    level = "context" if around.is_clinical else "default"
    region = REGIONS[around.pack]
    own = {_national(number, region) for number in around.author.phones}
    found = phonenumbers.PhoneNumberMatcher(reading.text, region, phonenumbers.Leniency.POSSIBLE, TRIES)
    for match in islice(found, NUMBERS_AT_MOST):
        number = match.number
        digits = sum(c.isdigit() for c in match.raw_string)
        # Thousands are written with commas; a phone number never is.
        is_amount = (
            reading.text[match.end : match.end + 1] == "," and reading.text[match.end + 1 :][:3].isdigit()
        )
        if (
            digits >= DIGITS_AT_LEAST
            and not is_amount
            and number.national_number not in own
            and phonenumbers.number_type(number) not in SHARED_BY_MANY
            and not _belongs_elsewhere(reading, match.start)
            and not _is_an_identifier(match.raw_string, region)
            and not _is_public_desk(reading, Span(match.start, match.end))
        ):
            yield Hit(Span(match.start, match.end), level)
    for typed in reading.find(TYPED_APART):
        if _national(regex.sub(r"\D", "", typed.group()), region) not in own:
            yield Hit(Span(*typed.span()), level)
    for span, said in spelled.numbers(reading):
        # In figures alone the others have seen it.
        has_words = any(character.isalpha() for character in reading.low[span.start : span.end])
        is_long = DIGITS_AT_LEAST <= len(said) <= DIGITS_AT_MOST
        if has_words and is_long and _national(said, region) not in own:
            yield Hit(span, level)


def _is_an_identifier(written: str, region: str) -> bool:
    """Whether another rule names it better: an Aadhaar number in its groups, or an NHS number in Britain."""
    digits = regex.sub(r"\D", "", written)
    is_aadhaar = bool(IN_FOURS.fullmatch(written)) and aadhaar.is_valid(digits)
    return is_aadhaar or (region == "GB" and digits[0] != "0" and nhs.is_valid(digits))


def _is_public_desk(reading: Reading, span: Span) -> bool:
    sentence = reading.sentence_of(span)
    return not reading.one_patient and bool(PUBLIC_DESK.search(reading.low, *sentence))


@rule("P13")
def telling_link(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A link with an id in its query, a private share of a drive, or a bare machine's address."""
    for link in reading.links:
        if _tells(reading.low[link.start : link.end], around.author):
            yield Hit(link)
    yield from (Hit(Span(*match.span(1))) for match in reading.find(IP))


def host_of(address: str) -> str:
    """The host of a web address, without "www.", "" for none that can be read."""
    try:
        return (urlsplit(address if "//" in address else f"//{address}").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _is_within(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _is_public(host: str) -> bool:
    return _is_within(host, listed("public_domains"))


def _is_own_email(address: str, author: Author) -> bool:
    own = {email.lower() for email in author.emails}
    domains = {email.split("@")[-1] for email in own} | {host_of(site) for site in author.websites}
    return address in own or _is_within(
        address.split("@")[1], tuple(domains - set(listed("free_mail")) - {""})
    )


@cache
def _national(number: str, region: str) -> int | None:
    try:
        return phonenumbers.parse(number, region).national_number
    except phonenumbers.NumberParseException:
        return None


LABELLED_OTHERWISE = regex.compile(
    r"(?:isbn|aadhaar|uid|abha|mrn|uhid|nhs|a/c|account|policy|reg|regd|registration|licen[cs]e|npi|doi)"
    r"[\s.:#-]*(?:no|number|id)?[\s.:#-]*$"
)


def _belongs_elsewhere(reading: Reading, start: int) -> bool:
    """Whether a label before it says that it is another kind of number, or it is part of a link."""
    before = reading.before(start)
    return bool(LABELLED_OTHERWISE.search(before)) or reading.is_in_link(start)


def _tells(address: str, author: Author) -> bool:
    host = host_of(address)
    parts = urlsplit(address if "//" in address else f"//{address}")
    if IP_HOST.fullmatch(host) or _is_within(host, listed("private_shares")):
        return True
    if (host, parts.path.split("/")[1:2]) in [
        ("docs.google.com", [kind]) for kind in listed("shared_papers")
    ]:
        return True
    own = tuple(host_of(site) for site in author.websites)
    names = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    names = {regex.sub(r"[^a-z]", "", name) for name in names}
    is_told = names & {regex.sub(r"[^a-z]", "", name) for name in listed("telling_fields")}
    is_told = is_told or TELLING_PATH.search(parts.path)
    return bool(is_told) and not _is_within(host, own) and not _is_public(host)
