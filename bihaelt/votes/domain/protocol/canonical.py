"""One way to write a value as JSON, so that the same value has the same hash everywhere."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

# What canonical JSON may hold. There are no fractions: amounts are integers of a named unit, and floats print differently elsewhere.
JSON: TypeAlias = "bool | int | str | Sequence[JSON] | Mapping[str, JSON] | None"


ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Malformed(ValueError):
    """Input of the public log that cannot be read. The message is English and meant for people at a terminal."""


def canonical(value: JSON) -> bytes:
    """UTF-8 without blanks, keys sorted by code point, non-ASCII letters as themselves.

    This is what ``JSON.stringify`` writes in a browser for lists of texts and whole numbers: a ballot's commitment can be made there.

    :raises Malformed: for floats, keys that are no text, and texts that are no Unicode (half of a surrogate pair)
    """
    _refuse_others(value)
    try:
        return ENCODER.encode(value).encode()
    except UnicodeEncodeError:
        raise Malformed("a text holds half of a surrogate pair") from None


def read(data: bytes) -> JSON:
    """The value that ``canonical`` wrote as ``data``.

    :raises Malformed: when ``data`` is no JSON, or is written in another way (blanks, order, floats, a key twice)
    """
    try:
        value = cast(JSON, json.loads(data))
    except (ValueError, RecursionError):
        raise Malformed("this is no JSON") from None
    if canonical(value) != data:
        raise Malformed("this is JSON, but not in the one form that has a hash")
    return value


def sha256(data: bytes) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _refuse_others(value: object) -> None:
    if isinstance(value, list | tuple):
        for inner in value:
            if type(inner) is not str:  # most are: a paper is a list of keys
                _refuse_others(inner)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise Malformed(f"the key {key!r} is no text")
            _refuse_others(inner)
    elif not (value is None or isinstance(value, str | int)):
        raise Malformed(f"{value!r} has no canonical form")
