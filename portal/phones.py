"""Phone numbers as people write them, kept as one plain number: +919876543210."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult


def parse(typed: str, country: str | None) -> str | None:
    """The number in E.164; one without + is read as people in `country` write it. None when it is none."""
    number = _number(typed, country)
    if number is None or number.extension:
        return None
    # Asked for its length alone: countries open new ranges faster than tables learn of them.
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def kindly(number: str | None) -> str:
    """A kept number in groups that can be read aloud: +91 98765 43210."""
    parsed = _number(number, None) if number else None
    if parsed is None:
        return number or ""
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def example(country: str | None) -> str:
    """A number of that country, for a hint."""
    kind = phonenumbers.PhoneNumberType.MOBILE
    number = phonenumbers.example_number_for_type(country or "IN", kind)
    return (
        phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL) if number else "+91 98765 43210"
    )


def _number(typed: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(typed, country)
    except NumberParseException:
        return None
