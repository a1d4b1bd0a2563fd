"""What the list of regular services can be narrowed to."""

from collections.abc import Sequence
from typing import Any

from bihaelt.forms import Choice, FilterForm, Line, named
from bihaelt.marks import N_


class ServiceFilter(FilterForm):
    q = Line(N_("Search"), most=100)
    office = Choice(N_("Office"), coerce=int)

    @classmethod
    def among(cls, offices: Sequence[tuple[int, str]]) -> "ServiceFilter":
        """The filter with the offices to choose from."""
        chosen = Choice(N_("Office"), coerce=int, choices=named(offices, N_("All")))
        made: Any = type("ServiceFilter", (cls,), {"office": chosen})
        form: ServiceFilter = made()
        return form
