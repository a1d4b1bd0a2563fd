"""Marks words in plain Python for the catalogues; they are translated where they are shown."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

E = TypeVar("E", bound=StrEnum)

_LABELS: dict[type[StrEnum], Mapping[Any, str]] = {}


def N_(message: str) -> str:
    """Return ``message`` unchanged; the extractor finds the call."""
    return message


def labelled(labels: Mapping[E, str]) -> Mapping[E, str]:
    """Register what the members of an enum are called; every member needs a word."""
    kind = type(next(iter(labels)))
    missing = set(kind) - labels.keys()
    if missing:
        raise ValueError(f"{kind.__name__} has members without a label: {sorted(missing)}")
    _LABELS[kind] = labels
    return labels


def label_of(member: StrEnum) -> str:
    """The msgid that a registered enum's member is shown as; KeyError for an enum that was never labelled."""
    return _LABELS[type(member)][member]
