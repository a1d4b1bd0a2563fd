"""The shape of an answer to "may this person do that?": yes, or no with a reason a person can read."""

from collections.abc import Mapping


class Cents(int):
    """An amount of money among the values of a verdict: shown as euros."""


class Verdict:
    """Truthy when allowed. ``reason`` is an English msgid, ``values`` fill its placeholders when it is translated."""

    __slots__ = ("reason", "values")

    def __init__(self, reason: str = "", **values: object) -> None:
        self.reason = reason
        self.values: Mapping[str, object] = values

    def __bool__(self) -> bool:
        return not self.reason

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Verdict) and (self.reason, self.values) == (other.reason, other.values)

    def __hash__(self) -> int:
        return hash(self.reason)

    def __repr__(self) -> str:
        return f"Verdict({self.reason!r}, {dict(self.values)!r})"


ALLOWED = Verdict()


class DomainError(Exception):
    """A rule of participation refuses an act (answered with 409 and the reason, or as an error at ``field``).

    ``field`` names the form field at fault, empty when the whole act is refused.
    """

    def __init__(self, reason: str, *, field: str = "", **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field
        self.values: Mapping[str, object] = values


class Conflict(DomainError):
    """The state of things has changed meanwhile: the act no longer fits."""
