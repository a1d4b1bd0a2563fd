"""Fields: amounts, days, lines; what they refuse, and that nothing typed is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wtforms import Form, widgets
from wtforms.fields import SelectChoice
from wtforms.fields.core import UnboundField

from bihaelt.forms import Choice, FilterForm, cents, options
from bihaelt.measures.domain import MeasureState


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0", 0), ("5", 500), ("1.500", 150_000), ("1.500,50", 150_050), ("1,500.50", 150_050), ("1500,5", 150_050),
        ("12.345.678", 1_234_567_800), ("1 500 €", 150_000), ("1\u00a0500,00", 150_000), ("1,500", 150_000), ("0,01", 1),
        ("٣", 300), ("1000000000", 100_000_000_000), ("3.25", 325),
    ],
)  # fmt: skip
def test_amounts_as_people_type_them(typed, value):
    assert cents(typed) == value


@pytest.mark.parametrize(
    "typed",
    [
        "-5",
        "1e9",
        "NaN",
        "1,2,3",
        "1.50.0",
        "1.234.56",
        "zwölf",
        "0x10",
        "1000000001",
        "9" * 40,
        "1..5",
        ",5",
        "1,234,56",
        "1.5000",
    ],
)
def test_what_is_not_clearly_an_amount_is_refused(app, typed):
    with app.test_request_context("/"), pytest.raises(ValueError, match=r"."):
        cents(typed)


@given(st.integers(0, 10**11))
def test_an_amount_survives_being_shown_and_typed_again(value):
    assert cents(f"{value // 100},{value % 100:02d}") == value


class Drawn(FilterForm):
    year = Choice("Year", coerce=int, choices=[SelectChoice(str(n), f"<b>'\"& {n}") for n in range(3)])
    state = Choice("State", coerce=MeasureState, choices=options(MeasureState, empty="All"))
    needed = Choice("State", needed="Choose", coerce=MeasureState, choices=options(MeasureState))


@pytest.mark.parametrize("query", ["", "?year=1&state=draft&needed=idea", "?year=x&state=none"])
def test_a_drop_down_is_drawn_as_wtforms_draws_it(app, query):
    with app.test_request_context(f"/de/plan{query}"):
        for field in Drawn():
            given = {"class": "kern", "aria-describedby": "hint"}
            assert field(**given) == widgets.Select()(field, **given)


def forms_under(kind):
    for each in kind.__subclasses__():
        yield each
        yield from forms_under(each)


def test_every_field_has_a_name_of_our_own(app):
    """WTForms would make one of the attribute's name, in English, and look that up in our catalogues."""
    nameless = {
        f"{form.__module__}.{form.__name__}.{name}"
        for form in forms_under(Form)
        if form.__module__.startswith("bihaelt.")
        for name, field in vars(form).items()
        if isinstance(field, UnboundField) and not field.args and field.kwargs.get("label") is None
    }
    assert nameless == set()
