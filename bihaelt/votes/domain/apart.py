"""The type that keeps the electorates apart: figures of people and of organisations stand side by side and are never added."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, NoReturn, Self, TypeVar

from bihaelt.votes.domain.supports import Electorate

T = TypeVar("T")
U = TypeVar("U")


class Apart(Generic[T]):
    """A figure of one electorate, or of each of the two.

    There is no sum, on purpose: ``+`` and ``sum()`` raise TypeError, and nothing gives the bare figures as a list.
    An electorate that was not counted is not there, which is another thing than 0.
    """

    __slots__ = ("_of",)

    def __init__(self, of: Mapping[Electorate, T]) -> None:
        self._of = {electorate: of[electorate] for electorate in Electorate if electorate in of}

    @classmethod
    def both(cls, people: T, organisations: T) -> Self:
        """One of each."""
        return cls({Electorate.PEOPLE: people, Electorate.ORGANISATIONS: organisations})

    @classmethod
    def read(cls, figures: Mapping[str, T]) -> Self:
        """From an object of a trace: {"people": …, "organisations": …}."""
        return cls({Electorate(name): figure for name, figure in figures.items()})

    def __getitem__(self, electorate: Electorate) -> T:
        return self._of[electorate]

    def get(self, electorate: Electorate) -> T | None:
        return self._of.get(electorate)

    def __contains__(self, electorate: object) -> bool:
        return electorate in self._of

    def __iter__(self) -> Iterator[Electorate]:
        """The electorates, not their figures."""
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)

    def items(self) -> Iterator[tuple[Electorate, T]]:
        """Each electorate with its figure, people first."""
        return iter(self._of.items())

    def map(self, change: Callable[[T], U]) -> "Apart[U]":
        """The same for each electorate on its own."""
        return Apart({electorate: change(figure) for electorate, figure in self._of.items()})

    def beside(self, other: "Apart[T]") -> "Apart[T]":
        """This and the figures of the other electorate in one; ValueError where both have the same."""
        if set(self) & set(other):
            raise ValueError("an electorate has one figure, not two")
        return Apart(dict([*self.items(), *other.items()]))

    def __add__(self, _other: object) -> NoReturn:
        raise TypeError("figures of electorates are never added")

    __radd__ = __add__

    def __eq__(self, other: Any) -> bool:
        return self._of == other._of if isinstance(other, Apart) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self._of.items()))

    def __repr__(self) -> str:
        return f"Apart({', '.join(f'{electorate.value}: {figure!r}' for electorate, figure in self._of.items())})"
