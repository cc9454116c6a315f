"""What each modifier of an item's key means, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from okta_access.catalog.model import Field, FieldType
from okta_access.rules.reading.modifiers import REGEX_FLAGS

_TEXTS = ("contains", "startswith", "endswith", "re", "cased")
_ANY = ("all", "exists", "expand", "fieldref", "neq")

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "all": "All values of the list hold, instead of any one.",
        "base64": "The value is encoded in Base64 before it is compared.",
        "base64offset": "The value is found in Base64, wherever in the text it was encoded.",
        "cased": "The text compares exactly: case counts.",
        "cidr": "The address lies in the network (`203.0.113.0/24`, `2001:db8::/32`).",
        "contains": "The value stands anywhere in the text.",
        "day": "The day of a time. No catalogued field is a time.",
        "endswith": "The text ends with the value.",
        "exists": "`true`: the field holds a value. `false`: it is absent, null or empty.",
        "expand": "`%name%` stands for a list under `[lists]` in `okta-access.toml`.",
        "fieldref": "The text equals the text of another field, which the value names.",
        "gt": "Greater than a number. No catalogued field is a number.",
        "gte": "At least a number. No catalogued field is a number.",
        "hour": "The hour of a time. No catalogued field is a time.",
        "i": "Flag of `re`: case does not count.",
        "ignorecase": "Flag of `re`: case does not count.",
        "lt": "Less than a number. No catalogued field is a number.",
        "lte": "At most a number. No catalogued field is a number.",
        "m": "Flag of `re`: `^` and `$` match at every line.",
        "minute": "The minute of a time. No catalogued field is a time.",
        "month": "The month of a time. No catalogued field is a time.",
        "multiline": "Flag of `re`: `^` and `$` match at every line.",
        "neq": "The value does not match.",
        "re": "The regular expression is found in the text; case counts unless `i` follows.",
        "s": "Flag of `re`: `.` matches a line's end too.",
        "dotall": "Flag of `re`: `.` matches a line's end too.",
        "startswith": "The text begins with the value.",
        "utf16": "The value is encoded in UTF-16 with a byte-order mark, for `base64` behind it.",
        "utf16be": "The value is encoded in UTF-16, big-endian, for `base64` behind it.",
        "week": "The week of a time. No catalogued field is a time.",
        "wide": "The value is encoded in UTF-16, little-endian, for `base64` behind it.",
        "windash": "A dash in the value stands for a slash and other dashes too.",
        "year": "The year of a time. No catalogued field is a time.",
    }
)


def fitting(field: Field | None, before: tuple[str, ...]) -> Iterator[str]:
    """The modifiers that are of use behind a field, or behind other modifiers of it.

    >>> [*fitting(None, ("re",))]
    ['i', 'm', 's', 'all', 'neq']
    """
    if "re" in before:
        yield from (flag for flag in REGEX_FLAGS if len(flag) == 1)
        yield from ("all", "neq")
        return
    if field is not None and field.type is FieldType.IP:
        yield "cidr"
    if field is None or field.type is not FieldType.BOOLEAN:
        yield from _TEXTS
    yield from _ANY
